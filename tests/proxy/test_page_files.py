"""Pages get to their files whole or not at all, and what is wrong is told before any is written."""

import errno
import io
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from calltrack.errors import ConfigError
from proxy.page_files import Job, make_folder, opened, plan_jobs, read, write

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


def lay_out(folder: Path, *names: str) -> list[Path]:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(name.encode())
    return [folder / name for name in names]


def test_every_file_goes_out_under_its_own_name(tmp_path: Path) -> None:
    files = lay_out(tmp_path, "a/x.html", "b/y.html")
    out = tmp_path / "new" / "out"

    jobs = plan_jobs(files, out)
    make_folder(out)
    for job in jobs:
        with opened(job) as file:
            write(job, [read(job, file, -1), b"!"])

    assert {path.name: path.read_bytes() for path in out.iterdir()} == {
        "x.html": b"a/x.html!",
        "y.html": b"b/y.html!",
    }


def test_a_file_that_is_there_is_replaced_with_the_usual_rights(tmp_path: Path) -> None:
    target = tmp_path / "x"
    target.write_bytes(b"old")

    write(Job(None, target), [b"new"])

    assert target.read_bytes() == b"new"
    other = tmp_path / "other"
    other.write_bytes(b"")
    assert target.stat().st_mode == other.stat().st_mode


def test_a_page_that_fails_halfway_leaves_nothing_behind(tmp_path: Path) -> None:
    target = tmp_path / "x"
    target.write_bytes(b"old")

    def parts() -> Iterator[bytes]:
        yield b"half"
        raise ConfigError("the rest cannot be read")

    with pytest.raises(ConfigError):
        write(Job(None, target), parts())

    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"old"]


@pytest.mark.parametrize(
    ("files", "out", "sentence"),
    [
        pytest.param(["none"], None, "none cannot be read: No such file", id="missing"),
        pytest.param(["a"], None, "a is a directory; name the files in it", id="a directory"),
        pytest.param(["a/x", "none"], "out", "none cannot be read", id="the second missing"),
        pytest.param([], "out", "what comes on stdin has no name", id="stdin with --out"),
        pytest.param(["a/x", "b/x"], "out", "a/x and {}/b/x would both become", id="one name"),
        pytest.param(["-"], "out", "what comes on stdin has no name", id="- with --out"),
        pytest.param(["a/x", "a/x"], "out", "would both become", id="one file twice"),
        pytest.param(["a/x"], "a", "a/x is one of the FILEs", id="onto itself"),
        pytest.param(["a/x", "b/y"], "b", "b/y is one of the FILEs", id="onto another FILE"),
        pytest.param(["a/x"], "linked", "linked/x is one of the FILEs", id="onto itself by a link"),
        pytest.param(["a/x"], "b/y", "b/y is there already, and is no directory", id="a file"),
        pytest.param(["a/x"], "full", "full/x is a directory", id="its name is a directory"),
        pytest.param(["a/x"], "n" * 300, "File name too long", id="a name too long"),
    ],
)
def test_what_is_wrong_is_told_before_anything_is_written(
    tmp_path: Path, files: list[str], out: str | None, sentence: str
) -> None:
    lay_out(tmp_path, "a/x", "b/x", "b/y", "full/x/z")
    (tmp_path / "linked").symlink_to(tmp_path / "a")
    before = sorted(tmp_path.rglob("*"))

    named = [Path(name) if name == "-" else tmp_path / name for name in files]
    with pytest.raises(ConfigError) as wrong:
        plan_jobs(named, tmp_path / out if out else None)

    assert sentence.format(tmp_path) in str(wrong.value)
    assert sorted(tmp_path.rglob("*")) == before


def test_stdin_has_a_place_among_files(tmp_path: Path) -> None:
    (file,) = lay_out(tmp_path, "x")

    jobs = plan_jobs([file, Path("-")], None)

    assert [job.name for job in jobs] == [str(file), "stdin"]


def test_a_stdout_that_takes_little_at_a_time_gets_all(monkeypatch: pytest.MonkeyPatch) -> None:
    class Sparing(io.BytesIO):
        def write(self, part: "ReadableBuffer") -> int:
            return super().write(memoryview(part)[:3])

    got = Sparing()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(got))

    write(Job(None, None), [b"a page", b"", b" and more"])

    assert got.getvalue() == b"a page and more"


def test_a_directory_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    lay_out(tmp_path, "x")

    with pytest.raises(ConfigError, match="x/y cannot be made: Not a directory"):
        make_folder(tmp_path / "x" / "y")


def test_a_named_pipe_is_read_once(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    (job,) = plan_jobs([pipe], None)

    writer = [sys.executable, "-c", f"open({str(pipe)!r}, 'wb').write(b'page')"]
    with subprocess.Popen(writer), opened(job) as file:
        assert read(job, file, -1) == b"page"


def test_a_file_that_this_user_may_not_read_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may read all, and CI may be root

    with pytest.raises(ConfigError, match="x cannot be read: this user may not"):
        plan_jobs(lay_out(tmp_path, "x"), None)


def test_a_disk_that_fails_is_told(tmp_path: Path) -> None:
    job = Job(tmp_path / "x", None)

    class Broken(io.BytesIO):
        def read(self, _size: int | None = -1) -> bytes:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    with pytest.raises(ConfigError, match="x cannot be read: Input/output error"):
        read(job, Broken(), 1)


def test_a_disk_that_is_full_is_told_and_nothing_stays(tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(ConfigError, match="x cannot be written: File too large"):
            write(Job(None, tmp_path / "x"), [b"x" * 100_000])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("stream", "use"),
    [
        pytest.param("stdin", lambda: opened(Job(None, None)).__enter__(), id="stdin"),
        pytest.param("stdout", lambda: write(Job(None, None), []), id="stdout"),
    ],
)
def test_a_closed_stream_is_told(
    monkeypatch: pytest.MonkeyPatch, stream: str, use: Callable[[], object]
) -> None:
    monkeypatch.setattr(sys, stream, None)

    with pytest.raises(ConfigError, match=f"{stream} is closed"):
        use()
