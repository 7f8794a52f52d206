"""One SQLite file, used by one thread of this process, awaited on the event loop.

Several processes may use the file at once: it is in WAL mode, every change is one transaction that
takes the write lock at its start, and what is acknowledged is on the disk (synchronous=FULL).

- Work that comes while the disk is busy is written together, in one transaction with one wait for
  the disk: a burst costs little more than one change, and keeps other processes out only once.
  What fails of it is undone by itself.
- A caller that is cancelled before its turn never runs; one cancelled later leaves its whole work,
  done or not done, and does not hold up the next.
- Nobody waits for another process's lock longer than `busy`.
- A file that was removed or replaced while in use is refused: two files would give a number twice.

Errors: every error of SQLite becomes the one error class the file was opened with, here, once.
"""

import asyncio
import os
import random
import sqlite3
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from calltrack.errors import TheirError

T = TypeVar("T")

BUSY = timedelta(milliseconds=40)
"""How long to wait for another process's lock: a page has 50 ms for all its numbers."""

OPEN_BUSY = timedelta(seconds=5)
"""The same while a file is opened: processes that start together make the schema once."""

TOGETHER = 64
"""Works written in one transaction at most: the lock must go round."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

# What is told to ops, by SQLite's primary result code.
_SENTENCES = {
    sqlite3.SQLITE_BUSY: "is held by another process for too long",
    sqlite3.SQLITE_LOCKED: "is held by another process for too long",
    sqlite3.SQLITE_CORRUPT: "is damaged; put back a copy, or remove it",
    sqlite3.SQLITE_NOTADB: "is no SQLite database",
    sqlite3.SQLITE_FULL: "cannot grow: the disk is full",
    sqlite3.SQLITE_IOERR: "cannot be read or written: the disk fails",
    sqlite3.SQLITE_READONLY: "cannot be written: look at the permissions of it and its folder",
    sqlite3.SQLITE_PERM: "cannot be written: look at the permissions of it and its folder",
    sqlite3.SQLITE_AUTH: "cannot be written: look at the permissions of it and its folder",
}


def to_micros(moment: datetime) -> int:
    """Write a moment as whole microseconds since 1970. A naive datetime is a bug: TypeError."""
    return (moment - _EPOCH) // _MICROSECOND


def to_moment(micros: int) -> datetime:
    """Read a moment written by `to_micros`; exact."""
    return _EPOCH + micros * _MICROSECOND


@dataclass(frozen=True, slots=True)
class Layout:
    """What a file must be: a name for people, a mark, and how it came to its present schema.

    `migrations[n]` leads from schema version n to n + 1; a row is never changed once released.
    """

    name: str
    application_id: int
    migrations: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class _Job:
    work: Callable[[sqlite3.Connection], Any]
    answer: Future[Any]


class SqliteFile:
    """A file of one layout. It is opened when this is made, so a bad one is told at the start."""

    def __init__(
        self,
        path: Path,
        layout: Layout,
        *,
        error: type[TheirError],
        busy: timedelta = BUSY,
        durable: bool = True,
    ) -> None:
        """Open the file, or make it; its folder must be there. Not `durable`: await no disk."""
        self._path = path.absolute()
        self._layout = layout
        self._error = error
        self._busy = busy
        self._durable = durable
        self._is_closed = False
        self._jobs: deque[_Job] = deque()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=layout.name)
        try:
            self._connection, self._identity = self._thread.submit(self._open).result()
        except BaseException:
            self._thread.shutdown()
            raise

    async def write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run `work` in a transaction that nobody else writes beside; all of it or nothing."""
        self._check_open()
        job = _Job(work, Future[T]())
        self._jobs.append(job)
        self._thread.submit(self._write_jobs)
        answer: T = await asyncio.wrap_future(job.answer)
        return answer

    async def read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run `work` on one state of the file; it waits for no other process."""
        self._check_open()
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._transact, work, "BEGIN")

    async def close(self) -> None:
        """Finish what is running and let go of the file. A second call does nothing."""
        if self._is_closed:
            return
        self._is_closed = True
        closing = self._thread.submit(self._connection.close)
        self._thread.shutdown(wait=False)
        with self._our_errors():
            await asyncio.shield(asyncio.wrap_future(closing))

    def _check_open(self) -> None:
        if self._is_closed:
            raise self._error(f"{self._path} is closed")

    # Everything below runs in the thread.

    def _write_jobs(self) -> None:
        """Write what waits. Each job sends for this; most find their work done already."""
        jobs = self._next_jobs()
        if not jobs:
            return
        try:
            outcomes = self._transact(
                lambda connection: [self._outcome(connection, job) for job in jobs],
                "BEGIN IMMEDIATE",
            )
        except BaseException as error:  # noqa: BLE001 - it is raised where the answer is awaited
            for job in jobs:
                job.answer.set_exception(error)
            return
        for job, (result, failure) in zip(jobs, outcomes, strict=True):
            if failure is None:
                job.answer.set_result(result)
            else:
                job.answer.set_exception(failure)

    def _next_jobs(self) -> list[_Job]:
        jobs: list[_Job] = []
        while self._jobs and len(jobs) < TOGETHER:
            job = self._jobs.popleft()
            if job.answer.set_running_or_notify_cancel():
                jobs.append(job)
        return jobs

    def _outcome(self, connection: sqlite3.Connection, job: _Job) -> tuple[Any, Exception | None]:
        """Do one job of several: when it fails, it alone is undone."""
        connection.execute("SAVEPOINT job")
        outcome: tuple[Any, Exception | None]
        try:
            with self._our_errors():
                outcome = job.work(connection), None
        except Exception as error:
            if not connection.in_transaction:
                raise  # SQLite undid the whole transaction: nothing of the others is left
            connection.execute("ROLLBACK TO job")
            outcome = None, error
        connection.execute("RELEASE job")
        return outcome

    def _transact(self, work: Callable[[sqlite3.Connection], T], begin: str) -> T:
        with self._our_errors():
            if _identity(self._path) != self._identity:
                raise self._error(f"{self._path} was removed or replaced while in use; restart")
            self._begin(begin)
            try:
                result = work(self._connection)
                self._connection.execute("COMMIT")
            except BaseException:
                self._roll_back()
                raise
            return result

    def _begin(self, begin: str) -> None:
        def step() -> None:
            self._roll_back()  # a try before this one, or what is left of a roll-back that failed
            self._connection.execute(begin)
            # A plain BEGIN locks nothing yet: reading does, and may have to wait, too.
            self._connection.execute("SELECT 1 FROM sqlite_schema").fetchone()

        _retry_while_busy(step, self._busy)

    def _roll_back(self) -> None:
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def _open(self) -> tuple[sqlite3.Connection, tuple[int, int] | None]:
        with suppress(OSError):  # what is wrong with the file is told by SQLite, below
            # For its owner only: it tells who visited what. The files beside it follow its mode.
            os.close(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600))
        with self._our_errors():
            connection = sqlite3.connect(self._path, timeout=0, isolation_level=None)
            try:
                _retry_while_busy(lambda: self._prepare(connection), OPEN_BUSY)
            except BaseException:
                connection.close()
                raise
            return connection, _identity(self._path)

    def _prepare(self, connection: sqlite3.Connection) -> None:
        # Before anything is changed: the file may be another's. In one transaction: another
        # process may be making the schema right now.
        connection.execute("BEGIN")
        try:
            version = self._version(connection)
        finally:
            connection.execute("ROLLBACK")
        if connection.execute("PRAGMA journal_mode=WAL").fetchone() != ("wal",):
            raise self._error(f"{self._path} lies on a disk that processes cannot share")
        connection.execute(f"PRAGMA synchronous={'FULL' if self._durable else 'OFF'}")
        if version == len(self._layout.migrations):
            return
        connection.execute("BEGIN IMMEDIATE")
        try:
            for step in self._layout.migrations[self._version(connection) :]:
                for statement in step:
                    connection.execute(statement)
            connection.execute(f"PRAGMA application_id={self._layout.application_id}")
            connection.execute(f"PRAGMA user_version={len(self._layout.migrations)}")
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise

    def _version(self, connection: sqlite3.Connection) -> int:
        """Give the file's schema version; refuse a file that is not ours, or newer than we are."""
        mark = connection.execute("PRAGMA application_id").fetchone()[0]
        version: int = connection.execute("PRAGMA user_version").fetchone()[0]
        is_empty = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone() == (0,)
        if mark != self._layout.application_id and not is_empty:
            raise self._error(f"{self._path} is no {self._layout.name}: another program made it")
        if version > len(self._layout.migrations):
            raise self._error(
                f"{self._path} was written by a newer calltrack (schema {version}; "
                f"this one knows {len(self._layout.migrations)})"
            )
        return version

    @contextmanager
    def _our_errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise self._error(f"{self._path} {_why(error, self._path)} ({error})") from error


