"""What the snippet costs a visitor: requests, bytes, and the main thread's time in a real Chromium.

The page has no script of its own (`snippet_page`), so what runs script in its main thread is the
snippet: those spans of the browser's own trace, from the moment the page is there, in time that the
thread had the processor. It is measured at full speed, and slowed down four times, as tools that
judge pages do for a phone; where other programs want the processor, too, full speed is the steadier
one. A page without the snippet stands beside it: what is left there is the tools' own.

Nothing is asked of the page while it is measured. It is looked at afterwards: every number on it is
the visitor's own, and the same on the next page.
"""

import json
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, sync_playwright

from tests.bench.report import check
from tests.bench.snippet_page import NODES, NUMBERS, html

SLOWER = 4
ANSWER = "page"
LOOK_MS = 250
QUIET_LOOKS = 6
PATIENCE_MS = 60_000
MISSING = "no chromium on the path: the main thread's time and requests are not measured"
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync")
CATEGORIES = (
    *("devtools.timeline", "v8", "v8.execute"),
    "disabled-by-default-devtools.timeline",  # what runs when a promise is settled
)
SCRIPT = frozenset(
    {
        *("EvaluateScript", "FunctionCall", "RunMicrotasks", "TimerFire", "FireIdleCallback"),
        *("FireAnimationFrame", "v8.compile", "v8.run"),
    }
)
"""Names of a trace's spans in which script runs, or is made ready to."""

NAME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36"
"""A headless browser says that it is one, and counts as a crawler."""

Event = Mapping[str, Any]
Go = Callable[[], object]


@dataclass(slots=True)
class Opened:
    """One page that was opened."""

    script_ms: float = 0.0
    requests: list[str] = field(default_factory=list)  # of the snippet, over the network
    under_way: int = 0  # requests that are not answered to their end
    received_bytes: int = 0  # heads and bodies of what they brought


def chromium() -> str | None:
    """Say where Chromium is."""
    return shutil.which("chromium") or shutil.which("google-chrome")


@contextmanager
def browser() -> Iterator[Browser]:
    """Start it."""
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(
            executable_path=chromium(), args=list(FLAGS), timeout=PATIENCE_MS
        )
        yield found
        found.close()


@contextmanager
def site(script: str) -> Iterator[str]:
    """Serve the pages with this line in their heads; `/plain` has none. Gives the address."""
    link = '<a id="next" href="/two" style="position:fixed;left:0;top:0;width:99px;height:99px">'
    pages = {
        "/one": html(script=script).replace(b"<ul>", f"{link}verder</a><ul>".encode(), 1),
        "/two": html(script=script, title="two"),
        "/plain": html(),
        "/start": b"<!doctype html><title>start</title>",
    }

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = pages.get(self.path)
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_args: object) -> None:
            """Tell nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_address[1]}"
        server.shutdown()


@dataclass(frozen=True, slots=True)
class Tab:
    """A visitor's tab. `edge`: "" where the pages have no snippet."""

    context: BrowserContext
    page: Page
    edge: str
    slower: int

    def open(self, url: str, go: Go) -> Opened:
        """Open a page, and read what the snippet did there."""
        opened, browser = Opened(), self.context.browser
        assert browser is not None
        session = self.context.new_cdp_session(self.page)
        _watch(session, self.edge, opened)
        session.send("Emulation.setCPUThrottlingRate", {"rate": self.slower})
        browser.start_tracing(page=self.page, categories=list(CATEGORIES))
        go()
        self.page.wait_for_url(url, wait_until="load", timeout=PATIENCE_MS)
        _settle(self.page, opened, asks=bool(self.edge))
        events = json.loads(browser.stop_tracing())["traceEvents"]
        session.detach()
        opened.script_ms = script_ms(events, url)
        return opened


