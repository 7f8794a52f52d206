"""A running demo with its proxy, and who comes to it in a real browser: editors and visitors.

The admin is served with a policy that forbids inline scripts, but for those of Wagtail's own
widgets. Each error of a script and each refusal of the policy is noted in `problems`, and fails the
test that had it (`no_problems`).
"""

import base64
import hashlib
import json
import re
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Route,
    expect,
)

from demo.folder import Folder
from tests.demo.running import running
from tests.e2e.carrier import Carrier
from tests.e2e.edges import FIREFOX
from tests.e2e.editor import Editor
from tests.e2e.reading import link_numbers, text_numbers

PATIENCE_MS = 60_000
"""Of a screen, on a machine that others use, too."""
LIVE_MS = 30_000
"""From a save to the proxy's pages, at the most. The goal is five: `make bench`."""
LOOK_MS = 250

POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src * data:; script-src 'self'"
WAGTAIL_S = re.compile(
    rb"<script>(\s*(?:init(?:Date|Time|DateTime)Chooser\("
    rb"|\(function\(\) \{\s+var panel = new InlinePanel\().*?)</script>",
    re.DOTALL,
)
"""Dates, times and rows in a form: Wagtail 7.4 writes their scripts into the page."""
IS_SANDBOXED = "because the document's frame is sandboxed"


@dataclass
class Stage:
    """A demo that runs. `problems`: what browsers complained of."""

    browser: Browser
    carrier: Carrier
    address: str
    status_url: str
    password: str
    problems: list[str] = field(default_factory=list)

    @contextmanager
    def guest(self) -> Iterator["Guest"]:
        """Open a private window: headless Chromium names itself, and would count as a bot."""
        context = self.browser.new_context(base_url=self.address, user_agent=FIREFOX)
        try:
            yield Guest(self._page(context))
        finally:
            context.close()

    @contextmanager
    def editor(self, name: str = "demo", password: str = "") -> Iterator[Editor]:
        """Log in through the proxy."""
        context = self.browser.new_context(base_url=self.address)
        context.route("**/cms/**", _strictly)
        try:
            editor = Editor(self._page(context))
            editor.log_in(password or self.password, name)
            yield editor
        finally:
            context.unroute_all(behavior="ignoreErrors")
            context.close()

    def shows(self, path: str, numbers: Sequence[str]) -> None:
        """Send one new visitor after another until a page shows one of these.

        Who has a number keeps it, whatever an editor changes.
        """

        def sees() -> bool:
            with self.guest() as guest:
                return not guest.numbers(path).isdisjoint(numbers)

        with self.guest() as watch:
            until(
                watch.page, sees, f"{path} never showed a new visitor any of {numbers}", every=1000
            )

    def leased(self) -> set[str]:
        """Ask the proxy which numbers somebody holds: the status page knows at once."""
        with urllib.request.urlopen(f"{self.status_url}status.json") as answer:  # noqa: S310 - ours
            return {lease["number"] for lease in json.load(answer)["leases"]}

    def _page(self, context: BrowserContext) -> Page:
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: self.problems.append(f"{page.url}: {error}"))
        page.on("console", self._note)
        return page

    def _note(self, message: ConsoleMessage) -> None:
        # A preview shows the page of the site without its scripts: that is what it is for.
        if message.type == "error" and IS_SANDBOXED not in message.text:
            self.problems.append(f"{message.location.get('url')}: {message.text}")


@contextmanager
def stage(browser: Browser, folder: Path) -> Iterator[Stage]:
    """Run the demo until the block ends."""
    expect.set_options(timeout=PATIENCE_MS)
    with running(Folder(folder), "--port", "0") as demo:
        demo.read_until("Ctrl-C stops it.")
        (status_url,) = (line.split()[-1] for line in demo.said if "who holds what" in line)
        address = demo.address.rstrip("/")
        carrier = Carrier(address, Folder(folder))
        yield Stage(browser, carrier, address, status_url, Folder(folder).password())
        assert demo.end() == 0


def _strictly(route: Route) -> None:
    """Send a page of the admin with the policy; one of the site, in a preview, has its own."""
    is_upload = route.request.method == "POST" and "/import/" in route.request.url
    if route.request.resource_type != "document" or is_upload:  # a file would be lost here
        route.continue_()
        return
    answer = route.fetch(max_redirects=0)
    digests = (hashlib.sha256(one).digest() for one in WAGTAIL_S.findall(answer.body()))
    allowed = "".join(f" 'sha256-{base64.b64encode(one).decode()}'" for one in digests)
    policy = answer.headers.get("content-security-policy", POLICY + allowed)
    route.fulfill(response=answer, headers={**answer.headers, "content-security-policy": policy})


def until(page: Page, is_so: Callable[[], bool], complaint: str, every: int = LOOK_MS) -> None:
    """Look again and again: of what a proxy shows next, nobody tells a browser."""
    for _ in range(LIVE_MS // every):
        if is_so():
            return
        page.wait_for_timeout(every)  # between two looks; there is a last one
    raise AssertionError(complaint)


class Guest:
    """A visitor of the site, always the same."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def numbers(self, path: str) -> set[str]:
        """Open a page; say which numbers stand in it, to read and to dial."""
        self.page.goto(path)
        body = self.page.content().encode()
        return {*link_numbers(body), *text_numbers(body)}

    def waits_for(self, path: str, numbers: Sequence[str]) -> str:
        """Come back until the page shows one of these; give it."""
        found: set[str] = set()

        def sees() -> bool:
            found.update(self.numbers(path) & set(numbers))
            return bool(found)

        until(self.page, sees, f"{path} never showed any of {numbers}")
        (number,) = found
        return number


def no_problems(stage: Stage, but: str = "") -> None:
    """Say that no browser complained since this was asked last, but of what is named."""
    found = [one for one in stage.problems if not but or but not in one]
    stage.problems.clear()
    assert found == [], found
