"""One site: its address, and how long it may take."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from calltrack.errors import ConfigError, UpstreamTimeout
from proxy.upstream import READ_BYTES, Upstream
from tests.proxy.upstream.scripted import (
    ONE,
    MakeUpstream,
    Site,
    asked,
    posted,
    whole,
)

NEVER = 60.0


@pytest.mark.parametrize(
    ("url", "base"),
    [
        pytest.param("http://127.0.0.1:8001", "http://127.0.0.1:8001", id="address"),
        pytest.param("https://www.firm.test/", "https://www.firm.test", id="a slash"),
        pytest.param("http://[::1]:80", "http://[::1]:80", id="IPv6"),
    ],
)
def test_a_sites_address_is_scheme_host_and_port(url: str, base: str) -> None:
    assert Upstream(url).base == base


@pytest.mark.parametrize(
    "url",
    [
        "",
        "127.0.0.1:8001",
        "ftp://a",
        "http://",
        "http://a/path",
        "http://a/?b",
        "http://u:p@a",
        "http://u@a",
        "http://a:99999",
        "http://[::1",
        "http://a b",
        "http://a?",
        "http://a#b",
        "http://a//",
    ],
)
def test_what_is_no_address_of_a_site_is_refused(url: str) -> None:
    with pytest.raises(ConfigError, match="no address of a site"):
        Upstream(url)


class TestDeadlines:
    @pytest.mark.parametrize(
        "says",
        [
            pytest.param(b"", id="nothing"),
            pytest.param(b"HTTP/1.1 200 OK\r\n", id="half a head"),
            pytest.param(b"HTTP/1.1 103 Early Hints\r\n\r\n", id="hints"),
        ],
    )
    async def test_an_answer_that_does_not_come_is_a_time_out(
        self, site: Site, make_upstream: MakeUpstream, says: bytes
    ) -> None:
        upstream = await make_upstream(first_byte_seconds=0.02, read_seconds=NEVER)

        with pytest.raises(UpstreamTimeout):
            await asked(upstream, site, says)

        assert await site.lines[0].hear_last() == b""

    async def test_a_silence_inside_a_body_is_a_time_out(
        self, site: Site, make_upstream: MakeUpstream
    ) -> None:
        upstream = await make_upstream(first_byte_seconds=NEVER, read_seconds=0.02)
        answer = await asked(upstream, site, b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab")

        with pytest.raises(UpstreamTimeout):
            await whole(answer)

        assert await site.lines[0].hear_last() == b""

    async def test_a_body_that_goes_on_may_take_as_long_as_it_likes(
        self, site: Site, make_upstream: MakeUpstream
    ) -> None:
        """Each part comes in time; all of them together take longer than any one may."""
        upstream = await make_upstream(first_byte_seconds=0.2, read_seconds=0.2)
        answer = await asked(upstream, site, b"HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n")
        loop = asyncio.get_running_loop()
        began = loop.time()
        for step in range(40):
            loop.call_at(began + 0.01 * (step + 1), site.lines[0].say, b"x")

        body = await whole(answer)

        assert body == b"x" * 40
        assert loop.time() - began > 0.2

    async def test_a_site_that_takes_no_more_of_a_body_is_a_time_out(
        self, site: Site, make_upstream: MakeUpstream
    ) -> None:
        async def endless() -> AsyncIterator[bytes]:
            while True:
                yield bytes(READ_BYTES)

        upstream = await make_upstream(first_byte_seconds=NEVER, read_seconds=0.05)
        sending = asyncio.create_task(upstream.send(posted(endless())))
        line = await site.next_line()
        line.stop_hearing()

        with pytest.raises(UpstreamTimeout, match="read a request"):
            await sending

    async def test_a_visitor_who_sends_slowly_is_no_slow_site(
        self, site: Site, make_upstream: MakeUpstream
    ) -> None:
        more = asyncio.Event()

        async def slow() -> AsyncIterator[bytes]:
            yield b"a"
            await more.wait()
            yield b"b"

        upstream = await make_upstream(first_byte_seconds=0.1, read_seconds=0.1)
        sending = asyncio.create_task(upstream.send(posted(slow())))
        asyncio.get_running_loop().call_later(0.3, more.set)
        line = await site.next_line()
        await line.hear()

        heard = await line.hear_body(len(b"1\r\na\r\n1\r\nb\r\n0\r\n\r\n"))
        line.say(ONE)

        assert heard == b"1\r\na\r\n1\r\nb\r\n0\r\n\r\n"
        assert await whole(await sending) == b"one"
