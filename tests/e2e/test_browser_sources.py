"""A real browser before the demo's site: its assets confirm, and it tells the source by itself."""

import json
import sqlite3
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext

from calltrack.cookie import NAME_PREFIX
from calltrack.plan import Consent, Plan
from tests.e2e.edges import FIREFOX, ROOT, command, environment, write_plan
from tests.e2e.reading import link_numbers
from tests.e2e.turned import demo_plan
from tests.redis_servers import wait_until

pytestmark = pytest.mark.browser

NEWSLETTER = {"+31200199711", "+31100199722", "+31300199733", "+31400199744"}
MAIL = "?utm_source=nieuwsbrief&utm_medium=email"


@dataclass
class Running:
    """A proxy process."""

    url: str
    status_url: str

    def leases(self) -> list[dict[str, str]]:
        with urllib.request.urlopen(f"{self.status_url}status.json") as answer:  # noqa: S310 - ours
            leases: list[dict[str, str]] = json.load(answer)["leases"]
            return leases


@contextmanager
def proxy(site: str, plan: Plan, folder: Path) -> Iterator[Running]:
    """Run the proxy, behind a front that says where visitors come from."""
    path = write_plan(folder / "plan.json", plan)
    options = [
        *("--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--trust", "127.0.0.1", "--quiet"),
        *("--upstream", site, "--plan", str(path), "--workers", "1"),
        *("--store", f"sqlite:///{folder}/s.db", "--store-wait-ms", "20000"),
    ]
    with subprocess.Popen(
        command("run", *options),
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=environment(),
    ) as process:
        try:
            assert process.stdout is not None
            said = {}
            while "ready:" not in said:
                words = process.stdout.readline().split()
                said[words[0]] = words
            yield Running(said["ready:"][1], said["status"][-1])
        finally:
            process.terminate()


@pytest.fixture
def window(chromium: Browser) -> Iterator[BrowserContext]:
    """Open a private window of somebody with an address of their own."""
    front = {"X-Forwarded-For": "203.0.113.7"}
    opened = chromium.new_context(user_agent=FIREFOX, extra_http_headers=front)
    yield opened
    opened.close()


def is_confirmed(lease: dict[str, str]) -> bool:
    given, until = (datetime.fromisoformat(lease[k]) for k in ("given_at", "promised_until"))
    return until - given > timedelta(minutes=10)


def test_a_browser_that_loads_one_page_is_confirmed_by_its_assets(
    demo_site: str, window: BrowserContext, tmp_path: Path
) -> None:
    with proxy(demo_site, demo_plan(), tmp_path) as running:
        page = window.new_page()
        page.goto(f"{running.url}contact/?gclid=EAIaIQ")
        numbers = set(link_numbers(page.content().encode()))

        wait_until(
            lambda: all(map(is_confirmed, running.leases())), "the page's assets confirm nothing"
        )
        held = {lease["number"] for lease in running.leases()}

    assert len(held) == 4
    assert held == numbers


def test_a_browser_that_agrees_on_the_landing_page_tells_its_source_with_the_next(
    demo_site: str, window: BrowserContext, tmp_path: Path
) -> None:
    plan = demo_plan()
    asking = replace(
        plan.sites[0],
        consent=Consent.REQUIRED,
        consent_cookie="consent",
        consent_value="yes",
    )
    with proxy(demo_site, replace(plan, sites=(asking,)), tmp_path) as running:
        page = window.new_page()
        page.goto(running.url + MAIL)
        before = set(link_numbers(page.content().encode()))
        cookies_before = [c for c in window.cookies() if c["name"].startswith(NAME_PREFIX)]

        page.evaluate("document.cookie = 'consent=yes; path=/'")
        page.get_by_role("link", name="Contact").first.click()
        page.wait_for_load_state()
        after = set(link_numbers(page.content().encode()))
        cookies = [c for c in window.cookies() if c["name"].startswith(NAME_PREFIX)]

    with closing(sqlite3.connect(tmp_path / "outbox.sqlite3")) as outbox:
        (started,) = outbox.execute("SELECT data FROM event WHERE kind = 'session.started'")
    source = json.loads(started[0])
    assert before == after == NEWSLETTER
    assert cookies_before == []
    assert len(cookies) == 1
    assert (source["source"], source["channel"]) == ("nieuwsbrief", "email")
    assert source["landing"] == f"/{MAIL}"
