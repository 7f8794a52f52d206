"""Answers as they come, readers who are slow or leave, and tunnels."""

import asyncio
import socket
import struct

import pytest

from calltrack.errors import UpstreamBroken
from proxy.headers import Fields
from proxy.upstream import READ_BYTES, Ask
from tests.proxy.upstream.scripted import (
    GET,
    ONE,
    MakeUpstream,
    Site,
    asked,
    whole,
)


class TestAnswers:
    async def test_a_head_is_given_before_the_body_has_come(
        self, site: Site, make_upstream: MakeUpstream
    ) -> None:
        upstream = await make_upstream()

        answer = await asked(
            upstream, site, b"HTTP/1.1 404 Not here\r\nETag: x\r\nContent-Length: 2\r\n\r\n"
        )

        assert (answer.status, answer.reason) == (404, b"Not here")
        assert answer.fields == [(b"ETag", b"x"), (b"Content-Length", b"2")]
        assert (answer.read_ready(), answer.is_over) == (b"", False)
        site.lines[0].say(b"ab")
        assert await whole(answer) == b"ab"
        assert answer.is_over

    async def test_a_body_without_a_length_ends_with_its_connection(
        self, site: Site, make_upstream: MakeUpstream
    ) -> None:
        upstream = await make_upstream()
        answer = await asked(upstream, site, b"HTTP/1.1 200 OK\r\n\r\nabc")
        site.lines[0].end()

        assert await whole(answer) == b"abc"
        assert answer.is_over

    @pytest.mark.parametrize(
        ("head", "is_reset"),
        [
            pytest.param(b"Content-Length: 9\r\n", False, id="length"),
            pytest.param(b"Transfer-Encoding: chunked\r\n", False, id="chunks"),
            pytest.param(b"", True, id="no length, reset"),
        ],
    )
    async def test_a_body_that_breaks_off_is_told_from_one_that_ends(
        self, site: Site, make_upstream: MakeUpstream, head: bytes, is_reset: bool
    ) -> None:
        upstream = await make_upstream()
        answer = await asked(upstream, site, b"HTTP/1.1 200 OK\r\n", head, b"\r\n2\r\nab\r\n")
        first = await answer.read()
        line = site.lines[0]
        if is_reset:
            line.writer.transport.get_extra_info("socket").setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
            )
        line.reset()

        assert first
        with pytest.raises(UpstreamBroken):
            await whole(answer)

    async def test_what_came_before_the_break_can_still_be_read(
        self, site: Site, make_upstream: MakeUpstream
    ) -> None:
        upstream = await make_upstream()
        answer = await asked(upstream, site, b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab")
        site.lines[0].end()
        while upstream.pool is not None and upstream.pool.open:  # noqa: ASYNC110 - it has no event
            await asyncio.sleep(0)

        assert await answer.read() == b"ab"
        with pytest.raises(UpstreamBroken):
            answer.read_ready()

    async def test_a_slow_reader_holds_the_site_up_and_little_memory(
        self, site: Site, make_upstream: MakeUpstream
    ) -> None:
        size = 20 * 1024 * 1024  # more than the kernel takes for both ends
        upstream = await make_upstream()
        answer = await asked(
            upstream, site, b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size
        )
        line = site.lines[0]
        line.say(bytes(size))
        while not answer._turn._line._is_paused:  # type: ignore[union-attr]  # noqa: ASYNC110
            await asyncio.sleep(0)

        held = answer._turn.held_bytes
        parts = [await answer.read()]
        while part := await answer.read():
            parts.append(part)

        assert held <= READ_BYTES
        assert max(map(len, parts)) <= READ_BYTES
        assert sum(map(len, parts)) == size

    async def test_hints_are_told_before_the_answer(
        self, site: Site, make_upstream: MakeUpstream
    ) -> None:
        told: list[tuple[int, Fields]] = []

        async def tell(status: int, fields: Fields) -> None:
            told.append((status, fields))

        upstream = await make_upstream()
        hints = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"

        answer = await asked(
            upstream, site, hints, hints, ONE, ask=Ask("GET", "/", GET.fields, interim=tell)
        )

        assert told == [(103, [(b"Link", b"</a>")])] * 2
        assert (answer.status, await whole(answer)) == (200, b"one")

    async def test_hints_that_nobody_wants_are_passed_over(
        self, site: Site, make_upstream: MakeUpstream
    ) -> None:
        upstream = await make_upstream()

        answer = await asked(upstream, site, b"HTTP/1.1 100 Continue\r\n\r\n", ONE)

        assert await whole(answer) == b"one"


class TestLeaving:
    async def test_whoever_leaves_before_an_answer_ends_the_connection(
        self, site: Site, make_upstream: MakeUpstream
    ) -> None:
        upstream = await make_upstream()
        sending = asyncio.create_task(upstream.send(GET))
        line = await site.next_line()
        await line.hear()

        sending.cancel()

        assert await line.hear_last() == b""
        assert upstream.pool is not None
        assert upstream.pool.open == 0

    async def test_whoever_leaves_before_the_end_ends_the_connection(
        self, site: Site, make_upstream: MakeUpstream
    ) -> None:
        upstream = await make_upstream()
        answer = await asked(upstream, site, b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab")

        answer.close()

        assert await site.lines[0].hear_last() == b""
        with pytest.raises(UpstreamBroken):
            await answer.read()

    async def test_whoever_leaves_after_the_end_leaves_the_connection(
        self, site: Site, make_upstream: MakeUpstream
    ) -> None:
        upstream = await make_upstream()
        answer = await asked(upstream, site, ONE)

        answer.close()

        assert upstream.pool is not None
        assert upstream.pool.idle == 1

    async def test_a_wait_that_is_given_up_loses_nothing(
        self, site: Site, make_upstream: MakeUpstream
    ) -> None:
        """A page that takes too long is read on later."""
        upstream = await make_upstream()
        answer = await asked(upstream, site, b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(answer.read(), 0.01)
        site.lines[0].say(b"abc")

        assert await whole(answer) == b"abc"


class TestTunnels:
    SWITCH = b"HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
    ASK = Ask("GET", "/", [(b"Host", b"site.test")], upgrade=b"websocket")

    async def test_bytes_go_both_ways_as_they_are_and_each_end_may_stop(
        self, site: Site, make_upstream: MakeUpstream
    ) -> None:
        upstream = await make_upstream(read_seconds=0.01)
        answer = await asked(upstream, site, self.SWITCH, b"first", ask=self.ASK)
        tunnel, line = answer.tunnel(), site.lines[0]

        assert (answer.status, await tunnel.read()) == (101, b"first")
        await tunnel.write(b"\x81\x00")
        assert await line.hear_body(2) == b"\x81\x00"
        line.say(b"last")
        line.writer.write_eof()
        assert [await tunnel.read(), await tunnel.read()] == [b"last", b""]
        await tunnel.write(b"late")
        tunnel.write_eof()
        assert await line.hear_last() == b"late"
        answer.close()
        assert upstream.pool is not None
        assert upstream.pool.open == 0

    async def test_closing_it_closes_the_connection(
        self, site: Site, make_upstream: MakeUpstream
    ) -> None:
        upstream = await make_upstream()
        answer = await asked(upstream, site, self.SWITCH, ask=self.ASK)
        tunnel = answer.tunnel()

        tunnel.close()

        assert await site.lines[0].hear_last() == b""
        with pytest.raises(ConnectionError):
            await tunnel.write(b"x")

    async def test_a_switch_that_was_not_asked_for_is_refused(
        self, site: Site, make_upstream: MakeUpstream
    ) -> None:
        upstream = await make_upstream()

        with pytest.raises(UpstreamBroken, match="unasked"):
            await asked(upstream, site, self.SWITCH)

        assert await site.lines[0].hear_last() == b""

    async def test_no_tunnel_is_given_where_nothing_was_switched(
        self, site: Site, make_upstream: MakeUpstream
    ) -> None:
        upstream = await make_upstream()
        answer = await asked(upstream, site, ONE, ask=self.ASK)

        with pytest.raises(RuntimeError, match="did not switch"):
            answer.tunnel()


async def test_whoever_reads_an_answer_that_another_lets_go_does_not_wait_for_ever(
    site: Site, make_upstream: MakeUpstream
) -> None:
    answer = await asked(await make_upstream(), site, ONE.replace(b"one", b""))
    reading = asyncio.create_task(answer.read())
    await asyncio.sleep(0)

    answer.close()

    with pytest.raises(UpstreamBroken):
        async with asyncio.timeout(5):
            await reading
