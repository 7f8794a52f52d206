"""What is written to the outbox arrives, once each in calm weather; and nothing ends the task."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from calltrack.events import Event, Kind
from calltrack.link.batches import MOST_EVENTS
from calltrack.stores.sqlite_outbox import SqliteOutbox
from tests.proxy.event_receiver import EventReceiver, event_receiver
from tests.proxy.plan_server import TOKEN
from tests.proxy.shipping import BRISK, NEVER, PATIENCE, SOON, Shipped, ids, some, warnings
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


async def test_all_that_is_written_arrives_once_and_in_order_and_is_forgotten(
    ship: Shipped, receiver: EventReceiver
) -> None:
    events = some(2 * MOST_EVENTS + 345)
    await ship.outbox.append(events)

    ship.shipper.start()
    await ship.until_empty()
    later = some(2, Kind.LEASE_GIVEN)
    await ship.outbox.append(later)
    await ship.until_empty()

    assert list(receiver.stored) == ids([*events, *later])
    assert [one for sent in receiver.batches for one in sent] == list(receiver.stored)
    assert receiver.stored[events[7].id] == {
        "id": events[7].id,
        "kind": "page.viewed",
        "at": (NOW + timedelta(seconds=7)).isoformat(),
        "data": {"path": "/7"},
    }
    assert receiver.most_at_once == 1
    assert (ship.state.shipped, ship.state.failure) == (len(events) + 2, None)


async def test_without_events_there_are_signs_of_life_with_a_fresh_report(
    tmp_path: Path, receiver: EventReceiver
) -> None:
    ship = Shipped(tmp_path, receiver, replace(BRISK, sign=SOON, report=timedelta(0)))

    ship.shipper.start()
    await receiver.until(lambda found: len(found.batches) >= 3)

    assert receiver.batches[:3] == [[], [], []]
    assert [edge["serial"] for edge in receiver.edges[:3]] == [1, 2, 3]
    await ship.close()


async def test_a_report_is_not_looked_up_for_each_of_many_batches(
    ship: Shipped, receiver: EventReceiver
) -> None:
    await ship.outbox.append(some(3 * MOST_EVENTS))

    ship.shipper.start()
    await ship.until_empty()

    assert len(receiver.batches) == 3
    assert ship.told == 1


async def test_a_disk_that_is_busy_has_nothing_sent_twice(
    ship: Shipped, receiver: EventReceiver, caplog: pytest.LogCaptureFixture
) -> None:
    events = some(3)
    await ship.outbox.append(events)
    ship.outbox.fails = 3

    ship.shipper.start()
    await ship.until_empty()
    await ship.outbox.append(more := some(1))
    await ship.until_empty()

    assert receiver.batches == [ids(events), ids(more)]
    assert ship.state.shipped == 4
    assert [line.partition("events ")[2] for line in warnings(caplog)] == [
        f"wait on the disk; {receiver.url}: the disk is full",
        f"go to {receiver.url} again",
    ]


async def test_what_was_received_and_never_forgotten_is_sent_again_and_is_known(
    tmp_path: Path, receiver: EventReceiver
) -> None:
    first = Shipped(tmp_path, receiver)
    await first.outbox.append(events := some(3))
    first.outbox.fails = 10_000
    first.shipper.start()
    await first.until(lambda found: found.state.failures > 1)
    await first.close()

    second = Shipped(tmp_path, receiver)
    second.shipper.start()
    await second.until_empty()
    await second.close()

    assert receiver.batches == [ids(events)] * 2
    assert list(receiver.stored) == ids(events)


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        pytest.param({"status": 503}, "it answers 503: not now", id="busy"),
        pytest.param({"status": 429}, "it answers 429: not now", id="too often"),
        pytest.param({"status": 404}, "older than this proxy", id="an older plugin"),
        pytest.param({"status": 403, "body": b"<html>"}, "older than this proxy", id="its forms"),
        pytest.param({"status": 502}, "it answers 502", id="a front alone"),
        pytest.param({"token": "another"}, "set CALLTRACK_PLAN_TOKEN", id="the token"),
        pytest.param({"body": b"<html>hello"}, "a web page came", id="a log-in page"),
        pytest.param({"body": b"{}"}, "no receipt", id="garbage"),
        pytest.param(
            {"body": b'{"stored": 2, "known": 0, "refused": []}'},
            "accounts for 2 of ",
            id="a receipt that lacks one",
        ),
        pytest.param(
            {"redirect": "/login/", "redirect_status": 302}, "events would be lost", id="a log-in"
        ),
    ],
)
async def test_events_wait_while_it_goes_wrong_and_arrive_complete_afterwards(
    ship: Shipped,
    receiver: EventReceiver,
    trouble: dict[str, Any],
    said: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    well = {name: getattr(receiver, name) for name in trouble}
    for name, value in trouble.items():
        setattr(receiver, name, value)
    events = some(3)
    await ship.outbox.append(events)

    ship.shipper.start()
    await ship.until(lambda found: found.state.failures >= 3)
    waiting, problem = await ship.outbox.backlog(), ship.state.failure
    for name, value in well.items():
        setattr(receiver, name, value)
    await ship.until_empty()

    assert waiting == 3
    assert said in (problem or "")
    assert [said in line for line in warnings(caplog)] == [True, False]
    assert list(receiver.stored) == ids(events)
    assert ship.state.failure is None
    assert TOKEN not in caplog.text


async def test_a_receiver_stopped_and_started_gets_all_of_it(
    ship: Shipped, receiver: EventReceiver
) -> None:
    before, meanwhile = some(5), some(1_500)
    await ship.outbox.append(before)
    ship.shipper.start()
    await ship.until_empty()

    await receiver.stop()
    await ship.outbox.append(meanwhile)
    await ship.until(lambda found: found.state.failures >= 2)
    await receiver.start()
    await ship.until_empty()

    assert list(receiver.stored) == ids([*before, *meanwhile])
    assert sum(map(len, receiver.batches)) == len(receiver.stored)


async def test_a_busy_receiver_is_asked_again_when_it_says(
    ship: Shipped, receiver: EventReceiver
) -> None:
    receiver.status, receiver.headers = 503, {"Retry-After": "3600"}
    await ship.outbox.append(some(1))

    wait = await ship.shipper._turn()

    assert wait == timedelta(minutes=5)
    assert ship.state.failures == 1


async def test_of_two_on_one_outbox_one_ships_and_the_other_when_that_one_ends(
    tmp_path: Path, receiver: EventReceiver
) -> None:
    one, other = Shipped(tmp_path, receiver), Shipped(tmp_path, receiver)
    events = some(2_500)
    one.shipper.start()
    await one.until(lambda found: found.state.is_ours)
    other.shipper.start()

    await asyncio.gather(one.outbox.append(events[:1200]), other.outbox.append(events[1200:]))
    await one.until_empty()
    shipped_by_other = other.state.shipped
    await one.close()
    await other.outbox.append(last := some(1))
    await other.until_empty()

    sent = [one for batch in receiver.batches for one in batch]
    assert sorted(sent) == sorted(ids([*events, *last]))
    assert shipped_by_other == 0
    assert (other.state.is_ours, other.state.shipped) == (True, 1)
    await other.close()


async def test_at_the_end_what_waits_in_memory_is_shipped_too(
    tmp_path: Path, receiver: EventReceiver
) -> None:
    ship = Shipped(tmp_path, receiver, replace(BRISK, poll=NEVER, last=PATIENCE))
    ship.shipper.start()
    await ship.until(lambda found: found.state.is_ours)
    events = some(3)

    async def flush() -> None:
        await ship.outbox.append(events)

    ship.shipper.flush = flush
    await ship.close()

    assert list(receiver.stored) == ids(events)


async def test_a_receiver_that_hangs_does_not_hold_up_the_end(
    tmp_path: Path, receiver: EventReceiver
) -> None:
    ship = Shipped(tmp_path, receiver, replace(BRISK, poll=NEVER, last=SOON))
    receiver.hangs = True
    await ship.outbox.append(events := some(1))
    ship.shipper.start()
    await receiver.until(lambda found: bool(found.stored))

    async with asyncio.timeout(20):
        await ship.shipper.close()

    assert list(await ship.outbox.pending(limit=9)) == events
    await ship.outbox.close()


async def test_a_mistake_of_ours_is_told_and_the_task_goes_on(
    tmp_path: Path, receiver: EventReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("proxy.shipper.LONGEST", SOON)
    ship = Shipped(tmp_path, receiver)
    mistakes = [ZeroDivisionError(), ZeroDivisionError()]

    async def tell() -> Mapping[str, Any]:
        if mistakes:
            raise mistakes.pop()
        return {}

    ship.shipper.tell = tell
    await ship.outbox.append(some(1))

    ship.shipper.start()
    await ship.until(lambda found: found.state.failure is not None)
    await ship.until_empty()

    assert ship.counters.snapshot() == {"failure.events": 2}
    assert ship.state.failure is None
    await ship.close()


@pytest.mark.slow
async def test_a_hundred_thousand_that_wait_are_worked_off_a_batch_at_a_time(
    ship: Shipped, receiver: EventReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    pending = SqliteOutbox.pending

    async def watched(self: SqliteOutbox, *, limit: int) -> Sequence[Event]:
        asked.append(limit)
        return await pending(self, limit=limit)

    monkeypatch.setattr(SqliteOutbox, "pending", watched)
    for _ in range(10):
        await ship.outbox.append(some(10_000))

    ship.shipper.start()
    await ship.until_empty()

    assert len(receiver.stored) == 100_000
    assert len(receiver.batches) == 100
    assert max(asked) == MOST_EVENTS


async def test_a_folder_that_cannot_be_locked_is_told(
    tmp_path: Path, receiver: EventReceiver, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "shipping.lock").mkdir()
    ship = Shipped(tmp_path, receiver)

    ship.shipper.start()
    await ship.until(lambda found: found.state.failures > 2)

    assert ship.state.failure == f"{tmp_path}/shipping.lock cannot be locked: Is a directory"
    assert len(warnings(caplog)) == 1
    assert receiver.batches == []
    await ship.close()
