"""How many numbers a pool needs: known figures, and a queue played out."""

import heapq
import random
from datetime import timedelta

import pytest

from calltrack.planner import LARGEST_LOAD, Demand, erlang_b, numbers_needed

MINUTE = timedelta(minutes=1)
ARRIVALS = 400_000


@pytest.mark.parametrize(
    ("offered", "numbers", "loss"),
    [
        # The first four stand in every printed table of the formula.
        pytest.param(1, 1, 0.5, id="one visitor at a time, one number"),
        pytest.param(2, 2, 0.4, id="two and two"),
        pytest.param(0.11101, 1, 0.1, id="a table's row: 1 line, 10 %"),
        pytest.param(29.0, 40, 0.01, id="a table's row: 40 lines, 1 %"),
        pytest.param(0, 5, 0, id="nobody comes"),
        pytest.param(5, 0, 1, id="no numbers at all"),
        pytest.param(1000, 900, 0.1079, id="fewer numbers than are wanted on average"),
    ],
)
def test_the_loss_is_that_of_the_printed_tables(offered: float, numbers: int, loss: float) -> None:
    assert erlang_b(offered, numbers) == pytest.approx(loss, rel=0.01)


@pytest.mark.parametrize(
    ("demand", "loss", "numbers"),
    [
        pytest.param(Demand(60, 3 * MINUTE, 30 * MINUTE), 0.01, 45, id="60 an hour, 1 %"),
        pytest.param(Demand(60, 3 * MINUTE, 30 * MINUTE), 0.001, 51, id="60 an hour, 0.1 %"),
        pytest.param(Demand(200, 3 * MINUTE, 30 * MINUTE), 0.01, 128, id="200 an hour, 1 %"),
        pytest.param(Demand(60, 3 * MINUTE, 20 * MINUTE, 10 * MINUTE), 0.01, 45, id="a rest"),
        pytest.param(Demand(0, 3 * MINUTE, 30 * MINUTE), 0.01, 1, id="nobody: one is enough"),
    ],
)
def test_a_demand_needs_so_many_numbers(demand: Demand, loss: float, numbers: int) -> None:
    assert numbers_needed(demand.offered, loss) == numbers


@pytest.mark.parametrize("offered", [0.01, 1, 7.3, 110, 4000])
@pytest.mark.parametrize("loss", [0.5, 0.05, 0.001])
def test_one_number_less_would_lose_too_many(offered: float, loss: float) -> None:
    numbers = numbers_needed(offered, loss)

    assert erlang_b(offered, numbers) <= loss < erlang_b(offered, numbers - 1)


def test_the_largest_load_is_planned_without_overflow() -> None:
    numbers = numbers_needed(LARGEST_LOAD, 0.01)

    assert 0.98 * LARGEST_LOAD < numbers < LARGEST_LOAD
    assert erlang_b(LARGEST_LOAD, LARGEST_LOAD) == pytest.approx(0.0008, rel=0.01)


@pytest.mark.parametrize(
    ("offered", "loss"),
    [
        pytest.param(-1, 0.01, id="a load below nothing"),
        pytest.param(float("nan"), 0.01, id="no load"),
        pytest.param(LARGEST_LOAD * 2, 0.01, id="a load beyond all firms"),
        pytest.param(1, 0, id="a loss of nothing, which no pool reaches"),
        pytest.param(1, 1, id="a loss of all"),
    ],
)
def test_what_cannot_be_planned_is_refused(offered: float, loss: float) -> None:
    with pytest.raises(ValueError, match="lies between"):
        numbers_needed(offered, loss)


def test_a_pool_of_fewer_than_no_numbers_is_refused() -> None:
    with pytest.raises(ValueError, match="0 numbers"):
        erlang_b(1, -1)


@pytest.mark.parametrize("visitors_per_hour", [20, 60, 200, 1000])
def test_the_loss_is_within_a_tenth_of_a_queue_played_out(visitors_per_hour: int) -> None:
    demand = Demand(visitors_per_hour, 3 * MINUTE, 30 * MINUTE)
    numbers = numbers_needed(demand.offered, 0.01)

    played = _queue_loss(visitors_per_hour, keeps_hours=33 / 60, numbers=numbers)

    assert played == pytest.approx(erlang_b(demand.offered, numbers), rel=0.1)


def _queue_loss(visitors_per_hour: float, *, keeps_hours: float, numbers: int) -> float:
    """Let visitors come at random, each keep a number for a while, and count who finds none."""
    rng = random.Random(1)  # noqa: S311 - the same queue each time
    free_at = [0.0] * numbers
    now, without = 0.0, 0
    for _ in range(ARRIVALS):
        now += rng.expovariate(visitors_per_hour)
        if free_at[0] <= now:
            heapq.heapreplace(free_at, now + keeps_hours)
        else:
            without += 1
    return without / ARRIVALS
