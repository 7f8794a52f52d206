"""Lease events read out of an outbox while it is in use."""

import sqlite3
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from calltrack.errors import OutboxError
from calltrack.events import Event, Kind
from calltrack.stores.outbox_history import PIECE, read_lease_events
from calltrack.stores.sqlite import SqliteFile
from calltrack.stores.sqlite_outbox import OUTBOX, SqliteOutbox, open_outbox

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
WEEK = timedelta(days=7)


@pytest.fixture
async def outbox(tmp_path: Path) -> AsyncIterator[SqliteOutbox]:
    opened = open_outbox(tmp_path / "outbox.sqlite3")
    yield opened
    await opened.close()


def event(kind: Kind, minute: float) -> Event:
    return Event(kind, NOW + timedelta(minutes=minute), {"pool": "p", "session": "s"})


def kinds_and_minutes(path: Path, last: timedelta = WEEK) -> list[tuple[Kind, float]]:
    found = read_lease_events(path, last=last)
    return [(e.kind, (e.at - NOW) / timedelta(minutes=1)) for e in found]


async def test_it_gives_what_happened_to_leases_and_nothing_else(
    outbox: SqliteOutbox, tmp_path: Path
) -> None:
    wanted = [event(Kind.LEASE_GIVEN, 0), event(Kind.POOL_EXHAUSTED, 2)]
    await outbox.append([wanted[0], event(Kind.PAGE_VIEWED, 1), wanted[1]])

    assert list(read_lease_events(tmp_path / "outbox.sqlite3", last=WEEK)) == wanted


async def test_what_is_older_than_asked_for_is_left_out(
    outbox: SqliteOutbox, tmp_path: Path
) -> None:
    await outbox.append([event(Kind.LEASE_GIVEN, minute) for minute in (0, 55, 120)])

    found = kinds_and_minutes(tmp_path / "outbox.sqlite3", timedelta(minutes=65))

    assert found == [(Kind.LEASE_GIVEN, 55), (Kind.LEASE_GIVEN, 120)]


async def test_a_long_history_comes_in_pieces_and_the_writer_goes_on_meanwhile(
    outbox: SqliteOutbox, tmp_path: Path
) -> None:
    await outbox.append([event(Kind.LEASE_GIVEN, minute) for minute in range(PIECE)])
    reading = read_lease_events(tmp_path / "outbox.sqlite3", last=WEEK)
    first = next(reading)

    await outbox.append([event(Kind.LEASE_RENEWED, PIECE)])

    assert first.at == NOW
    assert [e.kind for e in reading][PIECE - 1 :] == [Kind.LEASE_RENEWED]


async def test_an_empty_outbox_gives_nothing(outbox: SqliteOutbox, tmp_path: Path) -> None:
    assert kinds_and_minutes(tmp_path / "outbox.sqlite3") == []


@pytest.mark.parametrize(
    ("last", "is_whole"),
    [
        pytest.param(timedelta(minutes=50), True, id="all of it is there"),
        pytest.param(timedelta(minutes=70), False, id="some of it was shipped"),
    ],
)
async def test_what_is_left_of_days_that_were_shipped_is_no_history(
    outbox: SqliteOutbox, tmp_path: Path, last: timedelta, is_whole: bool
) -> None:
    old, *others = [event(Kind.LEASE_GIVEN, minute) for minute in (0, 30, 60)]
    await outbox.append([old, *others])
    await outbox.shipped([old.id])
    path = tmp_path / "outbox.sqlite3"

    if is_whole:
        assert list(read_lease_events(path, last=last)) == others
    else:
        with pytest.raises(OutboxError, match="no whole history: its events are shipped"):
            list(read_lease_events(path, last=last))


async def test_an_outbox_that_was_shipped_whole_has_no_history_either(
    outbox: SqliteOutbox, tmp_path: Path
) -> None:
    await outbox.append([one := event(Kind.LEASE_GIVEN, 0)])
    await outbox.shipped([one.id])

    with pytest.raises(OutboxError, match="no whole history"):
        list(read_lease_events(tmp_path / "outbox.sqlite3", last=WEEK))


async def test_a_file_of_the_first_release_was_never_shipped(tmp_path: Path) -> None:
    first = replace(OUTBOX, migrations=OUTBOX.migrations[:1])
    file = SqliteFile(tmp_path / "old.sqlite3", first, error=OutboxError)
    old = SqliteOutbox(file, cap=10)
    await old.append([one := event(Kind.LEASE_GIVEN, 0)])
    await old.close()

    assert list(read_lease_events(tmp_path / "old.sqlite3", last=WEEK)) == [one]


def _nothing(path: Path) -> None:
    """Leave the path empty."""


def _text(path: Path) -> None:
    path.write_text("no database at all, but longer than a header is")


def _other_database(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE event (position)")
    connection.close()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        pytest.param(_nothing, "no such file", id="no file"),
        pytest.param(Path.mkdir, "no such file", id="a folder"),
        pytest.param(_text, "cannot be read", id="no database"),
        pytest.param(_other_database, "is no outbox", id="another program's"),
    ],
)
def test_a_file_that_is_no_outbox_is_told(make: object, words: str, tmp_path: Path) -> None:
    path = tmp_path / "outbox.sqlite3"
    assert callable(make)
    make(path)

    with pytest.raises(OutboxError, match=words):
        list(read_lease_events(path, last=WEEK))

    assert not (tmp_path / "outbox.sqlite3-wal").exists()
