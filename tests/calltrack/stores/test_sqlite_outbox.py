"""The outbox: order, once each, and what is lost when nobody ships."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from calltrack.errors import OutboxError
from calltrack.events import LOSS_ORDER, Event, EventId, Kind
from calltrack.stores.sqlite import SqliteFile
from calltrack.stores.sqlite_leases import open_lease_store
from calltrack.stores.sqlite_outbox import (
    AT_ONCE,
    OUTBOX,
    PENDING,
    REFUSED_CAP,
    SqliteOutbox,
    Standing,
    open_outbox,
)
from tests.calltrack.stores.words import START, at

PATIENCE = timedelta(seconds=20)  # these tests ask for no speed


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "outbox.sqlite3"


@pytest.fixture
async def outbox(path: Path) -> AsyncIterator[SqliteOutbox]:
    opened = open_outbox(path, busy=PATIENCE)
    yield opened
    await opened.close()


def event(kind: Kind = Kind.LEASE_GIVEN, n: int = 0) -> Event:
    return Event(kind, at(n), {"session": "a", "status": 200})


def some(kind: Kind, count: int) -> list[Event]:
    return [event(kind, n) for n in range(count)]


async def test_events_come_back_as_they_were_in_the_order_they_were_written(
    outbox: SqliteOutbox,
) -> None:
    late, early = event(n=5), event(n=1)

    await outbox.append([late])
    await outbox.append([early, event(Kind.PAGE_VIEWED)])

    assert list(await outbox.pending(limit=2)) == [late, early]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param({}, id="empty"),
        pytest.param({"path": "/straße/日本", "status": 404}, id="letters of the world"),
        pytest.param({"query": "q=\udc80\udcff"}, id="bytes that are no text"),
        pytest.param({"path": "\x00\x1f\"'\\"}, id="control characters and quotes"),
        pytest.param({"referrer": "x" * 100_000}, id="very long"),
    ],
)
async def test_any_data_survives(outbox: SqliteOutbox, data: dict[str, str | int]) -> None:
    written = Event(Kind.PAGE_VIEWED, START, data)

    await outbox.append([written])

    assert list(await outbox.pending(limit=10)) == [written]


async def test_the_oldest_events_are_found_without_sorting_all(outbox: SqliteOutbox) -> None:
    steps = await outbox._file.read(
        lambda connection: connection.execute(f"EXPLAIN QUERY PLAN {PENDING}", (9,)).fetchall()
    )

    assert [step[-1] for step in steps] == ["SCAN event"]


async def test_an_id_written_before_is_skipped(outbox: SqliteOutbox) -> None:
    first = event()
    same = Event(Kind.PAGE_VIEWED, START, {}, id=first.id)

    await outbox.append([first, first])
    await outbox.append([same])

    assert list(await outbox.pending(limit=10)) == [first]
    assert await outbox.backlog() == 1


async def test_what_is_shipped_is_forgotten_and_the_rest_stays(outbox: SqliteOutbox) -> None:
    one, two, three = some(Kind.LEASE_GIVEN, 3)
    await outbox.append([one, two, three])

    await outbox.shipped([two.id, two.id, event().id])

    assert list(await outbox.pending(limit=10)) == [one, three]
    assert await outbox.backlog() == 2


async def test_more_than_one_statement_takes_is_written_and_forgotten_once_each(
    outbox: SqliteOutbox,
) -> None:
    many = some(Kind.PAGE_VIEWED, 2 * AT_ONCE + 1)
    await outbox.append(many[:AT_ONCE])

    await outbox.append(many)
    written = await outbox.pending(limit=len(many) + 1), await outbox.backlog()
    await outbox.shipped([one.id for one in many[:-1]])

    assert written == (many, len(many))
    assert await outbox.pending(limit=2) == many[-1:]
    assert await outbox.backlog() == 1


async def test_nothing_to_write_or_to_forget_is_no_work(outbox: SqliteOutbox) -> None:
    await outbox.append([])
    await outbox.shipped([])

    assert list(await outbox.pending(limit=10)) == []


async def test_events_are_there_after_closing(outbox: SqliteOutbox, path: Path) -> None:
    written = event()
    await outbox.append([written])
    await outbox.close()
    opened = open_outbox(path)

    pending = await opened.pending(limit=10)
    await opened.close()

    assert list(pending) == [written]


async def test_two_users_write_to_one_outbox(outbox: SqliteOutbox, path: Path) -> None:
    other = open_outbox(path, busy=PATIENCE)

    await asyncio.gather(
        *(user.append([event(n=n)]) for n in range(20) for user in (outbox, other))
    )
    await other.close()

    assert len(await outbox.pending(limit=100)) == 40
    assert await outbox.backlog() == 40


@pytest.mark.parametrize(
    ("written", "left"),
    [
        pytest.param(
            [*some(Kind.LEASE_GIVEN, 5), *some(Kind.PAGE_VIEWED, 5)],
            [Kind.LEASE_GIVEN] * 5 + [Kind.PAGE_VIEWED] * 3,
            id="views go first",
        ),
        pytest.param(
            [*some(Kind.NUMBER_SHOWN, 4), *some(Kind.SESSION_STARTED, 5), event(Kind.PAGE_VIEWED)],
            [Kind.NUMBER_SHOWN] * 3 + [Kind.SESSION_STARTED] * 5,
            id="then shown numbers",
        ),
        pytest.param(
            some(Kind.LEASE_GIVEN, 10), [Kind.LEASE_GIVEN] * 8, id="leases last, the oldest first"
        ),
    ],
)
async def test_above_the_cap_what_is_missed_least_is_lost(
    path: Path, written: Sequence[Event], left: Sequence[Kind]
) -> None:
    outbox = open_outbox(path, cap=8)

    await outbox.append(written)

    pending = await outbox.pending(limit=100)
    assert [e.kind for e in pending] == left
    assert pending[-1].at == written[-1].at or written[-1].kind is Kind.PAGE_VIEWED
    assert await outbox.backlog() == 8
    assert sum((await outbox.dropped()).values()) == 2
    await outbox.close()


async def test_what_was_lost_is_counted_by_kind_for_good(path: Path) -> None:
    outbox = open_outbox(path, cap=4)
    await outbox.append([*some(Kind.PAGE_VIEWED, 2), *some(Kind.NUMBER_SHOWN, 2)])
    await outbox.append(some(Kind.SESSION_STARTED, 3))
    await outbox.close()
    outbox = open_outbox(path, cap=4)

    dropped = await outbox.dropped()
    await outbox.close()

    assert dropped == {Kind.PAGE_VIEWED: 2, Kind.NUMBER_SHOWN: 1}


async def test_an_outbox_that_nobody_ships_from_stays_bounded(path: Path) -> None:
    outbox = open_outbox(path, cap=100)

    for _ in range(20):
        await outbox.append([event(kind) for kind in LOSS_ORDER for _ in range(5)])

    assert await outbox.backlog() <= 100
    assert len(await outbox.pending(limit=1000)) == await outbox.backlog()
    await outbox.close()


def test_a_cap_below_one_is_refused_before_anything_is_opened(path: Path) -> None:
    with pytest.raises(ValueError, match="at least one"):
        open_outbox(path, cap=0)

    assert not path.exists()


async def test_kinds_of_a_newer_release_wait_for_it(outbox: SqliteOutbox) -> None:
    def write(connection: sqlite3.Connection) -> None:
        connection.execute(
            "INSERT INTO event (id, kind, at, data) VALUES ('x', 'fax.received', 0, '{}')"
        )
        connection.execute("INSERT INTO dropped VALUES ('fax.received', 1)")

    await outbox._file.write(write)
    known = event()
    await outbox.append([known])

    assert list(await outbox.pending(limit=10)) == [known]
    assert await outbox.dropped() == {}


async def test_a_full_disk_is_an_outbox_error_and_keeps_what_is_there(
    outbox: SqliteOutbox,
) -> None:
    kept = event()
    await outbox.append([kept])
    await outbox._file.read(lambda connection: connection.execute("PRAGMA max_page_count=1"))

    with pytest.raises(OutboxError, match="the disk is full"):
        await outbox.append(some(Kind.PAGE_VIEWED, 5000))

    assert list(await outbox.pending(limit=10)) == [kept]
    assert await outbox.backlog() == 1


def test_a_lease_store_is_no_outbox(tmp_path: Path) -> None:
    asyncio.run(open_lease_store(tmp_path / "leases").close())

    with pytest.raises(OutboxError, match="is no outbox"):
        open_outbox(tmp_path / "leases")


async def refused(outbox: SqliteOutbox) -> list[tuple[str, str]]:
    """Read the refused events as a person would: id and problem."""
    return await outbox._file.read(
        lambda connection: connection.execute(
            "SELECT id, problem FROM refused ORDER BY position"
        ).fetchall()
    )


async def test_what_is_refused_waits_no_more_and_is_kept_with_the_reason(
    outbox: SqliteOutbox,
) -> None:
    one, two, three = some(Kind.LEASE_GIVEN, 3)
    await outbox.append([one, two, three])

    await outbox.refuse({two.id: "data.pool: is missing", EventId("nobody"): "what is it?"})
    await outbox.refuse({two.id: "again"})
    await outbox.refuse({})

    assert list(await outbox.pending(limit=10)) == [one, three]
    assert await refused(outbox) == [(two.id, "data.pool: is missing")]
    assert await outbox.standing() == Standing(2, one.at, {}, 1)


async def test_refused_events_are_counted_and_the_last_of_them_kept(outbox: SqliteOutbox) -> None:
    written = some(Kind.PAGE_VIEWED, REFUSED_CAP + 200)
    await outbox.append(written)

    for piece in (written[:700], written[700:]):
        await outbox.refuse({event.id: "no" for event in piece})

    assert [event_id for event_id, _ in await refused(outbox)] == [e.id for e in written[200:]]
    assert await outbox.standing() == Standing(0, None, {}, REFUSED_CAP + 200)


async def test_how_it_stands_with_the_file(path: Path) -> None:
    outbox = open_outbox(path, cap=2)
    late, early = event(n=9), event(n=1)
    await outbox.append([late, early, event(Kind.PAGE_VIEWED)])

    standing = await outbox.standing()
    await outbox.close()

    assert standing == Standing(2, late.at, {"page.viewed": 1}, 0)


async def test_a_file_of_the_first_release_keeps_its_events(path: Path) -> None:
    first = replace(OUTBOX, migrations=OUTBOX.migrations[:1])
    old = SqliteOutbox(SqliteFile(path, first, error=OutboxError), cap=10)
    one, two = some(Kind.LEASE_GIVEN, 2)
    await old.append([one, two])
    await old.close()
    outbox = open_outbox(path)

    await outbox.refuse({one.id: "no"})

    assert list(await outbox.pending(limit=10)) == [two]
    assert await refused(outbox) == [(one.id, "no")]
    await outbox.close()
