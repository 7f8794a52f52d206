import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from aiohttp import web
from pytest_aiohttp import AiohttpServer

from calltrack import planfile
from calltrack.errors import ConfigError, UpstreamBroken, UpstreamTimeout, UpstreamUnreachable
from proxy.plan_init import LARGEST_BYTES, fetch, plan_init

PAGE = "<html><p>é Bel 010 - 123 45 67</p>"


async def page(request: web.Request) -> web.Response:
    return web.Response(body=PAGE.encode("latin-1"), content_type="text/html", charset="latin-1")


async def moved(request: web.Request) -> web.Response:
    raise web.HTTPFound("/page")


async def loop(request: web.Request) -> web.Response:
    raise web.HTTPFound("/loop")


async def away(request: web.Request) -> web.Response:
    raise web.HTTPFound("ftp://example.nl/")


async def picture(request: web.Request) -> web.Response:
    return web.Response(body=b"GIF89a", content_type="image/gif")


async def data(request: web.Request) -> web.Response:
    return web.Response(body=PAGE.encode())  # application/octet-stream


async def gone(request: web.Request) -> web.Response:
    raise web.HTTPNotFound


async def huge(request: web.Request) -> web.StreamResponse:
    answer = web.StreamResponse(headers={"Content-Type": "text/html"})
    answer.enable_compression()
    await answer.prepare(request)
    for _ in range(LARGEST_BYTES // 65536 + 1):
        await answer.write(b" " * 65536)
    return answer


async def never(request: web.Request) -> web.Response:
    await asyncio.Event().wait()
    raise AssertionError


@pytest.fixture
async def site(aiohttp_server: AiohttpServer) -> str:
    app = web.Application()
    for handler in (page, moved, loop, away, picture, data, gone, huge, never):
        app.router.add_get(f"/{handler.__name__}", handler)
    server = await aiohttp_server(app)
    return str(server.make_url("/"))


async def test_a_page_becomes_a_plan(site: str) -> None:
    text = await plan_init(site + "moved")

    plan = planfile.loads(text, "toml")
    assert [str(v.forwarding_number) for v in plan.vestigingen.values()] == ["+31101234567"]
    assert plan.sites[0].hosts == ("127.0.0.1",)
    assert f"# A Plan for {site}page\n" in text


async def test_the_region_may_be_given(site: str) -> None:
    assert 'region = "BE"' in await plan_init(site + "page", region="BE")
    with pytest.raises(ConfigError, match="--region: «be» is no country in two capitals"):
        await plan_init(site + "page", region="be")


async def test_a_page_is_fetched_with_its_charset_after_redirects(site: str) -> None:
    found = await fetch(site + "moved")

    assert found.url == site + "page"
    assert found.body.decode(found.charset or "") == PAGE
    assert found.hosts == ("127.0.0.1", "127.0.0.1")


@pytest.mark.parametrize(
    ("path", "error", "reason"),
    [
        ("loop", UpstreamBroken, "redirects more than 10 times"),
        ("away", ConfigError, "is no address of a page, or leads to none"),
        ("picture", ConfigError, "is no page: its type is image/gif"),
        ("data", ConfigError, "is no page: its type is application/octet-stream"),
        ("gone", UpstreamBroken, "answered 404 Not Found"),
        ("huge", ConfigError, "is larger than 10 MB"),
    ],
)
async def test_what_is_no_page_is_refused(
    site: str, path: str, error: type[Exception], reason: str
) -> None:
    with pytest.raises(error, match=reason):
        await fetch(site + path)


async def test_a_site_that_does_not_answer_is_not_waited_for(site: str) -> None:
    with pytest.raises(UpstreamTimeout, match=r"did not answer within 0\.05 seconds"):
        await fetch(site + "never", wait=timedelta(seconds=0.05))


@pytest.mark.parametrize(
    "url",
    ["", "www.example.nl", "file:///etc/passwd", "ftp://example.nl/", "http://"],
)
async def test_what_is_no_web_address_is_refused(url: str) -> None:
    with pytest.raises(ConfigError, match="is no address of a page"):
        await fetch(url)


async def test_a_site_that_is_not_there_is_told(unused_tcp_port: int) -> None:
    with pytest.raises(UpstreamUnreachable, match="cannot be reached: Connection refused"):
        await fetch(f"http://127.0.0.1:{unused_tcp_port}/")


async def test_a_host_that_nobody_knows_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object, **options: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)

    with pytest.raises(UpstreamUnreachable, match="there is no such host"):
        await fetch("http://www.example.nl/")


@contextlib.asynccontextmanager
async def raw_server(said: bytes) -> AsyncIterator[str]:
    """A server that says these bytes to whoever asks, and hangs up."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(said)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"


async def test_a_page_without_a_content_type_is_read() -> None:
    async with raw_server(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello") as url:
        assert (await fetch(url)).body == b"hello"


@pytest.mark.parametrize("junk", [b"\x00\x01junk\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n", b""])
async def test_a_server_that_speaks_no_http_is_told(junk: bytes) -> None:
    async with raw_server(junk) as url:
        with pytest.raises((UpstreamBroken, UpstreamUnreachable), match=url):
            await fetch(url)