def visit(found: Browser, address: str, edge: str, slower: int) -> tuple[Opened, Opened]:
    """Come as a new visitor, and go on to the next page by a click."""
    context = found.new_context(user_agent=NAME)
    page = context.new_page()
    page.goto(f"{address}/start")  # the process that the pages will have
    tab = Tab(context, page, edge, slower)
    first = tab.open(f"{address}/one", lambda: page.goto(f"{address}/one"))
    _look(page)
    nodes = page.evaluate("document.querySelectorAll('*').length")
    check(nodes >= NODES, f"snippet: a page of {nodes} elements")
    numbers = _numbers(page)
    later = tab.open(f"{address}/two", lambda: page.mouse.click(50, 50))
    _look(page)
    check(_numbers(page) == numbers, "snippet: the next page shows other numbers")
    context.close()
    return first, later


def without(found: Browser, address: str, slower: int) -> Opened:
    """Open the page that has no snippet."""
    context = found.new_context(user_agent=NAME)
    page = context.new_page()
    page.goto(f"{address}/start")
    url = f"{address}/plain"
    opened = Tab(context, page, "", slower).open(url, lambda: page.goto(url))
    context.close()
    return opened


def _settle(page: Page, opened: Opened, *, asks: bool) -> None:
    """Wait until the snippet has its answer, and asks for nothing more for a while."""
    quiet, known = 0, -1
    for _ in range(PATIENCE_MS // LOOK_MS):
        is_there = ANSWER in opened.requests or not asks
        is_quiet = is_there and len(opened.requests) == known and not opened.under_way
        quiet = quiet + 1 if is_quiet else 0
        known = len(opened.requests)
        if quiet > QUIET_LOOKS:
            return
        page.wait_for_timeout(LOOK_MS)


def _watch(session: CDPSession, edge: str, opened: Opened) -> None:
    """Note what goes over the network to the edge, and how much comes back."""
    asked: dict[str, str] = {}
    kept: set[str] = set()

    def note_response(event: Event) -> None:
        response = event["response"]
        url = str(response["url"])
        is_kept = response.get("fromDiskCache") or event["requestId"] in kept
        if edge and url.startswith(edge) and not is_kept:
            asked[event["requestId"]] = url.removeprefix(edge)
            opened.under_way += 1

    def note_end(event: Event) -> None:
        if (name := asked.pop(event["requestId"], None)) is not None:
            opened.requests.append(name.partition("?")[0])
            opened.under_way -= 1
            opened.received_bytes += int(event["encodedDataLength"])

    def note_kept(event: Event) -> None:
        kept.add(event["requestId"])

    session.on("Network.requestServedFromCache", note_kept)
    session.on("Network.responseReceived", note_response)
    session.on("Network.loadingFinished", note_end)
    session.send("Network.enable")


def script_ms(events: Sequence[Event], url: str) -> float:
    """Say how long script ran on the main thread of a page, each moment once."""
    commits = [one for one in events if one.get("name") == "CommitLoad" and _url(one) == url]
    check(bool(commits), f"snippet: the trace has no {url}")
    place, since = (commits[-1]["pid"], commits[-1]["tid"]), commits[-1]["ts"]
    found = (
        one
        for one in events
        if one.get("name") in SCRIPT and one.get("ph") == "X"
        if (one["pid"], one["tid"]) == place and one["ts"] >= since
    )
    total, until = 0.0, 0.0
    for one in sorted(found, key=lambda one: (one["ts"], -one["dur"])):
        if one["ts"] >= until:  # else it is a part of the one before
            until = one["ts"] + one["dur"]
            total += one.get("tdur", one["dur"])
    return total / 1000


def _url(event: Event) -> str:
    return str(event.get("args", {}).get("data", {}).get("url", ""))


def _look(page: Page) -> None:
    """Check that the numbers of the page are the visitor's."""
    shown = page.content()
    check("0850199999" not in _digits(shown), "snippet: an original number is left on the page")


def _numbers(page: Page) -> list[str]:
    links = page.eval_on_selector_all(
        "a[href^='tel:' i]", "all => all.map(one => one.getAttribute('href').slice(4))"
    )
    found = ["".join(filter(str.isdigit, str(one)))[-9:] for one in links]
    check(len(set(found)) == 1 and len(found) >= NUMBERS // 10, "snippet: links that do not agree")
    return found


def _digits(text: str) -> str:
    return "".join(one for one in text if one.isdigit())
