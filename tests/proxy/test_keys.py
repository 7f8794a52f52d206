"""The cookie keys: found, made once, refused in words."""

import errno
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from calltrack.errors import ConfigError, StoreError
from proxy.keys import KEY_BYTES, are_set, cookie_keys

LONG = "k" * 32
LONGER = "l" * 40


@pytest.fixture(autouse=True)
def _no_keys_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CALLTRACK_COOKIE_KEY", raising=False)
    monkeypatch.delenv("CALLTRACK_COOKIE_KEY_FILE", raising=False)


def test_a_key_is_made_once_and_only_its_user_may_read_it(tmp_path: Path) -> None:
    first = cookie_keys(tmp_path)

    assert cookie_keys(tmp_path) == first
    assert stat.S_IMODE((tmp_path / "cookie.key").stat().st_mode) == 0o600
    assert [p.name for p in tmp_path.iterdir()] == ["cookie.key"]


def test_many_at_once_agree_on_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: cookie_keys(tmp_path), range(32)))

    assert len({tuple(keys) for keys in found}) == 1


def test_keys_of_the_environment_come_newest_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CALLTRACK_COOKIE_KEY", f"{LONG}, {LONGER}")

    assert cookie_keys(tmp_path) == [LONG.encode(), LONGER.encode()]
    assert not (tmp_path / "cookie.key").exists()


def test_keys_of_a_file_come_a_line_each(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "keys"
    file.write_text(f"{LONG}\n\n{LONGER}\n")
    monkeypatch.setenv("CALLTRACK_COOKIE_KEY_FILE", str(file))

    assert cookie_keys(tmp_path) == [LONG.encode(), LONGER.encode()]


@pytest.mark.parametrize("value", ["short", f"{LONG},short"])
def test_a_short_key_is_refused_and_not_repeated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("CALLTRACK_COOKIE_KEY", value)

    with pytest.raises(ConfigError, match=r"CALLTRACK_COOKIE_KEY: .* 32 characters") as caught:
        cookie_keys(tmp_path)

    assert "short" not in str(caught.value)


def test_a_short_key_in_a_file_is_the_files_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "keys").write_text("short")
    monkeypatch.setenv("CALLTRACK_COOKIE_KEY_FILE", str(tmp_path / "keys"))

    with pytest.raises(ConfigError, match=r"CALLTRACK_COOKIE_KEY_FILE: .* 32 characters"):
        cookie_keys(tmp_path)


def test_a_missing_key_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLTRACK_COOKIE_KEY_FILE", str(tmp_path / "nowhere"))

    with pytest.raises(ConfigError, match=r"CALLTRACK_COOKIE_KEY_FILE: .*nowhere cannot be read"):
        cookie_keys(tmp_path)


def test_a_key_file_without_a_key_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a key of its own each edge would begin everybody's session anew."""
    (tmp_path / "keys").write_text("\n \n")
    monkeypatch.setenv("CALLTRACK_COOKIE_KEY_FILE", str(tmp_path / "keys"))

    with pytest.raises(ConfigError, match=r"CALLTRACK_COOKIE_KEY_FILE: .*keys holds no key"):
        cookie_keys(tmp_path)

    assert not (tmp_path / "cookie.key").exists()


def test_an_empty_kept_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / "cookie.key").write_bytes(b"")

    with pytest.raises(ConfigError, match="holds no key"):
        cookie_keys(tmp_path)


def test_a_disk_that_is_full_keeps_no_half_of_a_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int, *_mode: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fdopen", full)

    with pytest.raises(StoreError, match="No space left on device"):
        cookie_keys(tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_no_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(StoreError, match="cannot be read or made"):
        cookie_keys(tmp_path / "file")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("CALLTRACK_COOKIE_KEY", True, id="a key"),
        pytest.param("CALLTRACK_COOKIE_KEY_FILE", True, id="a file"),
        pytest.param("CALLTRACK_OTHER", False, id="neither"),
    ],
)
def test_keys_of_several_machines_are_those_of_the_environment(
    monkeypatch: pytest.MonkeyPatch, name: str, expected: bool
) -> None:
    for known in ("CALLTRACK_COOKIE_KEY", "CALLTRACK_COOKIE_KEY_FILE"):
        monkeypatch.delenv(known, raising=False)
    monkeypatch.setenv(name, "x" * KEY_BYTES)

    assert are_set() is expected
