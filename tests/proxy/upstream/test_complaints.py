"""What operators read about a site that gives no answer."""

import asyncio
import logging

import pytest

from calltrack.errors import UpstreamBroken, UpstreamUnreachable
from proxy.upstream.complaints import EVERY_SECONDS, Complaints
from tests.proxy.upstream.scripted import GET, MakeUpstream, Site, pieces, posted, whole


def test_a_sentence_is_written_once_in_a_while(caplog: pytest.LogCaptureFixture) -> None:
    now = [0.0]
    complaints = Complaints("http://site.test", clock=lambda: now[0])

    for moment, sentence in [(0.0, "a"), (1.0, "a"), (2.0, "b"), (EVERY_SECONDS, "a")]:
        now[0] = moment
        complaints.no_answer(sentence)

    assert [one.getMessage() for one in caplog.records] == [
        "no answer from http://site.test: a",
        "no answer from http://site.test: b",
        "no answer from http://site.test: a",
    ]


def test_ever_new_sentences_take_no_more_room(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL)
    complaints = Complaints("http://site.test", clock=lambda: 0.0)

    for number in range(1000):
        complaints.no_answer(str(number))

    assert 0 < len(complaints._told_at) <= 100


async def test_the_reason_is_in_the_log(
    make_upstream: MakeUpstream, caplog: pytest.LogCaptureFixture
) -> None:
    upstream = await make_upstream("http://127.0.0.1:1")

    with pytest.raises(UpstreamUnreachable):
        await upstream.send(GET)

    assert "no answer from http://127.0.0.1:1: no connection to the site" in caplog.text


async def test_the_reason_why_an_answer_broke_off_is_in_the_log_once(
    site: Site, make_upstream: MakeUpstream, caplog: pytest.LogCaptureFixture
) -> None:
    upstream = await make_upstream()

    for length in (b"9", b"8"):
        head = b"HTTP/1.1 200 OK\r\nContent-Length: " + length + b"\r\n\r\nhalf"
        asking = asyncio.create_task(upstream.send(GET))
        line = await site.next_line()
        await line.hear()
        line.say(head)
        line.end()
        answer = await asking
        with pytest.raises(UpstreamBroken):
            await whole(answer)

    told = [one.getMessage() for one in caplog.records]
    assert told == [
        f"an answer from {upstream.base} broke off: the connection ended before the body did"
    ]


async def test_a_visitor_who_leaves_is_no_complaint_about_the_site(
    site: Site, make_upstream: MakeUpstream, caplog: pytest.LogCaptureFixture
) -> None:
    upstream = await make_upstream()
    sending = asyncio.create_task(upstream.send(posted(pieces(b"ab"), (b"Content-Length", b"9"))))
    await (await site.next_line()).hear()

    with pytest.raises(UpstreamBroken):
        await sending

    assert caplog.records == []
