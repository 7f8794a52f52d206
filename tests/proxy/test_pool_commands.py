"""`calltrack-proxy pool plan`: figures given or measured, and clear words where there are none."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from calltrack import planfile
from calltrack.events import Event, Kind
from calltrack.planner import numbers_needed
from calltrack.stores.sqlite_outbox import open_outbox
from proxy.__main__ import main
from tests.calltrack.plans import make_plan

ROOT = Path(__file__).resolve().parents[2]
START = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HOLD = timedelta(minutes=20)
GIVEN = ("--visitors-per-hour", "200", "--visit-minutes", "3", "--hold-minutes", "30")

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def command(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run `calltrack-proxy pool plan` in this process: its status, stdout and stderr."""

    def run(*argv: str | Path) -> tuple[int, str, str]:
        try:
            status = main(["pool", "plan", *map(str, argv)])
        except SystemExit as usage:
            status = int(usage.code or 0)
        written = capfd.readouterr()
        return status, written.out, written.err

    return run


def given(minute: float, number: int, pool: str = "amsterdam") -> Event:
    at = START + timedelta(minutes=minute)
    until = (at + HOLD * 1.1).isoformat()
    data = {"session": f"s{pool}{minute}", "vestiging": pool, "pool": pool}
    moments = {"promised_until": until, "kept_until": until}
    return Event(Kind.LEASE_GIVEN, at, data | moments | {"number": f"+31207654{number:03}"})


