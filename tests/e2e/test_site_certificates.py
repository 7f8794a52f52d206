"""A site whose certificate is not good: visitors get a neutral page, ops one clear line."""

import asyncio
from pathlib import Path

import pytest

from tests.e2e.edges import edge
from tests.e2e.wire import send
from tests.proxy.upstream.certificates import Authority

NAME = "www.firm.test"


@pytest.mark.parametrize(
    ("name", "days", "why"),
    [
        pytest.param(NAME, -1, "certificate has expired", id="expired"),
        pytest.param("other.test", 1, "Hostname mismatch", id="another name"),
    ],
)
async def test_a_bad_certificate_is_a_neutral_page_and_one_line(
    tmp_path: Path, name: str, days: int, why: str
) -> None:
    authority, log = Authority(tmp_path), tmp_path / "log"

    async def hang_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    context = authority.site(name, days=days)
    site = await asyncio.start_server(hang_up, "127.0.0.1", 0, ssl=context)
    address = f"https://127.0.0.1:{site.sockets[0].getsockname()[1]}"
    options = ("--upstream", address, "--upstream-host", NAME, "--quiet")
    trusts = {"CALLTRACK_UPSTREAM_CA_FILE": str(authority.file)}
    async with edge(*options, log=log, **trusts) as running:
        got = [await send(running.url) for _ in range(3)]
    site.close()

    assert {one.status for one in got} == {502}
    for inside in (b"certificate", b"127.0.0.1", b"ssl", b"SSL", b"Traceback", NAME.encode()):
        assert inside not in got[0].body
    (line,) = log.read_text().splitlines()
    assert address in line
    assert why in line
