"""Connections that are used again, and those that must not be."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from calltrack.errors import UpstreamBroken, UpstreamTimeout
from proxy.upstream import Ask, Upstream
from tests.proxy.upstream.scripted import (
    GET,
    ONE,
    STRAY,
    TWO,
    MakeUpstream,
    Site,
    asked,
    pieces,
    posted,
    whole,
)

LATE = b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
LATE_WITH_BODY = LATE.replace(b"Length: 0", b"Length: 9")


def counts(upstream: Upstream) -> tuple[int, int, int, int]:
    pool = upstream.pool
    assert pool is not None
    return pool.open, pool.idle, pool.reused, pool.retried


async def test_a_connection_is_used_again_after_a_whole_answer(
    site: Site, make_upstream: MakeUpstream
) -> None:
    upstream = await make_upstream()
    first = await asked(upstream, site, ONE)

    second = await asked(upstream, site.lines[0], TWO)

    assert [await whole(first), await whole(second)] == [b"one", b"two"]
    assert len(site.lines) == 1
    assert counts(upstream) == (1, 1, 1, 0)


@pytest.mark.parametrize(
    "says",
    [
        pytest.param(ONE + STRAY, id="another answer behind the first"),
        pytest.param(ONE + b"\n", id="one byte more"),
        pytest.param(b"HTTP/1.1 204 No Content\r\n\r\nabc", id="a body where none may be"),
        pytest.param(ONE.replace(b"\r\n", b"\r\nConnection: close\r\n", 1), id="close is promised"),
        pytest.param(ONE.replace(b"1.1", b"1.0", 1), id="HTTP/1.0"),
        pytest.param(
            ONE.replace(b"\r\n", b"\r\nKeep-Alive: timeout=1\r\n", 1), id="kept for too short"
        ),
    ],
)
async def test_a_connection_is_closed_after_an_answer_that_ends_it(
    site: Site, make_upstream: MakeUpstream, says: bytes
) -> None:
    upstream = await make_upstream()

    answer = await asked(upstream, site, says)

    assert await whole(answer) in {b"one", b""}
    assert await site.lines[0].hear_last() == b""
    assert counts(upstream) == (0, 0, 0, 0)


async def test_what_comes_on_an_idle_connection_closes_it(
    site: Site, make_upstream: MakeUpstream
) -> None:
    """A visitor would get the page that was meant for nobody."""
    upstream = await make_upstream()
    mine = await asked(upstream, site, ONE)
    site.lines[0].say(STRAY)
    await site.lines[0].hear_last()

    theirs = await asked(upstream, site, TWO)

    assert [await whole(mine), await whole(theirs)] == [b"one", b"two"]
    assert len(site.lines) == 2


async def test_what_has_come_but_was_not_looked_at_is_nobodys_answer(
    site: Site, make_upstream: MakeUpstream
) -> None:
    """The next visitor asks before the loop has seen what came: the two race."""
    upstream = await make_upstream()
    mine = await asked(upstream, site, ONE)
    site.lines[0].say(STRAY)  # is with the proxy's kernel now, and nothing runs in between
    assert counts(upstream)[1] == 1

    theirs = await asked(upstream, site, TWO)

    assert [await whole(mine), await whole(theirs)] == [b"one", b"two"]
    assert await site.lines[0].hear_last() == b""  # it was never asked a second time


async def test_a_request_that_was_not_sent_whole_ends_its_connection(
    site: Site, make_upstream: MakeUpstream
) -> None:
    upstream = await make_upstream()
    never = asyncio.Event()

    async def endless() -> AsyncIterator[bytes]:
        yield b"some"
        await never.wait()

    answer = await asked(upstream, site, ONE, ask=posted(endless()))

    assert await whole(answer) == b"one"
    assert (await site.lines[0].hear_last()) == b"4\r\nsome\r\n"
    assert counts(upstream) == (0, 0, 0, 0)


async def test_a_connection_is_free_as_soon_as_its_answer_has_come(
    site: Site, make_upstream: MakeUpstream
) -> None:
    """However long a visitor takes to read what is here."""
    upstream = await make_upstream(max_connections=1)
    slow = await asked(upstream, site, ONE)

    fast = await asked(upstream, site.lines[0], TWO)

    assert [await whole(fast), await whole(slow)] == [b"two", b"one"]


async def test_the_site_closes_an_idle_connection_and_nobody_notices(
    site: Site, make_upstream: MakeUpstream
) -> None:
    upstream = await make_upstream()
    await whole(await asked(upstream, site, ONE))
    site.lines[0].end()  # unseen so far

    answer = await asked(upstream, site, TWO)

    assert await whole(answer) == b"two"


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"])
async def test_a_request_that_met_a_closing_connection_is_sent_again_once(
    site: Site, make_upstream: MakeUpstream, method: str
) -> None:
    upstream = await make_upstream()
    await whole(await asked(upstream, site, ONE))
    sending = asyncio.create_task(upstream.send(Ask(method, "/", GET.fields)))
    await site.lines[0].hear()
    site.lines[0].end()
    line = await site.next_line()
    await line.hear()
    line.say(TWO)

    answer = await sending

    assert answer.status == 200
    assert counts(upstream)[2:] == (1, 1)


async def test_a_request_is_not_sent_a_third_time(site: Site, make_upstream: MakeUpstream) -> None:
    upstream = await make_upstream()
    await whole(await asked(upstream, site, ONE))
    sending = asyncio.create_task(upstream.send(GET))
    await site.lines[0].hear()
    site.lines[0].end()
    second = await site.next_line()
    await second.hear()
    second.end()

    with pytest.raises(UpstreamBroken):
        await sending

    assert len(site.lines) == 2


async def test_a_request_is_not_sent_again_on_a_byte_of_an_answer(
    site: Site, make_upstream: MakeUpstream
) -> None:
    upstream = await make_upstream()
    await whole(await asked(upstream, site, ONE))
    sending = asyncio.create_task(upstream.send(GET))
    await site.lines[0].hear()
    site.lines[0].say(b"H")
    site.lines[0].end()

    with pytest.raises(UpstreamBroken):
        await sending

    assert len(site.lines) == 1


@pytest.mark.parametrize(
    ("first", "second", "status"),
    [
        pytest.param(LATE, TWO, 200, id="a goodbye that crossed the request"),
        pytest.param(LATE_WITH_BODY, TWO, 200, id="with a body that is still to come"),
        pytest.param(LATE, LATE, 408, id="and once more on a new connection: it is meant"),
    ],
)
async def test_a_goodbye_to_a_connection_that_was_idle_is_nobodys_answer(
    site: Site, make_upstream: MakeUpstream, first: bytes, second: bytes, status: int
) -> None:
    upstream = await make_upstream()
    await whole(await asked(upstream, site, ONE))
    sending = asyncio.create_task(upstream.send(GET))
    await site.lines[0].hear()
    site.lines[0].say(first)
    line = await site.next_line()
    await line.hear()
    line.say(second)

    answer = await sending

    assert answer.status == status
    assert await site.lines[0].hear_last() == b""
    assert counts(upstream)[2:] == (1, 1)


async def test_a_time_out_on_a_new_connection_is_the_answer(
    site: Site, make_upstream: MakeUpstream
) -> None:
    answer = await asked(await make_upstream(), site, LATE)

    assert answer.status == 408
    assert len(site.lines) == 1


async def test_a_new_connection_that_breaks_is_not_tried_again(
    site: Site, make_upstream: MakeUpstream
) -> None:
    upstream = await make_upstream()
    sending = asyncio.create_task(upstream.send(GET))
    line = await site.next_line()
    await line.hear()
    line.end()

    with pytest.raises(UpstreamBroken):
        await sending

    assert len(site.lines) == 1


@pytest.mark.parametrize(
    "ask",
    [
        pytest.param(Ask("POST", "/", [(b"Content-Length", b"0")]), id="a method that does things"),
        pytest.param(Ask("PATCH", "/", []), id="another"),
        pytest.param(posted(pieces(b"x"), method="PUT"), id="a body"),
    ],
)
async def test_what_cannot_be_sent_twice_never_meets_a_closing_connection(
    site: Site, make_upstream: MakeUpstream, ask: Ask
) -> None:
    """A form that is sent is worth a connection of its own."""
    upstream = await make_upstream()
    await whole(await asked(upstream, site, ONE))

    await asked(upstream, site, TWO, ask=ask)

    assert len(site.lines) == 2


async def test_an_idle_connection_is_closed_after_a_while(
    site: Site, make_upstream: MakeUpstream
) -> None:
    upstream = await make_upstream(idle_seconds=0.01)
    await whole(await asked(upstream, site, ONE))

    assert await site.lines[0].hear_last() == b""
    assert counts(upstream) == (0, 0, 0, 0)


async def test_a_connection_that_grew_old_unseen_is_not_used(
    site: Site, make_upstream: MakeUpstream
) -> None:
    upstream = await make_upstream()
    await whole(await asked(upstream, site, ONE))
    assert upstream.pool is not None
    for connection in upstream.pool._idle:
        connection.idle_until = 0.0  # as if the loop had been busy for so long

    await asked(upstream, site, TWO)

    assert len(site.lines) == 2


async def test_a_site_that_is_not_to_be_kept_hears_so(
    site: Site, make_upstream: MakeUpstream
) -> None:
    upstream = await make_upstream(idle_seconds=0)
    sending = asyncio.create_task(upstream.send(GET))
    line = await site.next_line()
    heard = await line.hear()
    line.say(ONE)
    await whole(await sending)

    assert b"\r\nConnection: close\r\n" in heard
    assert await line.hear_last() == b""


async def test_no_more_connections_are_made_than_may_be(
    site: Site, make_upstream: MakeUpstream
) -> None:
    """Who comes later waits for a connection to be free, and is served then."""
    upstream = await make_upstream(max_connections=1)
    first = asyncio.create_task(upstream.send(GET))
    line = await site.next_line()
    await line.hear()
    second = asyncio.create_task(upstream.send(GET))
    line.say(ONE)
    await line.hear()
    line.say(TWO)

    assert [await whole(await first), await whole(await second)] == [b"one", b"two"]
    assert len(site.lines) == 1


async def test_the_wait_for_a_free_connection_has_an_end(
    site: Site, make_upstream: MakeUpstream
) -> None:
    upstream = await make_upstream(max_connections=1, connect_seconds=1.0)
    first = asyncio.create_task(upstream.send(GET))
    line = await site.next_line()

    with pytest.raises(UpstreamTimeout, match="all 1 connections to the site are in use"):
        await upstream.send(GET)

    line.say(ONE)
    assert await whole(await first) == b"one"


async def test_an_idle_connection_makes_room_for_a_new_one(
    site: Site, make_upstream: MakeUpstream
) -> None:
    upstream = await make_upstream(max_connections=1)
    await whole(await asked(upstream, site, ONE))

    await asked(upstream, site, TWO, ask=Ask("POST", "/", []))

    assert await site.lines[0].hear_last() == b""
    assert counts(upstream)[:2] == (1, 1)


async def test_whoever_gives_up_waiting_takes_nobodys_place(
    site: Site, make_upstream: MakeUpstream
) -> None:
    upstream = await make_upstream(max_connections=1)
    first = asyncio.create_task(upstream.send(GET))
    line = await site.next_line()
    waiting = asyncio.create_task(upstream.send(GET))
    await line.hear()
    waiting.cancel()
    line.say(ONE)
    await whole(await first)

    answer = await asked(upstream, line, TWO)

    assert await whole(answer) == b"two"
    assert waiting.cancelled()


async def test_closing_closes_all(site: Site, make_upstream: MakeUpstream) -> None:
    upstream = await make_upstream()
    await whole(await asked(upstream, site, ONE))
    sending = asyncio.create_task(upstream.send(Ask("POST", "/", [])))
    line = await site.next_line()

    await upstream.close()

    with pytest.raises(UpstreamBroken):
        await sending
    assert await site.lines[0].hear_last() == b""
    await line.hear_last()
    with pytest.raises(RuntimeError, match="open"):
        await upstream.send(GET)
