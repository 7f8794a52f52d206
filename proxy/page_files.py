"""Pages in files: where each comes from, where it goes, and how it gets there.

- All that can be wrong with the files is looked at before anything is written.
- A file appears under its name when it is whole, or not at all.
- `-` is stdin, as no file is.

Errors: ConfigError, one sentence that names the file.
"""

import os
import secrets
import stat
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TextIO

from calltrack.errors import ConfigError

STDIN = Path("-")


@dataclass(frozen=True, slots=True)
class Job:
    """One page: where it comes from and where it goes. None: stdin, stdout."""

    source: Path | None
    target: Path | None

    @property
    def name(self) -> str:
        """Name the page in messages."""
        return "stdin" if self.source is None else str(self.source)


def plan_jobs(files: Sequence[Path], out: Path | None) -> list[Job]:
    """Say which page goes where. Nothing is written yet."""
    sources = {_identity(file) for file in files if file != STDIN}
    if out is None:
        return [Job(None if file == STDIN else file, None) for file in files or [STDIN]]
    if not files or STDIN in files:
        raise ConfigError("--out: name the FILEs that go there; what comes on stdin has no name")
    with _told(f"--out: {out}", "used"):
        if out.exists() and not out.is_dir():
            raise ConfigError(f"--out: {out} is there already, and is no directory")
        return [Job(file, target) for target, file in _targets(files, out, sources).items()]


def make_folder(out: Path) -> None:
    """Make the directory that pages go to, where it is not there yet."""
    with _told(f"--out: {out}", "made"):
        out.mkdir(parents=True, exist_ok=True)


@contextmanager
def opened(job: Job) -> Iterator[BinaryIO]:
    """Open a page; stdin stays open afterwards."""
    with _told(job.name, "read"):
        file = _standard(sys.stdin, "stdin") if job.source is None else job.source.open("rb")
    try:
        yield file
    finally:
        if job.source is not None:
            file.close()


def read(job: Job, file: BinaryIO, size: int) -> bytes:
    """Read up to so many bytes of a page; -1: all there are."""
    with _told(job.name, "read"):
        return file.read(size)


def write(job: Job, parts: Iterable[bytes]) -> None:
    """Write a page as its parts get ready."""
    if job.target is None:
        _write(_standard(sys.stdout, "stdout"), parts, "stdout")
    else:
        _write_whole(job.target, parts)


def _write(file: BinaryIO, parts: Iterable[bytes], name: str) -> None:
    for part in parts:
        with _told(name, "written"):
            _write_all(file, part)
    with _told(name, "written"):
        file.flush()


def _write_all(file: BinaryIO, part: bytes) -> None:
    """Write a part to its end: with PYTHONUNBUFFERED stdout may take less than it is given."""
    rest = memoryview(part)
    while rest:
        rest = rest[file.write(rest) :]


def _write_whole(target: Path, parts: Iterable[bytes]) -> None:
    """Write a file under another name first; it takes its own when it is whole."""
    unfinished = target.with_name(f".{secrets.token_hex(8)}.part")
    with _told(str(target), "written"):
        file = unfinished.open("xb")
    try:
        with file:
            _write(file, parts, str(target))
        with _told(str(target), "written"):
            unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def _standard(stream: TextIO | None, name: str) -> BinaryIO:
    if stream is None:
        raise ConfigError(f"{name} is closed")
    return stream.buffer


def _identity(file: Path) -> tuple[int, int]:
    """Name a file by what it is, whatever its path; refuse what cannot be read."""
    with _told(str(file), "read"):
        there = file.stat()
    if stat.S_ISDIR(there.st_mode):
        raise ConfigError(f"{file} is a directory; name the files in it")
    if not os.access(file, os.R_OK):
        raise ConfigError(f"{file} cannot be read: this user may not")
    return there.st_dev, there.st_ino


def _targets(files: Sequence[Path], out: Path, sources: set[tuple[int, int]]) -> dict[Path, Path]:
    found: dict[Path, Path] = {}
    for file in files:
        target = out / file.name
        if target in found:
            raise ConfigError(f"--out: {found[target]} and {file} would both become {target}")
        _check_target(target, sources)
        found[target] = file
    return found


def _check_target(target: Path, sources: set[tuple[int, int]]) -> None:
    if target.is_dir():
        raise ConfigError(f"--out: {target} is a directory, and no file can take its name")
    if target.exists():
        there = target.stat()
        if (there.st_dev, there.st_ino) in sources:
            raise ConfigError(f"--out: {target} is one of the FILEs; choose another directory")


@contextmanager
def _told(name: str, done: str) -> Iterator[None]:
    """Say in our words what the system refuses. A reader who went away is no error: main knows."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise ConfigError(f"{name} cannot be {done}: {error.strerror or error}") from error