def _identity(path: Path) -> tuple[int, int] | None:
    """Tell this file from another of the same name. None: there is no such file."""
    try:
        found = os.stat(path)  # noqa: PTH116 - half the time of Path.stat(), before every operation
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _retry_while_busy(step: Callable[[], object], limit: timedelta) -> None:
    """Try until another process lets go of its lock, or the limit is over.

    SQLite's own waiting sleeps longer each time, so who waits longest waits on: with four busy
    processes p99 was 41 ms and one in a hundred gave up, here it is 11 ms and none does. And it
    gives up at once where two processes both turn a new file to WAL.
    """
    deadline = time.monotonic() + limit.total_seconds()
    while True:
        try:
            step()
        except sqlite3.OperationalError as error:
            if _primary_code(error) != sqlite3.SQLITE_BUSY or time.monotonic() >= deadline:
                raise
        else:
            return
        time.sleep(random.uniform(0.0002, 0.001))  # noqa: S311 - it only spreads the tries


def _primary_code(error: sqlite3.Error) -> int:
    code: int = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    return code & 0xFF


def _why(error: sqlite3.Error, path: Path) -> str:
    code = _primary_code(error)
    if code == sqlite3.SQLITE_CANTOPEN:
        return _why_not_opened(path)
    return _SENTENCES.get(code, "does not answer")


def _why_not_opened(path: Path) -> str:
    try:
        if path.is_dir():
            return "is a folder; a file is needed"
        if not path.parent.is_dir():
            return f"cannot be made: there is no folder {path.parent}"
    except OSError:
        pass  # not even that may be looked at: the sentence below says so
    return "cannot be opened or made: look at the permissions of it and its folder"
