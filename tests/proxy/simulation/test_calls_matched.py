"""The simulator knows who called: what the lease events alone say of it is held against that."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from calltrack.planner import Demand, numbers_needed
from calltrack.stores.sqlite_leases import open_lease_store
from proxy.simulation.figures import Figures
from proxy.simulation.traffic import Habits, happenings
from proxy.simulation.world import World, make_plan

START = datetime(2026, 3, 2, tzinfo=UTC)
DAY = timedelta(hours=24)
HOLD = timedelta(minutes=30)
HABITS = Habits(visitors_per_hour=60)
SEEDS = (1, 2, 3, 4)


async def played(numbers: int, seed: int, folder: Path) -> Figures:
    plan = make_plan(numbers, hold=HOLD, rest=timedelta(0))
    store = open_lease_store(folder / f"{seed}.sqlite3", durable=False)
    figures = Figures()
    try:
        await store.sync(plan.stock())
        world = World(plan, store, figures)
        for one in happenings(HABITS, start=START, length=DAY, seed=seed):
            await world.happen(one)
    finally:
        await store.close()
    figures.close(START + DAY)
    return figures


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> list[Figures]:
    """Play a day with each seed, with a pool of the size that is planned for a loss of 1 %."""
    demand = Demand(HABITS.visitors_per_hour, visit=HABITS.visit, hold=HOLD)
    numbers = numbers_needed(demand.offered, 0.01)
    folder = tmp_path_factory.mktemp("days")
    return [asyncio.run(played(numbers, seed, folder)) for seed in SEEDS]


def test_calls_within_the_hold_go_to_the_right_visitor(days: list[Figures]) -> None:
    calls = [day.as_json()["calls"]["within_hold"] for day in days]
    right, count = sum(one["right"] for one in calls), sum(sum(one.values()) for one in calls)

    assert count > 300
    assert right / count >= 0.99


def test_what_is_wrong_or_ambiguous_is_never_sure(days: list[Figures]) -> None:
    doubtful = sum(
        count for day in days for (_, outcome), count in day.calls.items() if outcome != "right"
    )

    assert doubtful > 50
    assert [day.unmarked for day in days] == [0 for _ in SEEDS]


def test_few_find_no_number_free(days: list[Figures]) -> None:
    assert sum(day.exhausted for day in days) / sum(day.visits for day in days) <= 0.01
