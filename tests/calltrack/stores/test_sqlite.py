"""One SQLite file: what is told when it cannot be used, whole transactions, and giving up."""

import asyncio
import os
import sqlite3
import stat
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from calltrack.errors import OutboxError, StoreError, TheirError
from calltrack.stores.sqlite import TOGETHER, Layout, SqliteFile, _Job, to_micros, to_moment
from calltrack.stores.sqlite_leases import open_lease_store
from calltrack.stores.sqlite_outbox import open_outbox
from tests.calltrack.stores.words import START

FIRST = ("CREATE TABLE word (text TEXT)",)
SECOND = ("ALTER TABLE word ADD COLUMN language TEXT DEFAULT 'nl'",)
LAYOUT = Layout(name="word list", application_id=77, migrations=(FIRST,))
NEWER = Layout(name="word list", application_id=77, migrations=(FIRST, SECOND))


def opened(path: Path, layout: Layout = LAYOUT, *, busy_ms: int = 20) -> SqliteFile:
    return SqliteFile(path, layout, error=StoreError, busy=timedelta(milliseconds=busy_ms))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "words.sqlite3"


@pytest.fixture
async def file(path: Path) -> AsyncIterator[SqliteFile]:
    found = opened(path)
    yield found
    await found.close()


def add(word: str) -> Callable[[sqlite3.Connection], None]:
    def work(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO word (text) VALUES (?)", (word,))

    return work


def words(connection: sqlite3.Connection) -> list[str]:
    return [text for (text,) in connection.execute("SELECT text FROM word")]


def _is_text(path: Path) -> None:
    path.write_text("These are the words of a plain text, and no database.\n" * 100)


def _is_anothers(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE recipe (name TEXT)")


def _is_newer(path: Path) -> None:
    asyncio.run(opened(path, NEWER).close())


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        pytest.param(Path.mkdir, "is a folder; a file is needed", id="a folder"),
        pytest.param(_is_text, "is no SQLite database", id="a text"),
        pytest.param(_is_anothers, "is no word list: another program made it", id="another's"),
        pytest.param(
            _is_newer,
            r"was written by a newer calltrack \(schema 2; this one knows 1\)",
            id="a newer schema",
        ),
    ],
)
def test_a_file_that_cannot_be_used_is_told(
    path: Path, spoil: Callable[[Path], None], sentence: str
) -> None:
    spoil(path)
    before = path.is_file() and path.read_bytes()

    with pytest.raises(StoreError, match=f"^{path} {sentence}"):
        opened(path)

    assert (path.is_file() and path.read_bytes()) == before


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        pytest.param(
            "/no/such/folder/words.sqlite3",
            "cannot be made: there is no folder /no/such/folder",
            id="no folder",
        ),
        pytest.param(
            "/proc/words.sqlite3",
            "cannot be opened or made: look at the permissions",
            id="not permitted",
            marks=pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs /proc"),
        ),
    ],
)
def test_a_file_that_cannot_be_made_is_told(path: str, sentence: str) -> None:
    with pytest.raises(StoreError, match=sentence):
        opened(Path(path))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_told(path: Path) -> None:
    path.touch(mode=0o000)

    with pytest.raises(StoreError, match="permissions"):
        opened(path)


async def test_a_file_that_may_not_be_written_is_told(file: SqliteFile) -> None:
    await file.read(lambda connection: connection.execute("PRAGMA query_only=1"))

    with pytest.raises(StoreError, match="cannot be written: look at the permissions"):
        await file.write(add("fiets"))


def _overwrite_all_but_the_first_page(path: Path) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xaa" * (len(whole) - 4096))


async def test_a_damaged_file_is_told(path: Path) -> None:
    file = opened(path)
    await file.write(lambda c: c.executemany("INSERT INTO word VALUES (?)", [("kaas" * 99,)] * 99))
    await file.close()
    _overwrite_all_but_the_first_page(path)
    file = opened(path)

    with pytest.raises(StoreError, match="is damaged"):
        await file.read(words)

    await file.close()


def test_the_store_and_the_outbox_are_no_word_lists(tmp_path: Path) -> None:
    for name, open_it, error in (
        ("leases", open_lease_store, StoreError),
        ("outbox", open_outbox, OutboxError),
    ):
        path = tmp_path / name
        asyncio.run(opened(path).close())

        with pytest.raises(error, match="another program made it"):
            open_it(path)


