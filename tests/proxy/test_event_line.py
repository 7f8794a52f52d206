"""One batch over real sockets, and every way in which its answer may be none."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from calltrack.events import Event, Kind
from calltrack.link.batches import Batch, make_batch
from calltrack.link.outcomes import Failed
from calltrack.link.receipts import LARGEST_BYTES, Choked, Later, Settled, TooLarge
from proxy.event_line import EventLine
from tests.proxy.event_receiver import EventReceiver, event_receiver
from tests.proxy.plan_server import TOKEN

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
EDGE = {"id": "e" * 32, "name": "proxy", "version": "1", "serial": 7, "report": {}}


@pytest.fixture
async def receiver() -> AsyncIterator[EventReceiver]:
    async with event_receiver() as found:
        yield found


@pytest.fixture
async def line(receiver: EventReceiver) -> AsyncIterator[EventLine]:
    found = EventLine(receiver.url, token=TOKEN, total_seconds=60)
    yield found
    await found.close()


def batch(count: int = 3) -> Batch:
    events = [Event(Kind.PAGE_VIEWED, NOW, {"path": f"/{n}"}) for n in range(count)]
    return make_batch(EDGE, events)


async def test_what_is_sent_arrives_and_is_known_the_second_time(
    receiver: EventReceiver, line: EventLine
) -> None:
    sent = batch()

    first, again = await line.send(sent), await line.send(sent)

    assert (first, again) == (Settled(stored=3), Settled(known=3))
    assert [receiver.stored[one.id]["data"] for one in sent.events] == [
        {"path": f"/{n}"} for n in range(3)
    ]
    assert receiver.edges == [EDGE] * 2
    assert receiver.tokens == [f"Bearer {TOKEN}"] * 2


async def test_without_events_it_is_a_sign_of_life(
    receiver: EventReceiver, line: EventLine
) -> None:
    assert await line.send(batch(0)) == Settled()
    assert receiver.batches == [[]]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        pytest.param({"status": 429}, Later(None, "it answers 429: not now"), id="too often"),
        pytest.param(
            {"status": 503, "headers": {"Retry-After": "7"}},
            Later(timedelta(seconds=7), "it answers 503: not now"),
            id="busy, and till when",
        ),
        pytest.param({"status": 500}, Choked("it answers 500: not now"), id="its mistake"),
        pytest.param(
            {"status": 413, "body": b'{"most_events": 2}'},
            TooLarge(2, None, "it answers 413: "),
            id="too large",
        ),
        pytest.param(
            {"body": b'{"stored": 1, "known": 0, "refused": []}'},
            Failed("its receipt accounts for 1 of 3 events"),
            id="half a receipt",
        ),
        pytest.param(
            {"body": b" " * (LARGEST_BYTES + 9)},
            Failed("what came is no receipt: is the address right?"),
            id="an endless receipt",
        ),
    ],
)
async def test_an_answer_comes_to_what_it_means(
    receiver: EventReceiver, line: EventLine, answer: dict[str, Any], expected: object
) -> None:
    for name, value in answer.items():
        setattr(receiver, name, value)

    found = await line.send(batch())

    if isinstance(found, TooLarge):
        assert (found.most_events, found.most_bytes) == (2, None)
        assert receiver.status == 413
    else:
        assert found == expected


@pytest.mark.parametrize("trouble", ["hangs", "trickles"])
async def test_an_answer_that_never_comes_or_never_ends_is_waited_for_so_long(
    receiver: EventReceiver, trouble: str
) -> None:
    line = EventLine(receiver.url, token=TOKEN, total_seconds=0.2)
    setattr(receiver, trouble, True)

    found = await line.send(batch())

    assert found == Failed("it does not answer in 0.2 s")
    await line.close()


async def test_a_receiver_that_is_not_there_is_told(
    receiver: EventReceiver, line: EventLine
) -> None:
    await receiver.stop()

    found = await line.send(batch())

    assert isinstance(found, Failed)
    assert found.reason.startswith("no connection: ")


async def test_a_token_that_is_not_accepted_is_told_without_it(receiver: EventReceiver) -> None:
    line = EventLine(f"{receiver.url}?key=secret", token="another")

    found = await line.send(batch())

    assert isinstance(found, Failed)
    assert found.reason.endswith("to one that Wagtail knows: unknown token")
    assert line.name == receiver.url
    await line.close()


@pytest.mark.parametrize("status", [307, 308])
async def test_a_redirect_that_repeats_the_request_is_followed_on_its_own_host(
    receiver: EventReceiver, line: EventLine, status: int
) -> None:
    receiver.redirect_status, receiver.redirect = status, "/elsewhere/?a=1"
    sent = batch()

    found = await line.send(sent)

    assert found == Settled(stored=3)
    assert receiver.batches == [list(sent.ids)] * 2
    assert receiver.tokens == [f"Bearer {TOKEN}"] * 2


@pytest.mark.parametrize("status", [301, 302, 303])
async def test_a_redirect_that_would_lose_the_events_is_not_followed(
    receiver: EventReceiver, line: EventLine, status: int
) -> None:
    receiver.redirect_status, receiver.redirect = status, "/elsewhere/?key=secret"

    found = await line.send(batch())

    place = f"http://127.0.0.1:{receiver.port}/elsewhere/"
    assert found == Failed(f"it leads to {place} ({status}), where events would be lost")
    assert len(receiver.batches) == 1


async def test_a_redirect_to_another_host_never_has_the_token_nor_the_events(
    receiver: EventReceiver, line: EventLine
) -> None:
    async with event_receiver() as other:
        receiver.redirect = other.url

        found = await line.send(batch())

        assert isinstance(found, Failed)
        assert "where the token may not go" in found.reason
        assert other.batches == []


async def test_a_redirect_in_a_circle_ends(receiver: EventReceiver, line: EventLine) -> None:
    receiver.redirect = receiver.url

    assert await line.send(batch()) == Failed("it leads from one address to the next")
