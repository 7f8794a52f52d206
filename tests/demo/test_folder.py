"""The folder of a run: one demo at a time, and a reset that removes only what a run made."""

import os
from pathlib import Path

import pytest

from calltrack.errors import TheirError
from demo.folder import Folder, sign


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "var")


def test_reset_removes_what_a_run_keeps_and_nothing_else(folder: Folder) -> None:
    with folder.locked():
        kept = [folder.path / name for name in ("notes.txt", "secret.key", "site.log")]
        gone = [folder.path / name for name in ("site.sqlite3", "site.sqlite3-wal", "login")]
        gone += [folder.path / "proxy" / "leases.sqlite3", folder.path / "media" / "a.png"]
        (folder.path / "media").mkdir()
        for file in (*kept, *gone):
            file.touch()

        folder.clear()

    assert all(file.exists() for file in kept)
    assert not any(file.exists() for file in gone)


def test_a_folder_in_use_is_refused_with_the_other_one_s_address(folder: Folder) -> None:
    with folder.locked() as lock:
        sign(lock, "open http://localhost:8000/")

        with pytest.raises(TheirError, match=f"open http://localhost:8000/ .process {os.getpid()}"):
            folder.locked().__enter__()


def test_a_folder_that_was_let_go_is_free_again(folder: Folder) -> None:
    with folder.locked():
        pass

    with folder.locked() as lock:
        assert os.pread(lock, 100, 0).decode() == f"{os.getpid()} starting"
