"""Connections that fit into the files a process may open."""

import logging
import resource

import pytest

from proxy.open_files import make_room_for


class Limit:
    """The system's limit, as far as this module sees it."""

    def __init__(self, soft: int, hard: int) -> None:
        self.now = (soft, hard)

    def get(self, _what: int) -> tuple[int, int]:
        return self.now

    def set(self, _what: int, limits: tuple[int, int]) -> None:
        self.now = limits


@pytest.fixture
def limit(monkeypatch: pytest.MonkeyPatch) -> Limit:
    found = Limit(1024, 100_000)
    monkeypatch.setattr(resource, "getrlimit", found.get)
    monkeypatch.setattr(resource, "setrlimit", found.set)
    return found


@pytest.mark.parametrize(
    ("soft", "hard", "fit", "after"),
    [
        pytest.param(1024, 100_000, 4096, 8320, id="it can be raised"),
        pytest.param(20_000, 100_000, 4096, 20_000, id="it is high enough"),
        pytest.param(1024, -1, 4096, 8320, id="it can be raised as far as one likes"),
        pytest.param(-1, -1, 4096, -1, id="there is none"),
        pytest.param(1024, 1024, 448, 1024, id="it cannot be raised"),
        pytest.param(1024, 4128, 2000, 4128, id="it can be raised a little"),
        pytest.param(64, 64, 1, 64, id="it is tiny"),
    ],
)
def test_as_many_connections_as_the_files_let_us(
    limit: Limit,
    caplog: pytest.LogCaptureFixture,
    soft: int,
    hard: int,
    fit: int,
    after: int,
) -> None:
    limit.now = (soft, hard)
    caplog.set_level(logging.WARNING)

    assert make_room_for(4096) == fit
    assert limit.now == (after, hard)
    assert bool(caplog.records) is (fit < 4096)