ONE_POOL = [given(minute, minute % 60) for minute in range(0, 600, 10)] + [given(65, 61)]
TWO_POOLS = [*ONE_POOL, given(3, 62, "rotterdam")]


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Name a store; what lies beside it is a history only when `write_history` made one."""
    return tmp_path / "leases.sqlite3"


async def write_history(store: Path, events: Sequence[Event]) -> None:
    outbox = open_outbox(store.with_name("outbox.sqlite3"))
    await outbox.append(events)
    await outbox.close()


def pools(output: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(output)["pools"]
    return found


def test_given_figures_give_the_known_size(command: Command) -> None:
    status, output, _ = command(*GIVEN, "--loss", "0.01", "--json")

    assert status == 0
    assert json.loads(output)["numbers"] == 128


def test_the_table_speaks_of_visitors_and_money(command: Command) -> None:
    status, output, _ = command(*GIVEN, "--monthly-cost", "1.5", "--loss", "0.02")

    assert status == 0
    assert "128 numbers: 1 % of visitors without a number of their own, 192.00 a month\n" in output
    assert "a month  (asked for)" in output
    assert "it is assumed that visitors come independently" in output.lower()


def test_the_docs_show_what_is_printed(command: Command) -> None:
    text = (ROOT / "docs" / "pools.md").read_text(encoding="utf-8")
    line, _, after = text.partition("$ calltrack-proxy pool plan ")[2].partition("\n")

    _, output, _ = command(*line.split())

    assert after.startswith(output)


def test_one_number_is_no_numbers(command: Command) -> None:
    _, output, _ = command("--visitors-per-hour", "0")

    assert "  1 number: 1 % of visitors" in output


def test_it_says_what_was_given_and_what_assumed(command: Command) -> None:
    _, output, _ = command("--visitors-per-hour", "60")

    lines = [line.split() for line in output.splitlines()]
    assert ["visitors", "per", "hour", "60", "given"] in lines
    assert ["a", "visit", "3", "minutes", "assumed"] in lines
    assert ["the", "rest", "after", "that", "0", "minutes", "assumed"] in lines


def test_a_rest_asks_for_more_numbers(command: Command) -> None:
    _, output, _ = command(*GIVEN, "--rest-minutes", "27", "--json")

    assert json.loads(output)["numbers"] == numbers_needed(200, 0.01)


def test_the_plan_names_hold_rest_and_what_there_is_now(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(planfile.to_mapping(make_plan())), encoding="utf-8")

    status, output, _ = command(
        *("--visitors-per-hour", "6", "--plan", path, "--pool", "amsterdam", "--json")
    )

    assert status == 0
    (row,) = pools(output)
    assert row["origins"]["hold"] == row["origins"]["rest"] == "the Plan"
    assert row["numbers_now"] == 2
    assert 0.5 < row["loss_now"] < 0.6


@pytest.mark.parametrize(
    ("visitors", "sentence"),
    [
        pytest.param("6", "The Plan has 2 in this pool now: 55.9 % without one.", id="too few"),
        pytest.param("0.0001", "now: less than 0.0001 % without one.", id="more than enough"),
    ],
)
def test_people_hear_how_far_the_plan_goes(
    command: Command, tmp_path: Path, visitors: str, sentence: str
) -> None:
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(planfile.to_mapping(make_plan())), encoding="utf-8")

    _, output, _ = command("--visitors-per-hour", visitors, "--plan", path, "--pool", "amsterdam")

    assert sentence in output


async def test_the_history_is_measured(command: Command, store: Path) -> None:
    await write_history(store, ONE_POOL)

    status, output, _ = command("--store", f"sqlite:///{store}", "--json")

    assert status == 0
    (row,) = pools(output)
    assert row["pool"] == "amsterdam"
    assert row["visitors_per_hour"] == 7  # in the second hour: every ten minutes, and one more
    assert row["hold_minutes"] == 20
    assert row["visit_minutes"] == pytest.approx(2)
    assert row["history"]["events"] == len(ONE_POOL)


async def test_people_see_the_hours_and_are_told_of_a_short_history(
    command: Command, store: Path
) -> None:
    await write_history(store, ONE_POOL)

    status, output, _ = command("--store", store)

    assert status == 0
    assert "61 lease events, 2026-03-02 12:00 to 2026-03-02 21:50 UTC" in output
    assert "  2026-03-02              ▇█" in output or "  2026-03-02              #@" in output
    assert "busiest hour: 2026-03-02 13:00 UTC, 7 visitors" in output
    assert "note: only 9.8 hours of history" in output


async def test_a_given_figure_stands_before_a_measured_one(command: Command, store: Path) -> None:
    await write_history(store, ONE_POOL)

    _, output, _ = command("--store", store, "--visitors-per-hour", "90", "--json")

    (row,) = pools(output)
    assert row["visitors_per_hour"] == 90
    assert row["origins"]["hold"] == "measured"


async def test_pools_are_planned_each_and_together(command: Command, store: Path) -> None:
    await write_history(store, TWO_POOLS)

    _, output, _ = command("--store", store, "--json")
    _, text, _ = command("--store", store)
    _, one, _ = command("--store", store, "--pool", "rotterdam", "--json")

    both = pools(output)
    assert [row["pool"] for row in both] == ["amsterdam", "rotterdam"]
    assert json.loads(output)["numbers"] == sum(row["numbers"] for row in both)
    assert f"All pools together: {json.loads(output)['numbers']} numbers." in text
    assert [row["pool"] for row in pools(one)] == ["rotterdam"]


async def test_a_pool_without_history_is_told_and_the_others_named(
    command: Command, store: Path
) -> None:
    await write_history(store, ONE_POOL)

    status, _, error = command("--store", store, "--pool", "utrecht")

    assert status == 1
    assert "no lease of pool «utrecht», only of «amsterdam»" in error


def test_without_a_history_the_fix_is_told(command: Command, store: Path) -> None:
    status, output, error = command("--store", store)

    assert (status, output) == (1, "")
    assert error.count("\n") == 1
    assert "no lease history" in error
    assert "--visitors-per-hour" in error


async def test_an_empty_history_is_told_too(command: Command, store: Path) -> None:
    await write_history(store, [])

    status, _, error = command("--store", store)

    assert status == 1
    assert "holds no lease yet" in error


async def test_a_history_that_was_shipped_is_told_with_where_to_look(
    command: Command, store: Path
) -> None:
    await write_history(store, ONE_POOL)
    outbox = open_outbox(store.parent / "outbox.sqlite3")
    await outbox.shipped([event.id for event in await outbox.pending(limit=10)])
    await outbox.close()

    status, output, error = command("--store", store)

    assert (status, output) == (1, "")
    assert "its events are shipped to Wagtail" in error
    assert "--visitors-per-hour" in error


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        pytest.param(["--visitors-per-hour", "many"], "--visitors-per-hour", id="no number"),
        pytest.param(["--visitors-per-hour", "-1"], "from 0", id="fewer than none"),
        pytest.param(["--visitors-per-hour", "nan"], "--visitors-per-hour", id="not a number"),
        pytest.param([*GIVEN, "--loss", "1"], "as 0.01 for 1 %", id="all lost"),
        pytest.param([*GIVEN, "--loss", "0"], "--loss", id="none lost"),
        pytest.param([*GIVEN, "--rest-minutes", "inf"], "--rest-minutes", id="for ever"),
        pytest.param(
            ["--visitors-per-hour", "1e6", "--hold-minutes", "500"], "smaller", id="too many"
        ),
    ],
)
def test_a_bad_option_is_named_with_its_fix(
    command: Command, argv: Sequence[str], words: str
) -> None:
    status, output, error = command(*argv)

    assert (status, output) == (2, "")
    assert words in error


def test_a_pool_that_the_plan_does_not_have_is_told(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(planfile.to_mapping(make_plan())), encoding="utf-8")

    status, _, error = command(*GIVEN, "--plan", path, "--pool", "utrecht")

    assert status == 2
    assert "--pool: the Plan has no pool «utrecht»; it has «amsterdam», «rotterdam»" in error
