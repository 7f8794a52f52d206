"""An edge keeps its id, and has a name that people know."""

import re
import socket
from importlib import metadata
from pathlib import Path

import pytest

from calltrack.errors import ConfigError, StoreError
from proxy.identity import identify
from proxy.rewrite import strides
from wagtail_calltrack.ingest.batch import LONGEST_VERSION


def test_the_id_is_made_once_and_kept_for_its_user_alone(tmp_path: Path) -> None:
    first, again = identify(tmp_path, None), identify(tmp_path, "proxy 1")

    assert re.fullmatch("[0-9a-f]{32}", first.id)
    assert again.id == first.id
    assert (tmp_path / "edge.id").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["edge.id"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param(None, socket.gethostname(), id="the machine's"),
        pytest.param("proxy één", "proxy één", id="what ops say"),
        pytest.param("x" * 300, "x" * 100, id="a long one"),
        pytest.param("\n\t", "edge", id="nothing to print"),
    ],
)
def test_the_name_is_the_one_that_ops_gave_or_the_machine_s(
    tmp_path: Path, name: str | None, expected: str
) -> None:
    assert identify(tmp_path, name).name == expected


@pytest.mark.parametrize(
    ("why_pure", "word"),
    [
        pytest.param(None, "", id="compiled"),
        pytest.param("no compiler", " (pure Python)", id="a word of the slower rewriter"),
    ],
)
def test_the_release_is_told(
    why_pure: str | None, word: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(strides, "why_pure", why_pure)

    version = identify(tmp_path, None).version

    assert version == metadata.version("wagtail-calltrack") + word
    assert len(version) <= LONGEST_VERSION


@pytest.mark.parametrize("held", ["", "no id", "E" * 32, "é" * 32])
def test_a_file_that_holds_no_id_is_told_with_what_to_do(tmp_path: Path, held: str) -> None:
    (tmp_path / "edge.id").write_text(held, encoding="utf-8")

    with pytest.raises(ConfigError, match="holds no id; remove it"):
        identify(tmp_path, None)


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be read or made"):
        identify(tmp_path / "nowhere", None)
