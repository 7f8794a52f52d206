"""What the receiver does not take: too much at once, or one event among others."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from calltrack.events import Event, Kind
from calltrack.link.batches import LARGEST_EVENT_BYTES
from proxy.shipper import CHOKED_TIMES
from tests.proxy.event_receiver import EventReceiver, event_receiver
from tests.proxy.shipping import Shipped, ids, some, warnings
from tests.proxy.visits import NOW


@pytest.fixture
async def receiver() -> AsyncIterator[EventReceiver]:
    async with event_receiver() as found:
        yield found


@pytest.fixture
async def ship(tmp_path: Path, receiver: EventReceiver) -> AsyncIterator[Shipped]:
    found = Shipped(tmp_path, receiver)
    yield found
    await found.close()


async def test_a_batch_too_large_is_halved_until_it_fits_and_grows_again(
    ship: Shipped, receiver: EventReceiver
) -> None:
    receiver.most_events = 30
    events = some(300)
    await ship.outbox.append(events)

    ship.shipper.start()
    await ship.until_empty()

    assert list(receiver.stored) == ids(events)
    assert [len(sent) for sent in receiver.batches[:3]] == [300, 30, 130]
    assert ship.state.failure is None


async def test_one_event_too_large_for_any_is_refused_and_the_others_go_on(
    ship: Shipped, receiver: EventReceiver
) -> None:
    receiver.status = 413
    large = Event(Kind.PAGE_VIEWED, NOW, {"path": "x" * LARGEST_EVENT_BYTES})
    others = some(2)
    await ship.outbox.append([large, *others])

    ship.shipper.start()
    await ship.until(lambda found: found.state.refused == 1)
    receiver.status = 200
    await ship.until_empty()

    assert list(receiver.stored) == ids(others)


async def test_a_front_that_takes_nothing_has_no_event_refused(
    ship: Shipped, receiver: EventReceiver
) -> None:
    receiver.status = 413
    await ship.outbox.append(some(2))

    ship.shipper.start()
    await ship.until(lambda found: found.state.failures >= 3)

    assert "it answers 413" in (ship.state.failure or "")
    assert (await ship.outbox.standing()).refused == 0
    assert await ship.outbox.backlog() == 2


async def test_what_is_refused_is_set_aside_and_told_once_by_kind_and_problem(
    ship: Shipped, receiver: EventReceiver, caplog: pytest.LogCaptureFixture
) -> None:
    receiver.refuses = lambda event: (
        "data.number: +31201234567 is none" if event["kind"] == "number.shown" else None
    )
    good, bad = some(5), some(4, Kind.NUMBER_SHOWN)
    await ship.outbox.append([*good[:2], *bad[:2], *good[2:], *bad[2:]])

    ship.shipper.start()
    await ship.until_empty()

    assert list(receiver.stored) == ids(good)
    assert len(receiver.batches) == 1
    assert (ship.state.shipped, ship.state.refused) == (5, 4)
    assert (await ship.outbox.standing()).refused == 4
    told = "an event is refused for ever: number.shown: data.number: … is none"
    assert warnings(caplog) == [f"{receiver.url}: {told}"]


async def test_an_event_that_the_receiver_chokes_on_holds_up_no_other(
    ship: Shipped, receiver: EventReceiver
) -> None:
    events = some(40)
    receiver.chokes = lambda event: bool(event["id"] == events[17].id)
    await ship.outbox.append(events)

    ship.shipper.start()
    await ship.until_empty()

    assert list(receiver.stored) == ids([*events[:17], *events[18:]])
    assert (await ship.outbox.standing()).refused == 1
    assert receiver.batches.count([events[17].id]) == CHOKED_TIMES


async def test_a_receiver_that_takes_nothing_at_all_has_no_event_refused(
    ship: Shipped, receiver: EventReceiver
) -> None:
    receiver.status = 500
    await ship.outbox.append(some(2))

    ship.shipper.start()
    await ship.until(lambda found: found.state.failures > CHOKED_TIMES + 2)

    assert (await ship.outbox.standing()).refused == 0
    assert await ship.outbox.backlog() == 2
