"""The site behind the proxies, and the plain proxy beside ours, each a program of its own.

    python -m tests.bench.servers site
    python -m tests.bench.servers plain URL

The site answers out of memory, so that it costs next to nothing. The plain proxy is what one writes
with aiohttp in an afternoon: it passes everything, checks nothing and changes nothing.
"""

import argparse
import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import cast

import aiohttp
import uvloop
from aiohttp import web

from tests.bench.proxying_page import packed, page

HOP_BY_HOP = frozenset(
    {"connection", "keep-alive", "transfer-encoding", "upgrade", "te", "trailer"}
)


def answers() -> dict[bytes, bytes]:
    """Write the site's whole answers, by the beginning of the request."""
    html = b"text/html; charset=utf-8"
    return {
        b"GET /page ": _answer(page(), html),
        b"GET /public ": _answer(page(), html, b"Cache-Control: public, max-age=3600"),
        b"GET /gzip ": _answer(packed(), html, b"Content-Encoding: gzip"),
    }


class Site(asyncio.Protocol):
    """One connection to the site."""

    def __init__(self, known: dict[bytes, bytes]) -> None:
        self._known = known
        self._asked = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is none by its class

    def data_received(self, data: bytes) -> None:
        """Answer every request that is whole."""
        self._asked += data
        while b"\r\n\r\n" in self._asked:
            head, _, self._asked = self._asked.partition(b"\r\n\r\n")
            self._transport.write(self._known[head[: head.index(b" ", 4) + 1]])
            if b"\r\nconnection: close" in head.lower():
                self._transport.close()


async def serve_site() -> None:
    """Serve until the process is told to stop."""
    known = answers()
    server = await asyncio.get_running_loop().create_server(lambda: Site(known), "127.0.0.1", 0)
    _say_ready(server.sockets[0].getsockname()[1])
    await server.serve_forever()


async def serve_plain(upstream: str) -> None:
    """Pass everything on until the process is told to stop."""
    logging.disable()  # of clients who leave in the end; what matters shows in the answers

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        fields = {k: v for k, v in request.headers.items() if k.lower() not in HOP_BY_HOP}
        async with client.request(
            request.method, upstream + request.raw_path, headers=fields, allow_redirects=False
        ) as answer:
            response = web.StreamResponse(status=answer.status, reason=answer.reason)
            for name, value in answer.headers.items():
                if name.lower() not in HOP_BY_HOP:
                    response.headers.add(name, value)
            await response.prepare(request)
            async for chunk in answer.content.iter_any():
                await response.write(chunk)
            await response.write_eof()
            return response

    async with _client() as client:
        runner = web.ServerRunner(web.Server(handle, access_log=None))
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        _say_ready(runner.addresses[0][1])
        await asyncio.Event().wait()


@asynccontextmanager
async def _client() -> AsyncIterator[aiohttp.ClientSession]:
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(
        connector=connector, auto_decompress=False, cookie_jar=aiohttp.DummyCookieJar()
    ) as client:
        yield client


def _answer(body: bytes, content_type: bytes, *fields: bytes) -> bytes:
    head = [
        b"HTTP/1.1 200 OK",
        b"Date: Mon, 02 Mar 2026 12:00:00 GMT",
        b"Server: site",
        b"Vary: Accept-Encoding",
        b"Content-Type: " + content_type,
        *fields,
        b"Content-Length: %d" % len(body),
    ]
    return b"\r\n".join(head) + b"\r\n\r\n" + body


def _say_ready(port: int) -> None:
    print(f"ready: http://127.0.0.1:{port}/", flush=True)


def main(argv: Sequence[str] | None = None) -> None:
    """Serve."""
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=("site", "plain"))
    parser.add_argument("upstream", nargs="?", default="")
    args = parser.parse_args(argv)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        if args.what == "site":
            runner.run(serve_site())
        else:
            runner.run(serve_plain(args.upstream.rstrip("/")))


if __name__ == "__main__":
    main()
