"""A web server of a site: its pages, and `/_calltrack/` handed on to the edge as nginx would.

What the edge is asked through here is noted, and can be made to fail: a server that is gone, that
does not answer, or that says something else.
"""

import http.client
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum, auto
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

PREFIX = "/_calltrack/"
HTML = "text/html; charset=utf-8"
WAIT_SECONDS = 60
OWN = {"connection", "transfer-encoding", "keep-alive", "date", "server", "content-length"}
"""Headers of a connection, or which this server writes by itself."""


@dataclass(frozen=True, slots=True)
class Page:
    """What stands at a path."""

    body: str | bytes
    kind: str = HTML
    headers: Mapping[str, str] = field(default_factory=dict)


class Mishap(Enum):
    """What happens to an ask of the edge instead of an answer."""

    GONE = auto()  # the connection ends, as where no server is
    HELD = auto()  # nothing comes until `Site.release`
    ERROR = auto()  # 500 and a page
    GARBAGE = auto()  # 200 and what is no answer
    SHORT = auto()  # 200, the right type and half an answer


@dataclass(frozen=True, slots=True)
class Ask:
    """What a browser asked of the edge through the site."""

    method: str
    path: str
    headers: Mapping[str, str]  # names in lower case
    body: bytes


@dataclass
class Site:
    """A site that runs. What is set here counts from the next request on."""

    port: int
    pages: dict[str, Page] = field(default_factory=dict)
    edge: str = ""  # the address of the edge; "": nothing is handed on
    mishap: Mishap | None = None  # of asks that are no script
    asks: list[Ask] = field(default_factory=list)
    log: list[str] = field(default_factory=list)  # all paths that were asked for, in order
    held: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        """Where it stands."""
        return f"http://127.0.0.1:{self.port}"

    def release(self) -> None:
        """Let go what is held: from here on each ask is answered."""
        self.mishap = None
        self.held.set()

    def asked(self, path: str) -> list[Ask]:
        """Give what was asked of the edge at one of its paths, as `page`."""
        return [ask for ask in self.asks if urlsplit(ask.path).path == PREFIX + path]


@contextmanager
def site(pages: Mapping[str, Page]) -> Iterator[Site]:
    """Run a site until the block ends."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.site = running = Site(server.server_port, dict(pages))
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield running
        finally:
            running.release()
            server.shutdown()
            thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True  # a browser may keep a connection open that it does not use
    request_queue_size = 128
    site: Site

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: browsers close connections when they like."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        """Give a page, or what the edge answers."""
        site = self.server.site
        site.log.append(self.path)
        path = urlsplit(self.path).path
        if path.startswith(PREFIX):
            self._hand_on(b"")
            return
        page = site.pages.get(path)
        if page is None:
            self._answer(404, {"Content-Type": "text/plain"}, b"404\n")
            return
        body = page.body if isinstance(page.body, bytes) else page.body.encode()
        self._answer(200, {"Content-Type": page.kind, **page.headers}, body)

    def do_POST(self) -> None:
        """Hand on what is for the edge; take everything else, as a form's address does."""
        self.server.site.log.append(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path.startswith(PREFIX):
            self._hand_on(body)
        else:
            self._answer(204, {}, b"")

    def do_OPTIONS(self) -> None:
        """Hand on what a browser asks before it asks."""
        self.do_GET()

    def _hand_on(self, body: bytes) -> None:
        site = self.server.site
        names = {name.lower(): value for name, value in self.headers.items()}
        site.asks.append(Ask(self.command, self.path, names, body))
        mishap = None if ".js" in self.path else site.mishap
        if mishap is Mishap.HELD:
            site.held.wait(WAIT_SECONDS)
        if mishap in (None, Mishap.HELD):
            self._forward(body)
        elif mishap is Mishap.GONE:
            self.close_connection = True
        else:
            self._answer(*_INSTEAD[mishap])

    def _forward(self, body: bytes) -> None:
        where = urlsplit(self.server.site.edge)
        client = self.headers.get("X-Forwarded-For") or self.client_address[0]
        headers = {name: self.headers[name] for name in self.headers if name.lower() not in OWN}
        headers |= {"X-Forwarded-For": client, "X-Forwarded-Proto": "http"}
        connection = http.client.HTTPConnection(where.netloc, timeout=WAIT_SECONDS)
        try:
            connection.request(self.command, self.path, body or None, headers)
            answer = connection.getresponse()
            content = answer.read()
            kept = [pair for pair in answer.getheaders() if pair[0].lower() not in OWN]
        except OSError:
            self.close_connection = True  # no edge: no answer
            return
        finally:
            connection.close()
        self._answer(answer.status, kept, content)

    def _answer(
        self, status: int, headers: Mapping[str, str] | list[tuple[str, str]], body: bytes
    ) -> None:
        pairs = headers.items() if isinstance(headers, Mapping) else headers
        self.send_response(status)
        for name, value in pairs:
            self.send_header(name, value)
        if status not in (204, 304):
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if status not in (204, 304):
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Say nothing."""


_JSON = {"Content-Type": "application/json"}
_INSTEAD = {
    Mishap.ERROR: (500, {"Content-Type": "text/html"}, b"<h1>500</h1>"),
    Mishap.GARBAGE: (200, _JSON, b'{"spots": 7, "numbers": "no", "again": []}'),
    Mishap.SHORT: (200, _JSON, b'{"spots": [["0'),
}
