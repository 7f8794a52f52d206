"""The site and the edge together, in each way they can stand, and windows of visitors.

- BEHIND: the proxy in front of the site; the snippet comes from the same origin
- FORWARDED: the site's own server hands `/_calltrack/` on to the edge
- OWN_PORT: the edge has a port of its own: another origin, the same site, so a cookie is its own
- LIGHT: the edge has a name of its own: a cookie would be a third party's

The edge is the real command as a process, with a real store; what it holds is read from its status
page, what it recorded from its outbox.
"""

import json
import sqlite3
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from calltrack.plan import Plan
from tests.e2e.edges import FIREFOX, ROOT, environment, write_plan
from tests.e2e.firm import firm_plan
from tests.e2e.snippet_site.pages import pages
from tests.e2e.snippet_site.server import Page as Document
from tests.e2e.snippet_site.server import Site, site
from tests.redis_servers import wait_until

PATIENCE_MS = 30_000
PROGRAM = "import sys; from calltrack.__main__ import proxy, snippet;"
"""What the console scripts are: `calltrack-snippet` may not be on the path."""
FROM_THE_NETWORK = "Failed to load resource"
"""The browser itself says this of an ask that failed; no script can keep it from that."""


class Way(Enum):
    """How the edge stands to the site."""

    BEHIND = auto()
    FORWARDED = auto()
    OWN_PORT = auto()
    LIGHT = auto()


@dataclass
class Stand:
    """A site with its edge. `problems`: what browsers complained of."""

    way: Way
    site: Site
    folder: Path
    process: "subprocess.Popen[str]"
    edge_url: str
    status_url: str
    problems: list[str] = field(default_factory=list)
    visitors: int = 0

    @property
    def address(self) -> str:
        """Where visitors open the site, without a slash at the end."""
        if self.way is Way.BEHIND:
            return self.edge_url
        return self.site.url.replace("127.0.0.1", "localhost" if self._is_light else "127.0.0.1")

    @property
    def _is_light(self) -> bool:
        return self.way is Way.LIGHT

    @property
    def snippet(self) -> str:
        """The snippet's address in the pages."""
        path = "/_calltrack/snippet.js"
        apart = self.way in (Way.OWN_PORT, Way.LIGHT)
        return self.edge_url + path if apart else path

    @contextmanager
    def window(self, browser: Browser, **options: Any) -> Iterator[BrowserContext]:
        """Open a private window of a visitor with an address of their own.

        Headless Chromium names itself and would count as a bot. Where the snippet's origin is
        another one a header of a front would be one of the page's.
        """
        self.visitors += 1
        if self.way in (Way.BEHIND, Way.FORWARDED):
            front = {"X-Forwarded-For": f"203.0.113.{self.visitors}"}
            options.setdefault("extra_http_headers", front)
        context = browser.new_context(base_url=self.address, user_agent=FIREFOX, **options)
        context.set_default_timeout(PATIENCE_MS)
        context.on("page", self._watch)
        try:
            yield context
        finally:
            context.close()

    def _watch(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.problems.append(f"{page.url}: {error}"))
        page.on("console", self._note)

    def _note(self, message: ConsoleMessage) -> None:
        if not message.text.startswith(FROM_THE_NETWORK):
            self.problems.append(f"{message.location.get('url')}: {message.text}")

    def leases(self) -> list[dict[str, str]]:
        """Ask the edge who holds which number."""
        with urllib.request.urlopen(f"{self.status_url}status.json") as answer:  # noqa: S310 - ours
            found: list[dict[str, str]] = json.load(answer)["leases"]
            return found

    def held(self) -> set[str]:
        """Say which numbers somebody holds."""
        return {lease["number"] for lease in self.leases()}

    def events(self, kind: str) -> list[dict[str, Any]]:
        """Give what was recorded, of a kind, oldest first."""
        with closing(sqlite3.connect(self.folder / "outbox.sqlite3")) as outbox:
            rows = outbox.execute("SELECT data FROM event WHERE kind = ? ORDER BY rowid", (kind,))
            return [json.loads(data) for (data,) in rows]

    def recorded(self, kind: str, count: int, *, after: int = 0) -> list[dict[str, Any]]:
        """Wait until so many are there of a kind, after the first ones; give them."""
        wait_until(
            lambda: len(self.events(kind)) >= after + count,
            f"there are no {count} {kind} after the first {after}",
        )
        return self.events(kind)[after:]

    def kill(self) -> None:
        """End the edge as a power cut would."""
        self.process.kill()
        self.process.wait()


@contextmanager
def stand(
    way: Way,
    folder: Path,
    *,
    plan: Plan | None = None,
    more: Mapping[str, Document] | None = None,
    options: Sequence[str] = (),
) -> Iterator[Stand]:
    """Run a site and its edge. `more`: further pages."""
    folder.mkdir(parents=True, exist_ok=True)
    plan = plan or firm_plan(40)
    if way is Way.LIGHT:
        plan = replace(plan, sites=tuple(replace(one, hosts=("localhost",)) for one in plan.sites))
    with site({}) as running:
        before = ["--upstream", running.url] if way is Way.BEHIND else []
        with _edge(way, folder, plan, [*before, *options]) as process:
            found = _ready(process)
            stood = Stand(way, running, folder, process, found["ready:"], found["status"])
            running.edge = stood.edge_url
            running.pages |= {**pages(stood.snippet), **(more or {})}
            yield stood


@contextmanager
def _edge(
    way: Way, folder: Path, plan: Plan, options: Sequence[str]
) -> Iterator["subprocess.Popen[str]"]:
    command = [
        *(
            sys.executable,
            "-c",
            f"{PROGRAM} sys.exit({'proxy' if way is Way.BEHIND else 'snippet'}())",
        ),
        "run",
        *("--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--trust", "127.0.0.1", "--quiet"),
        *("--plan", str(write_plan(folder / "plan.json", plan)), "--workers", "1"),
        *("--store", f"sqlite:///{folder}/s.db", "--store-wait-ms", "20000"),
        *options,
    ]
    with (
        (folder / "edge.log").open("ab") as log,
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=log, text=True, cwd=ROOT, env=environment()
        ) as process,
    ):
        try:
            yield process
        finally:
            process.terminate()


def _ready(process: "subprocess.Popen[str]") -> dict[str, str]:
    """Read what the edge says until it is ready: its addresses, without a slash at the end."""
    assert process.stdout is not None
    found: dict[str, str] = {}
    for line in process.stdout:
        words = line.split()
        if words[0] in ("ready:", "status"):
            found[words[0]] = words[1] if words[0] == "ready:" else words[-1]
        if words[0] == "ready:":
            return {"status": "", **found, "ready:": found["ready:"].rstrip("/")}
    raise AssertionError("the edge did not start")
