"""A page that vouches for its own bytes, in a real browser: numbers change, and nothing breaks.

Its policy lets run only what has a certain hash: an inline script, a handler in an attribute, a
style. Its files have an `integrity`. All of them hold the number that the proxy replaces.
"""

import hashlib
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.e2e.edges import FIREFOX
from tests.e2e.test_browser_sources import proxy
from tests.e2e.turned import demo_plan

pytestmark = pytest.mark.browser

NUMBER = "+31200199100"
INLINE = f'document.documentElement.dataset.inline = "{NUMBER}";'
HANDLER = f"document.documentElement.dataset.handler = '{NUMBER}'"
STYLE = f'p::after {{ content: "{NUMBER}"; }}'
ATTRIBUTE = f"--number: '{NUMBER}'"
SCRIPT = f'document.documentElement.dataset.file = "{NUMBER}";'
SHEET = f'b::after {{ content: "{NUMBER}"; }}'
DIGESTS = ("Content-Digest", "Repr-Digest", "Digest", "Content-MD5")


def sha256(text: str) -> str:
    """Write a hash as policies and `integrity` do."""
    return f"sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


POLICY = (
    f"default-src 'none'; img-src *; "
    f"script-src 'self' 'unsafe-hashes' '{sha256(INLINE)}' '{sha256(HANDLER)}'; "
    f"style-src 'self' 'unsafe-hashes' '{sha256(STYLE)}' '{sha256(ATTRIBUTE)}'"
)
PAGE = f"""<!doctype html>
<html><head><meta charset=utf-8><title>t</title>
<script>{INLINE}</script>
<style>{STYLE}</style>
<script src=/app.js integrity="{sha256(SCRIPT)}"></script>
<link rel=stylesheet href=/app.css integrity="{sha256(SHEET)}">
</head><body>
<a href="tel:{NUMBER}">{NUMBER}</a>
<button onclick="{HANDLER}">x</button>
<p style="{ATTRIBUTE}">p</p><b>b</b>
</body></html>
"""
FILES = {
    "/": ("text/html; charset=utf-8", PAGE),
    "/app.js": ("text/javascript", SCRIPT),
    "/app.css": ("text/css", SHEET),
}


class Handler(BaseHTTPRequestHandler):
    """The site."""

    def do_GET(self) -> None:
        """Give a file with all that vouches for it."""
        kind, text = FILES.get(self.path, ("text/plain", ""))
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(text.encode())))
        self.send_header("Content-Security-Policy", POLICY)
        for name in DIGESTS:
            self.send_header(name, "sha-256=:of-what-the-site-sent=:")
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def site() -> Iterator[str]:
    """Run the site; give its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def test_a_page_whose_scripts_are_known_by_their_hashes_runs_with_another_number(
    chromium: Browser, tmp_path: Path
) -> None:
    told: list[str] = []
    with site() as inner, proxy(inner, demo_plan(), tmp_path) as running:
        window = chromium.new_context(
            user_agent=FIREFOX, extra_http_headers={"X-Forwarded-For": "203.0.113.7"}
        )
        page = window.new_page()
        page.on("console", lambda message: told.append(message.text))
        page.on("pageerror", lambda error: told.append(str(error)))
        heads = {}
        page.on("response", lambda got: heads.update({got.url: got.headers}))
        page.goto(running.url)
        link = page.locator("a")
        number, href = link.inner_text(), link.get_attribute("href")
        page.click("button")
        ran = page.evaluate("({...document.documentElement.dataset})")
        styled = page.evaluate(
            "[...document.querySelectorAll('p, b')]"
            ".map(x => getComputedStyle(x, '::after').content)"
        )
        window.close()

    assert told == []  # no policy was violated
    assert href == f"tel:{number}"
    assert number != NUMBER
    assert ran == {"inline": NUMBER, "handler": NUMBER, "file": NUMBER}
    assert styled == [f'"{NUMBER}"'] * 2
    digests = {name.lower() for name in DIGESTS}
    assert not digests & set(heads[running.url])
    assert digests <= set(heads[f"{running.url}app.js"])
