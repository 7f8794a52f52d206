"""Batches, what is written at once, and a disk that fails."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from calltrack.errors import OutboxError
from calltrack.events import Event, EventId, Kind
from calltrack.stores.event_writer import BATCH, EventWriter
from calltrack.stores.sqlite_outbox import open_outbox
from tests.calltrack.stores.words import at

NEVER = timedelta(hours=1)
AT_ONCE = timedelta(0)


class MemoryOutbox:
    """A working outbox in memory that can be told to fail, or to take its time."""

    def __init__(self) -> None:
        self.transactions: list[list[Event]] = []
        self.error: OutboxError | None = None
        self.is_closed = False
        self.may_go = asyncio.Event()
        self.may_go.set()
        self.has_written = asyncio.Event()

    @property
    def kinds(self) -> list[list[Kind]]:
        return [[event.kind for event in written] for written in self.transactions]

    async def append(self, events: Sequence[Event]) -> None:
        await self.may_go.wait()
        if self.error is not None:
            raise self.error
        self.transactions.append(list(events))
        self.has_written.set()

    async def pending(self, *, limit: int) -> Sequence[Event]:
        return [event for written in self.transactions for event in written][:limit]

    async def shipped(self, ids: Sequence[EventId]) -> None:
        self.transactions = [[e for e in t if e.id not in ids] for t in self.transactions]

    async def close(self) -> None:
        self.is_closed = True


@pytest.fixture
def disk() -> MemoryOutbox:
    return MemoryOutbox()


@pytest.fixture
async def writer(disk: MemoryOutbox) -> AsyncIterator[EventWriter]:
    made = EventWriter(disk, wait=NEVER)
    yield made
    disk.error = None
    disk.may_go.set()
    await made.close()


def event(kind: Kind, n: int = 0) -> Event:
    return Event(kind, at(n), {"session": "a"})


VIEW, SHOWN = Kind.PAGE_VIEWED, Kind.NUMBER_SHOWN
GIVEN, STARTED = Kind.LEASE_GIVEN, Kind.SESSION_STARTED
CALL = Kind.CALL_REPORTED
FULL = OutboxError("the disk is full")


async def test_what_matters_is_on_disk_when_append_returns(
    writer: EventWriter, disk: MemoryOutbox
) -> None:
    await writer.append([event(VIEW), event(STARTED), event(GIVEN), event(SHOWN)])

    assert disk.kinds == [[STARTED, GIVEN]]
    assert (writer.written, writer.waiting) == (2, 2)


async def test_page_views_wait_and_are_written_together(
    writer: EventWriter, disk: MemoryOutbox
) -> None:
    for n in range(5):
        await writer.append([event(VIEW, n)])
    before = list(disk.transactions)

    await writer.flush()

    assert before == []
    assert [[e.at for e in written] for written in disk.transactions] == [[at(n) for n in range(5)]]
    assert (writer.written, writer.waiting) == (5, 0)


async def test_page_views_are_written_by_themselves(disk: MemoryOutbox) -> None:
    writer = EventWriter(disk, wait=AT_ONCE)

    for _ in range(2):
        await writer.append([event(VIEW), event(SHOWN)])
        await disk.has_written.wait()
        disk.has_written.clear()

    assert disk.kinds == [[VIEW, SHOWN], [VIEW, SHOWN]]
    await writer.close()


async def test_a_great_many_are_written_in_several_transactions(
    writer: EventWriter, disk: MemoryOutbox
) -> None:
    await writer.append([event(VIEW) for _ in range(2500)])

    await writer.flush()

    assert [len(written) for written in disk.transactions] == [1000, 1000, 500]


async def test_a_batch_that_is_full_waits_no_longer(
    writer: EventWriter, disk: MemoryOutbox
) -> None:
    await writer.append([event(VIEW) for _ in range(BATCH)])

    await disk.has_written.wait()

    assert [len(written) for written in disk.transactions] == [BATCH]


async def test_what_comes_while_the_disk_writes_waits_for_its_own_turn(
    writer: EventWriter, disk: MemoryOutbox
) -> None:
    disk.may_go.clear()
    await writer.append([event(VIEW)])
    flushing = asyncio.create_task(writer.flush())
    await asyncio.sleep(0)
    await writer.append([event(SHOWN)])
    disk.may_go.set()
    await flushing

    assert disk.kinds == [[VIEW]]
    assert writer.waiting == 1


async def test_closing_writes_what_waits_and_closes_the_outbox(disk: MemoryOutbox) -> None:
    writer = EventWriter(disk, wait=NEVER)
    await writer.append([event(VIEW)])

    await writer.close()
    await writer.close()

    assert disk.kinds == [[VIEW]]
    assert disk.is_closed
    with pytest.raises(OutboxError, match="closed"):
        await writer.append([event(VIEW)])


async def test_a_disk_that_others_have_at_the_end_is_asked_again(disk: MemoryOutbox) -> None:
    writer = EventWriter(disk, wait=NEVER)
    await writer.append([event(VIEW)])
    disk.error = FULL
    closing = asyncio.create_task(writer.close())
    while not writer.failures:  # noqa: ASYNC110 - nobody tells of the first try
        await asyncio.sleep(0)
    disk.error = None
    await closing

    assert disk.kinds == [[VIEW]]
    assert (writer.dropped, disk.is_closed) == (0, True)


async def test_nothing_to_write_starts_nothing(disk: MemoryOutbox) -> None:
    writer = EventWriter(disk)
    await writer.append([])
    await writer.close()

    assert disk.transactions == []


async def test_what_the_disk_refuses_is_kept_and_written_later(
    writer: EventWriter, disk: MemoryOutbox
) -> None:
    disk.error = FULL
    with pytest.raises(OutboxError, match="the disk is full"):
        await writer.append([event(GIVEN)])
    with pytest.raises(OutboxError):
        await writer.flush()
    failing = (writer.is_failing, writer.waiting, writer.failures)

    disk.error = None
    await writer.flush()

    assert failing == (True, 1, 2)
    assert disk.kinds == [[GIVEN]]
    assert (writer.is_failing, writer.waiting, writer.dropped) == (False, 0, 0)


async def test_a_failing_disk_is_tried_again_by_itself(disk: MemoryOutbox) -> None:
    writer = EventWriter(disk, wait=AT_ONCE)
    disk.error = FULL
    with pytest.raises(OutboxError):
        await writer.append([event(GIVEN)])

    disk.error = None
    await disk.has_written.wait()

    assert disk.kinds == [[GIVEN]]
    await writer.close()


async def test_while_the_disk_fails_nobody_waits_for_it(
    writer: EventWriter, disk: MemoryOutbox
) -> None:
    disk.error = FULL
    with pytest.raises(OutboxError):
        await writer.append([event(GIVEN)])
    disk.may_go.clear()  # a disk that is asked now would never answer

    with pytest.raises(OutboxError, match="wait in memory") as caught:
        await writer.append([event(STARTED)])
    await writer.append([event(VIEW)])

    assert caught.value.__cause__ is FULL
    assert writer.waiting == 3


async def test_a_disk_that_takes_too_long_keeps_no_page(disk: MemoryOutbox) -> None:
    writer = EventWriter(disk, wait=NEVER, limit=timedelta(milliseconds=1))
    disk.may_go.clear()
    with pytest.raises(OutboxError, match="takes too long"):
        await writer.append([event(GIVEN)])
    failing = writer.is_failing

    disk.may_go.set()
    await writer.close()

    assert failing
    assert disk.kinds == [[GIVEN]]


async def test_who_says_how_long_it_may_take_is_waited_for_also_after_a_failure(
    writer: EventWriter, disk: MemoryOutbox
) -> None:
    disk.error = FULL
    with pytest.raises(OutboxError):
        await writer.append([event(GIVEN)])
    task = asyncio.create_task(writer.append([event(CALL)], limit=timedelta(seconds=20)))
    await asyncio.sleep(0)

    disk.error = None
    await task

    assert disk.kinds == [[CALL]]
    assert not writer.is_failing


async def test_who_says_how_long_it_may_take_waits_no_longer(
    writer: EventWriter, disk: MemoryOutbox
) -> None:
    disk.error = FULL

    with pytest.raises(OutboxError, match="takes too long"):
        await writer.append([event(CALL)], limit=timedelta(milliseconds=30))

    assert writer.waiting == 1


async def test_a_call_is_never_dropped_for_lack_of_room(disk: MemoryOutbox) -> None:
    disk.error = FULL
    writer = EventWriter(disk, wait=NEVER, room=2)
    for n in range(5):
        with pytest.raises(OutboxError):
            await writer.append([event(CALL, n)])

    disk.error = None
    await writer.close()

    assert disk.kinds == [[CALL] * 5]
    assert writer.dropped == 0


async def test_who_gives_up_loses_no_event(writer: EventWriter, disk: MemoryOutbox) -> None:
    disk.may_go.clear()
    task = asyncio.create_task(writer.append([event(GIVEN)]))
    await asyncio.sleep(0)  # it stands before the disk now

    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    disk.may_go.set()
    await writer.flush()

    assert disk.kinds == [[GIVEN]]


async def test_memory_is_bounded_and_what_is_missed_least_goes_first(disk: MemoryOutbox) -> None:
    writer = EventWriter(disk, wait=NEVER, room=6)
    disk.error = FULL
    for kind in (VIEW, GIVEN, SHOWN, STARTED):
        for n in range(2):
            try:
                await writer.append([event(kind, n)])
            except OutboxError:
                continue

    disk.error = None
    await writer.close()

    assert disk.kinds == [[GIVEN, GIVEN, SHOWN, SHOWN, STARTED, STARTED]]
    assert writer.dropped == 2


BEGINS = "events wait in memory, the disk does not take them: the disk is full"


async def fail_and_mend(writer: EventWriter, disk: MemoryOutbox, *, views: int = 0) -> None:
    disk.error = FULL
    with pytest.raises(OutboxError):
        await writer.append([event(GIVEN)])
    await writer.append([event(VIEW) for _ in range(views)])
    disk.error = None
    await writer.flush()


async def test_a_disk_that_fails_now_and_then_is_told_once_until_it_has_been_well_for_a_while(
    disk: MemoryOutbox, caplog: pytest.LogCaptureFixture
) -> None:
    writer = EventWriter(disk, wait=NEVER, calm=NEVER)
    for _ in range(3):
        await fail_and_mend(writer, disk)
    told = list(caplog.messages)
    assert not writer.is_failing
    await writer.close()

    assert told == [BEGINS]
    assert caplog.messages == [BEGINS, "events go to the disk again; 0 were lost meanwhile"]


async def test_what_one_failure_cost_is_not_told_again_after_the_next(
    disk: MemoryOutbox, caplog: pytest.LogCaptureFixture
) -> None:
    writer = EventWriter(disk, wait=NEVER, room=2, calm=AT_ONCE)
    for views in (3, 0):
        await fail_and_mend(writer, disk, views=views)
        async with asyncio.timeout(30):
            while "again" not in caplog.messages[-1]:  # noqa: ASYNC110 - the log sets no Event
                await asyncio.sleep(0)
    told = list(caplog.messages)
    await writer.close()

    assert told == [
        BEGINS,
        "events go to the disk again; 2 were lost meanwhile",
        BEGINS,
        "events go to the disk again; 0 were lost meanwhile",
    ]


async def test_the_end_of_a_failing_disk_does_not_say_that_all_is_well(
    disk: MemoryOutbox, caplog: pytest.LogCaptureFixture
) -> None:
    writer = EventWriter(disk, wait=NEVER, last=AT_ONCE)
    await fail_and_mend(writer, disk)
    disk.error = FULL
    await writer.append([event(VIEW)])
    await writer.close()

    assert caplog.messages[0] == BEGINS
    assert "1 events are lost" in caplog.messages[1]
    assert len(caplog.messages) == 2


async def test_events_lost_at_the_end_are_counted_and_told(
    disk: MemoryOutbox, caplog: pytest.LogCaptureFixture
) -> None:
    writer = EventWriter(disk, wait=NEVER, last=AT_ONCE)
    disk.error = FULL
    await writer.append([event(VIEW), event(SHOWN)])

    await writer.close()

    assert writer.dropped == 2
    assert disk.is_closed
    assert "2 events are lost: they could not be written before the end" in caplog.text


async def test_it_is_an_outbox_for_the_shipper_too(tmp_path: Path) -> None:
    writer = EventWriter(open_outbox(tmp_path / "outbox.sqlite3"), limit=timedelta(seconds=10))
    one, two = event(GIVEN), event(STARTED)
    await writer.append([one, two])

    await writer.shipped([one.id])
    left = await writer.pending(limit=10)
    await writer.close()

    assert list(left) == [two]
