"""Requests' bodies, and answers that come before their end."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from calltrack.errors import UpstreamBroken
from proxy.headers import Fields
from proxy.upstream import READ_BYTES
from tests.proxy.upstream.scripted import (
    ONE,
    MakeUpstream,
    Site,
    asked,
    pieces,
    posted,
    whole,
)


class TestRequestBodies:
    @pytest.mark.parametrize(
        ("fields", "heard"),
        [
            pytest.param([], b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", id="chunks"),
            pytest.param([(b"Content-Length", b"5")], b"abcde", id="length"),
        ],
    )
    async def test_a_body_goes_on_as_it_comes_in_its_own_framing(
        self, site: Site, make_upstream: MakeUpstream, fields: Fields, heard: bytes
    ) -> None:
        upstream = await make_upstream()
        sending = asyncio.create_task(upstream.send(posted(pieces(b"abc", b"", b"de"), *fields)))
        line = await site.next_line()
        await line.hear()

        assert await line.hear_body(len(heard)) == heard
        line.say(ONE)
        assert await whole(await sending) == b"one"
        assert upstream.pool is not None
        assert upstream.pool.idle == 1

    @pytest.mark.parametrize("length", [b"3", b"9"])
    async def test_a_body_of_another_length_than_it_is_said_to_have_is_not_sent(
        self, site: Site, make_upstream: MakeUpstream, length: bytes
    ) -> None:
        """The rest of it would be taken for the next request."""
        upstream = await make_upstream()
        body = pieces(b"ab", b"cdef")
        sending = asyncio.create_task(upstream.send(posted(body, (b"Content-Length", length))))
        line = await site.next_line()
        await line.hear()

        with pytest.raises(UpstreamBroken, match="ended before its body"):
            await sending

        assert await line.hear_last() in {b"ab", b"abcdef", b""}

    async def test_a_body_that_fails_ends_the_request(
        self, site: Site, make_upstream: MakeUpstream
    ) -> None:
        async def failing() -> AsyncIterator[bytes]:
            yield b"a"
            raise ConnectionResetError("the visitor left")

        upstream = await make_upstream()
        sending = asyncio.create_task(upstream.send(posted(failing())))
        line = await site.next_line()
        await line.hear()

        with pytest.raises(UpstreamBroken, match="ended before its body"):
            await sending

        assert not (await line.hear_last()).endswith(b"0\r\n\r\n")

    @pytest.mark.parametrize("status", [b"413 Too Large", b"401 Who", b"500 Oh"])
    async def test_a_refusal_comes_at_once_and_ends_the_body(
        self, site: Site, make_upstream: MakeUpstream, status: bytes
    ) -> None:
        ended = asyncio.Event()

        async def endless() -> AsyncIterator[bytes]:
            try:
                while True:
                    yield bytes(READ_BYTES)
            finally:
                ended.set()

        upstream = await make_upstream()

        answer = await asked(
            upstream,
            site,
            b"HTTP/1.1 %b\r\nContent-Length: 3\r\n\r\nno!" % status,
            ask=posted(endless()),
        )

        assert answer.status == int(status[:3])
        assert await whole(answer) == b"no!"
        await ended.wait()
        assert upstream.pool is not None
        assert upstream.pool.open == 0

    async def test_a_refusal_is_heard_though_the_site_closes_behind_it(
        self, site: Site, make_upstream: MakeUpstream
    ) -> None:
        """Writing on would lose what it said."""
        sent = asyncio.Event()

        async def parts() -> AsyncIterator[bytes]:
            yield b"a"
            await sent.wait()
            while True:
                yield bytes(READ_BYTES)

        upstream = await make_upstream()
        sending = asyncio.create_task(upstream.send(posted(parts())))
        line = await site.next_line()
        await line.hear()
        line.say(b"HTTP/1.1 413 Too Large\r\nConnection: close\r\nContent-Length: 3\r\n\r\nno!")
        line.end()
        sent.set()

        answer = await sending

        assert (answer.status, await whole(answer)) == (413, b"no!")

    async def test_an_answer_that_begins_early_lets_the_body_go_on(
        self, site: Site, make_upstream: MakeUpstream
    ) -> None:
        more = asyncio.Event()

        async def parts() -> AsyncIterator[bytes]:
            yield b"a"
            await more.wait()
            yield b"b"

        upstream = await make_upstream()
        answer = await asked(
            upstream,
            site,
            b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n",
            ask=posted(parts(), (b"Content-Length", b"2")),
        )
        more.set()
        heard = await site.lines[0].hear_body(2)
        site.lines[0].say(b"abc")

        assert (heard, await whole(answer)) == (b"ab", b"abc")