async def test_an_error_of_sqlite_is_ours_and_names_its_cause(file: SqliteFile) -> None:
    with pytest.raises(StoreError, match="does not answer") as caught:
        await file.write(lambda connection: connection.execute("SELECT * FROM nothing"))

    assert isinstance(caught.value.__cause__, sqlite3.Error)
    assert isinstance(caught.value, TheirError)


async def test_an_older_file_is_brought_to_the_present_schema(path: Path) -> None:
    old = opened(path)
    await old.write(add("fiets"))
    await old.close()
    new = opened(path, NEWER)

    rows = await new.read(lambda c: c.execute("SELECT text, language FROM word").fetchall())
    await new.close()

    assert rows == [("fiets", "nl")]


def test_those_who_open_a_new_file_at_once_make_its_schema_once(tmp_path: Path) -> None:
    users, rounds = 4, 20
    start = threading.Barrier(users)

    def open_all(_user: int) -> list[SqliteFile]:
        files = []
        for n in range(rounds):
            start.wait(10)
            files.append(opened(tmp_path / f"{n}.sqlite3", NEWER))
        return files

    with ThreadPoolExecutor(users) as threads:
        files = [file for found in threads.map(open_all, range(users)) for file in found]

    async def close_all() -> None:
        for file in files:
            await file.close()

    asyncio.run(close_all())
    assert len(files) == users * rounds


async def test_what_fails_leaves_nothing_behind(file: SqliteFile, path: Path) -> None:
    def work(connection: sqlite3.Connection) -> None:
        add("half")(connection)
        raise LookupError("a bug of ours")

    other = opened(path)
    with pytest.raises(LookupError):
        await file.write(work)
    await other.write(add("heel"))  # the lock is gone, too
    await other.close()

    assert await file.read(words) == ["heel"]


async def test_a_reading_that_fails_holds_nothing_up(file: SqliteFile) -> None:
    with pytest.raises(StoreError):
        await file.read(lambda connection: connection.execute("SELECT * FROM nothing"))

    assert not file._thread.submit(lambda: file._connection.in_transaction).result()


async def test_what_a_failed_roll_back_left_is_undone_before_the_next_work(
    file: SqliteFile,
) -> None:
    def leave_open() -> None:
        file._connection.execute("BEGIN IMMEDIATE")
        add("half")(file._connection)

    file._thread.submit(leave_open).result()

    await file.write(add("heel"))

    assert await file.read(words) == ["heel"]


async def test_what_is_written_is_on_the_disk(file: SqliteFile) -> None:
    found = await file.read(
        lambda c: [c.execute(f"PRAGMA {p}").fetchone()[0] for p in ("synchronous", "journal_mode")]
    )

    assert found == [2, "wal"]  # 2: FULL


def _remove(path: Path) -> None:
    path.unlink()


def _replace(path: Path) -> None:
    path.rename(path.with_name("moved.sqlite3"))
    asyncio.run(opened(path).close())


@pytest.mark.parametrize(
    "happening", [pytest.param(_remove, id="removed"), pytest.param(_replace, id="replaced")]
)
async def test_a_file_that_is_gone_is_not_written_any_more(
    file: SqliteFile, path: Path, happening: Callable[[Path], None]
) -> None:
    await asyncio.to_thread(happening, path)

    with pytest.raises(StoreError, match="was removed or replaced while in use; restart"):
        await file.write(add("fiets"))


async def test_a_closed_file_says_so(file: SqliteFile) -> None:
    await file.close()
    await file.close()

    with pytest.raises(StoreError, match="is closed"):
        await file.read(words)


class Stuck:
    """Work that stands still in the middle of its transaction until it is let go."""

    def __init__(self, word: str) -> None:
        self._word = word
        self._loop = asyncio.get_running_loop()
        self.is_inside = asyncio.Event()
        self.may_go = threading.Event()

    def __call__(self, connection: sqlite3.Connection) -> None:
        add(self._word)(connection)
        self._loop.call_soon_threadsafe(self.is_inside.set)
        assert self.may_go.wait(10)


