"""`calltrack-proxy simulate`: the same run for the same seed, the known comparison, clear words."""

import asyncio
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from calltrack.leases import PoolKey, Stock
from calltrack.numbers import PhoneNumber
from calltrack.stores.sqlite_leases import open_lease_store
from proxy.__main__ import main
from tests.redis_servers import places, served

SMALL = ("--visitors-per-hour", "60", "--hours", "3", "--numbers", "25")
SLOW = (pytest.mark.slow, pytest.mark.timeout(600))
KNOWN = ("--visitors-per-hour", "60", "--numbers", "60", "--hold-minutes", "30")

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def command(capfd: pytest.CaptureFixture[str]) -> Command:
    """Run `calltrack-proxy simulate` in this process: its status, stdout and stderr."""

    def run(*argv: str | Path) -> tuple[int, str, str]:
        try:
            status = main(["simulate", *map(str, argv)])
        except SystemExit as usage:
            status = int(usage.code or 0)
        written = capfd.readouterr()
        return status, written.out, written.err

    return run


def figures(command: Command, *argv: str | Path) -> dict[str, Any]:
    status, output, error = command(*argv, "--json")
    assert (status, error) == (0, "")
    found: dict[str, Any] = json.loads(output)
    return found


def test_a_run_tells_what_was_promised(command: Command) -> None:
    found = figures(command, *SMALL, "--seed", "1")

    assert 0 < found["exhausted_share"] < 1
    assert list(found["released_within_minutes"]) == ["5", "15", "30", "60"]
    assert set(found["calls"]) == {"within_hold", "later"}
    assert sum(found["calls"]["within_hold"].values()) > 0
    assert found["visits"] == pytest.approx(180, rel=0.3)


@pytest.mark.parametrize("order", ["longest-idle", "random"])
def test_the_same_seed_is_the_same_run_and_another_is_another(command: Command, order: str) -> None:
    first, again, other = (
        figures(command, *SMALL, "--order", order, "--seed", seed) for seed in ("1", "1", "2")
    )

    assert first == again
    assert first != other


def test_people_get_a_table(command: Command) -> None:
    status, output, _ = command(*SMALL)

    assert status == 0
    assert "of visits found no number free" in output
    assert [line.split()[0] for line in output.splitlines() if " minutes " in line] == [
        "5",
        "15",
        "30",
        "60",
    ]


def test_a_terminal_sees_how_far_it_is(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = io.StringIO()
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr("sys.stderr", terminal)

    command(*SMALL)

    assert "[####################                    ]" in terminal.getvalue()
    assert terminal.getvalue().endswith("\r")


def test_it_plays_on_a_store_of_ones_own(command: Command, tmp_path: Path) -> None:
    here = figures(command, *SMALL, "--store", tmp_path / "new.sqlite3")

    assert here == figures(command, *SMALL)
    assert (tmp_path / "new.sqlite3").exists()


def test_redis_gives_the_same_run_each_time(command: Command, tmp_path: Path) -> None:
    with served(tmp_path, places()[0]) as url:
        on_redis = [figures(command, *SMALL, "--store", url) for _ in range(2)]

    assert on_redis == [figures(command, *SMALL)] * 2


async def _fill(path: Path) -> None:
    store = open_lease_store(path)
    await store.sync(Stock({PoolKey("p"): [PhoneNumber("+31850000001")]}, serial=1))
    await store.close()


def test_a_store_in_use_is_left_alone(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "leases.sqlite3"
    asyncio.run(_fill(path))
    before = path.read_bytes()

    status, _, error = command(*SMALL, "--store", path)

    assert (status, error.count("\n")) == (1, 1)
    assert "holds pools already; name an empty one" in error
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        pytest.param([*SMALL, "--hours", "0"], "--hours", id="no time"),
        pytest.param([*SMALL, "--numbers", "many"], "--numbers", id="no number"),
        pytest.param([*SMALL, "--hold-minutes", "0"], "--hold-minutes", id="no hold"),
        pytest.param([*SMALL, "--order", "first"], "--order", id="no such order"),
        pytest.param([*SMALL, "--store", "ftp://x"], "--store", id="no store"),
        pytest.param(
            [*SMALL, "--order", "random", "--store", "x.sqlite3"], "--store", id="two stores"
        ),
        pytest.param(SMALL[:2], "--numbers", id="a pool of no size"),
    ],
)
def test_a_bad_option_is_named(command: Command, argv: list[str], words: str) -> None:
    status, output, error = command(*argv)

    assert (status, output) == (2, "")
    assert words in error


def test_a_folder_that_is_not_there_is_told(command: Command, tmp_path: Path) -> None:
    status, _, error = command(*SMALL, "--store", tmp_path / "nowhere" / "x.sqlite3")

    assert status == 1
    assert "there is no folder" in error


@pytest.mark.parametrize(
    "hours", [pytest.param("24", id="a day"), pytest.param("200", id="a week", marks=SLOW)]
)
def test_longest_idle_first_gives_few_numbers_again_soon_and_random_choice_many(
    command: Command, hours: str
) -> None:
    idle = figures(command, *KNOWN, "--hours", hours)
    at_random = figures(command, *KNOWN, "--hours", hours, "--order", "random")

    assert 0.05 <= idle["released_within_minutes"]["15"] <= 0.08
    assert at_random["released_within_minutes"]["15"] > 0.4
    assert idle["calls"]["within_hold"]["wrong"] == 0
