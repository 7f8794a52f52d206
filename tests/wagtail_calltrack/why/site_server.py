"""A real server on a port of its own, that answers as it is told and notes what it was asked."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from wagtail_calltrack.why.upstreams import Upstream

Send = Callable[[BaseHTTPRequestHandler, threading.Event], None]
"""Answers one request; the event is set when the server ends."""

PAGE = b"<!doctype html><title>Contact</title><p>Bel 020 123 45 67</p>"
HTML = "text/html; charset=utf-8"


def html(body: bytes = PAGE, **headers: str) -> Send:
    """Answer with a page. A name like content_type is the header's."""
    return answer(200, body, **{"content_type": HTML, **headers})


def answer(status: int, body: bytes = b"", **headers: str) -> Send:
    """Answer with this status, these headers, and this body."""

    def send(handler: BaseHTTPRequestHandler, _over: threading.Event) -> None:
        handler.send_response(status)
        for name, value in {"content_length": str(len(body)), **headers}.items():
            handler.send_header(name.replace("_", "-").title(), value)
        handler.end_headers()
        handler.wfile.write(body)

    return send


def raw(sent: bytes) -> Send:
    """Write these bytes, and hang up."""

    def send(handler: BaseHTTPRequestHandler, _over: threading.Event) -> None:
        handler.wfile.write(sent)
        handler.close_connection = True

    return send


def dripping(head: bytes, drop: bytes) -> Send:
    """Write a drop now and then, for as long as somebody listens."""

    def send(handler: BaseHTTPRequestHandler, over: threading.Event) -> None:
        handler.wfile.write(head)
        while not over.wait(0.02):
            handler.wfile.write(drop)

    return send


class SiteServer:
    """The server. `asked`: each request, as (method, path, headers)."""

    def __init__(self) -> None:
        self.says: Send = html()
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        self._over = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def upstream(self) -> Upstream:
        return Upstream("http", "127.0.0.1", self.port)

    @contextmanager
    def running(self) -> Iterator["SiteServer"]:
        thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._over.set()
            self._server.shutdown()
            self._server.server_close()
            thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def handle_one_request(self) -> None:
                try:
                    super().handle_one_request()
                except OSError:  # who asked has gone
                    self.close_connection = True

            def answers(self) -> None:
                outer.asked.append((self.command, self.path, dict(self.headers)))
                outer.says(self, outer._over)

            do_GET = do_POST = do_HEAD = answers  # noqa: N815 - the library's names

            def log_message(self, *_said: Any) -> None:
                """Say nothing."""

        return Handler