async def test_who_gives_up_midway_leaves_a_whole_transaction(file: SqliteFile) -> None:
    stuck = Stuck("heel")
    task = asyncio.create_task(file.write(stuck))
    await stuck.is_inside.wait()

    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    stuck.may_go.set()

    assert await file.read(words) == ["heel"]


async def test_who_gives_up_before_the_turn_never_runs(file: SqliteFile) -> None:
    stuck = Stuck("first")
    first = asyncio.create_task(file.write(stuck))
    await stuck.is_inside.wait()
    second = asyncio.create_task(file.write(add("second")))
    third = asyncio.create_task(file.write(add("third")))
    await asyncio.sleep(0)  # both are in the queue now

    second.cancel()
    with pytest.raises(asyncio.CancelledError):
        await second
    stuck.may_go.set()
    await asyncio.gather(first, third)

    assert await file.read(words) == ["first", "third"]


async def test_what_comes_while_the_disk_is_busy_is_written_together(file: SqliteFile) -> None:
    stuck = Stuck("0")
    tasks = [asyncio.create_task(file.write(stuck))]
    await stuck.is_inside.wait()
    steps: list[str] = []
    file._jobs.append(_Job(lambda c: c.set_trace_callback(steps.append), Future()))
    tasks += [asyncio.create_task(file.write(add(str(n)))) for n in range(1, TOGETHER + 10)]
    await asyncio.sleep(0)  # all are in the queue now

    stuck.may_go.set()
    await asyncio.gather(*tasks)

    assert await file.read(words) == [str(n) for n in range(TOGETHER + 10)]
    assert steps.count("COMMIT") == 2 + 1  # the last is that of the read


async def test_what_fails_is_undone_alone(file: SqliteFile) -> None:
    stuck = Stuck("first")
    tasks = [asyncio.create_task(file.write(stuck))]
    await stuck.is_inside.wait()

    def half(connection: sqlite3.Connection) -> None:
        add("half")(connection)
        connection.execute("SELECT * FROM nothing")

    tasks += [asyncio.create_task(file.write(work)) for work in (add("a"), half, add("b"))]
    await asyncio.sleep(0)  # all are in the queue now
    stuck.may_go.set()
    answers = await asyncio.gather(*tasks, return_exceptions=True)

    assert [type(answer) for answer in answers] == [type(None)] * 2 + [StoreError, type(None)]
    assert await file.read(words) == ["first", "a", "b"]


async def test_when_the_disk_refuses_all_who_waited_are_told(file: SqliteFile, path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as stranger:
        stranger.execute("BEGIN IMMEDIATE")
        works = [file.write(add(word)) for word in "abc"]
        answers = await asyncio.gather(*works, return_exceptions=True)

    assert [type(answer) for answer in answers] == [StoreError] * 3
    assert await file.read(words) == []


async def test_the_loop_goes_on_while_the_disk_works(file: SqliteFile) -> None:
    stuck = Stuck("slow")
    task = asyncio.create_task(file.write(stuck))

    await stuck.is_inside.wait()  # reached only when the loop runs beside the thread
    stuck.may_go.set()
    await task

    assert await file.read(words) == ["slow"]


async def test_closing_waits_for_what_is_running(file: SqliteFile, path: Path) -> None:
    stuck = Stuck("laatste")
    task = asyncio.create_task(file.write(stuck))
    await stuck.is_inside.wait()
    closing_task = asyncio.create_task(file.close())
    stuck.may_go.set()
    await closing_task
    await task

    again = opened(path)
    assert await again.read(words) == ["laatste"]
    await again.close()


@pytest.mark.parametrize("micros", [0, 1, 1_772_452_800_000_001, 253_402_300_799_999_999])
def test_moments_are_kept_to_the_microsecond(micros: int) -> None:
    assert to_micros(to_moment(micros)) == micros
    assert to_moment(to_micros(START)) == START


async def test_only_its_owner_may_read_a_file_that_is_made(file: SqliteFile, path: Path) -> None:
    await file.write(add("één"))

    modes = {found.name: stat.S_IMODE(found.stat().st_mode) for found in path.parent.iterdir()}

    assert modes == {f"{path.name}{end}": 0o600 for end in ("", "-shm", "-wal")}
