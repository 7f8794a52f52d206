"""The Wagtail admin of the demo, used through the proxy: every byte is the site's own.

Each page is compared with what the site really sent for it: a relay between proxy and site keeps a
copy, for Django writes a new token into every answer.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest

from tests.e2e.edges import visitor
from tests.e2e.turned import demo_plan, turned_proxy

LINK = re.compile(rb'(?:href|src|action)="(/(?:cms|static|media)/[^"#]*)')
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="(\w+)"')
MANY = 80
NOT_TRIED = ("logout", "/delete/", "/unlock/", "/lock/")


@asynccontextmanager
async def recorded(site: str, answers: asyncio.Queue[bytes]) -> AsyncIterator[str]:
    """Stand before a site as plain bytes, and keep a copy of everything it says."""
    address = urlsplit(site)

    async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        up_reader, up_writer = await asyncio.open_connection(address.hostname, address.port)
        sending = asyncio.create_task(_copy(reader, up_writer, []))
        kept: list[bytes] = []
        try:
            await _copy(up_reader, writer, kept)
        finally:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
            up_writer.close()
            writer.close()
            answers.put_nowait(b"".join(kept))

    server = await asyncio.start_server(relay, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()[:2]
    try:
        yield f"http://{host}:{port}"
    finally:
        server.close()
        await server.wait_closed()


async def _copy(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, kept: list[bytes]
) -> None:
    try:
        while data := await reader.read(65536):
            kept.append(data)
            writer.write(data)
            await writer.drain()
    except ConnectionError:
        pass  # one side has what it wanted


def body_of(answer: bytes) -> bytes:
    """Give the body of an answer: as long as the site said, or until it closed."""
    head, _, body = answer.partition(b"\r\n\r\n")
    found = re.search(rb"(?i)\r\ncontent-length: (\d+)", head)
    return body[: int(found[1])] if found else body


async def log_in(client: aiohttp.ClientSession, base: str, password: str) -> None:
    """Log in as the demo's editor, through the form."""
    async with client.get(f"{base}/cms/login/") as response:
        token = TOKEN.search(await response.read())
    assert token is not None
    form = {
        "username": "demo",
        "password": password,
        "csrfmiddlewaretoken": token[1].decode(),
        "next": "/cms/",
    }
    async with client.post(f"{base}/cms/login/", data=form, allow_redirects=False) as response:
        assert response.status == 302
        assert urlsplit(response.headers["Location"]).path == "/cms/"


@pytest.mark.timeout(300)  # 80 pages of a real admin, on a machine that may be busy
@pytest.mark.parametrize(
    "scans",
    [
        pytest.param(False, id="as the Plan says"),
        pytest.param(True, id="kept out by the site alone"),
    ],
)
async def test_the_admin_passes_byte_for_byte(
    demo_site: str, demo_folder: Path, tmp_path: Path, scans: bool
) -> None:
    plan = demo_plan()
    if scans:  # then only the site's own X-Calltrack header keeps the admin as it is
        plan = replace(plan, sites=(replace(plan.sites[0], never_rewrite=()),))
    answers: asyncio.Queue[bytes] = asyncio.Queue()
    password = (demo_folder / "login").read_text().strip()
    compared = 0
    async with (
        recorded(demo_site, answers) as relay,
        turned_proxy(relay, plan, tmp_path, idle_seconds=0) as proxy,  # an answer a connection
        visitor() as client,
    ):
        await log_in(client, proxy.url, password)
        for _ in range(2):
            await answers.get()  # the form, and what came of it
        waiting, seen = ["/cms/", "/cms/pages/", "/cms/images/", "/cms/reports/"], set()
        while waiting and compared < MANY:
            path = waiting.pop(0)
            if path in seen or any(part in path for part in NOT_TRIED):
                continue
            seen.add(path)
            async with client.get(
                proxy.url + path.replace("&amp;", "&"), allow_redirects=False
            ) as response:
                page = await response.read()
                assert "X-Calltrack" not in response.headers
            assert page == body_of(await answers.get()), path
            compared += 1
            waiting += [found.decode() for found in LINK.findall(page)]
        events = await proxy.outbox.pending(limit=100)

    assert compared > 40
    assert [event for event in events if event.kind.startswith("lease.")] == []
