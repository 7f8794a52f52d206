"""Connections that fit into the files a process may open."""

import logging
import resource

import pytest

from calltrack.errors import ConfigError
from proxy.open_files import make_room_for, refuse_too_few


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
        pytest.param(64, 192, 32, 192, id="just enough to serve"),
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

    assert make_room_for(4096, held=10) == fit
    assert limit.now == (after, hard)
    assert bool(caplog.records) is (fit < 4096)


def test_what_is_open_already_leaves_less_room(limit: Limit) -> None:
    """A worker is handed the sockets of all others."""
    limit.now = (1024, 1024)

    assert make_room_for(4096, held=600) == (1024 - 600 - 64) // 2


@pytest.mark.parametrize(
    ("hard", "asked"),
    [
        pytest.param(24, 4096, id="hardly any file"),
        pytest.param(191, 4096, id="one connection less than a service"),
        pytest.param(130, 2, id="less than the few that were asked for"),
    ],
)
def test_a_process_that_could_serve_nobody_is_not_started(
    limit: Limit, hard: int, asked: int
) -> None:
    limit.now = (24, hard)

    for refuses in (refuse_too_few, make_room_for):
        with pytest.raises(ConfigError, match=f"no more than {hard} files.*LimitNOFILE"):
            refuses(asked)


def test_as_few_as_were_asked_for_are_a_service(limit: Limit) -> None:
    limit.now = (24, 132)

    assert make_room_for(2, held=10) == 2
    assert limit.now == (132, 132)


def test_a_parent_makes_room_for_the_sockets_of_all_workers(limit: Limit) -> None:
    refuse_too_few(4096, workers=256)

    assert limit.now == (128 + 12 * 256, 100_000)
