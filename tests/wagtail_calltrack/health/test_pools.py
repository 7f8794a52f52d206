"""A pool's numbers, the planner's answer, the costs and the alarms."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from calltrack.planner import erlang_b, numbers_needed
from tests.wagtail_calltrack.facts import HOLD, exhausted, given, lease_event
from wagtail_calltrack.health.figures import measure
from wagtail_calltrack.health.pools import PoolHealth, percent, pool_healths
from wagtail_calltrack.models import LeaseEvent, Pool, TrackingNumber, Vestiging, plan_change

pytestmark = pytest.mark.django_db

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def pool(db: None) -> Pool:
    made = Pool.objects.create(key="amsterdam")
    Vestiging.objects.create(
        key="amsterdam", name="Amsterdam", forwarding_number="+31201234567", pool=made
    )
    return made


def add_numbers(pool: Pool, count: int, **values: Any) -> None:
    first = TrackingNumber.objects.count()
    with plan_change():
        for at in range(first, first + count):
            TrackingNumber.objects.create(number=f"+3120765{at:04}", pool=pool, **values)


def visitors(count: int, hours_ago: int = 3) -> None:
    """Let visitors come in one hour of the clock, each with a number of their own."""
    hour = timezone.now().replace(minute=0, second=0, microsecond=0) - hours_ago * HOUR
    LeaseEvent.objects.bulk_create(
        lease_event(
            hour + MINUTE * (at % 60),
            f"v{hours_ago}-{at}",
            number=f"+3120765{at:04}",
            promised_until=hour + MINUTE * (at % 60) + HOLD,
        )
        for at in range(count)
    )


def health() -> PoolHealth:
    now = timezone.now()
    (found,) = pool_healths(measure(now), now)
    return found


def test_numbers_are_told_by_what_they_do(pool: Pool) -> None:
    pool.rest_minutes = 30
    pool.save()
    add_numbers(pool, 3)
    add_numbers(pool, 1, state="disabled")
    now = timezone.now()
    given(now, "a", number="+31207650000")
    given(now - 20 * MINUTE, "b", number="+31207650001", promised_until=now - MINUTE)
    given(now - 80 * MINUTE, "c", number="+31207650002", promised_until=now - 40 * MINUTE)

    stock = health().stock

    assert (stock.active, stock.disabled, stock.in_use, stock.resting) == (3, 1, 1, 1)


def test_the_planner_is_asked_about_the_busiest_hour(pool: Pool) -> None:
    add_numbers(pool, 30)
    visitors(60)
    visitors(20, hours_ago=30)

    found = health()

    assert found.demand is not None
    offered = 60 * 33 / 60
    assert found.demand.offered == pytest.approx(offered, rel=0.05)
    assert found.planned_loss == erlang_b(found.demand.offered, 30)
    assert {size.loss: size.numbers for size in found.sizes} == {
        0.01: numbers_needed(found.demand.offered, 0.01),
        0.001: numbers_needed(found.demand.offered, 0.001),
    }


def test_a_rest_asks_for_more_numbers(pool: Pool) -> None:
    visitors(60)
    add_numbers(pool, 1)
    without = health().sizes[0].numbers
    pool.rest_minutes = 60
    pool.save()

    assert health().sizes[0].numbers > without


def test_few_visitors_say_nothing_about_a_busy_hour(pool: Pool) -> None:
    add_numbers(pool, 1)
    visitors(19)

    assert health().demand is None
    assert health().sizes == ()
    assert health().alarms == []


def test_costs_count_the_mean_for_numbers_to_add(pool: Pool) -> None:
    add_numbers(pool, 2, monthly_cost=Decimal("1.00"))
    add_numbers(pool, 2, monthly_cost=Decimal("2.00"))
    visitors(60)

    found = health()

    assert found.stock.cost == Decimal("6.00")
    for size in found.sizes:
        assert size.cost == Decimal("6.00") + (size.numbers - 4) * Decimal("1.50")


def test_costs_that_are_not_known_are_said_to_be(pool: Pool) -> None:
    add_numbers(pool, 1, monthly_cost=Decimal("1.50"))
    add_numbers(pool, 2)

    assert (health().stock.cost, health().stock.costs_unknown) == (Decimal("1.50"), 2)


def test_without_any_known_cost_none_is_made_up(pool: Pool) -> None:
    add_numbers(pool, 2)
    visitors(60)

    assert {size.cost for size in health().sizes} == {None}
    assert health().stock.known_cost is None


def test_a_disabled_number_costs_its_rent(pool: Pool) -> None:
    add_numbers(pool, 1, monthly_cost=Decimal(1))
    add_numbers(pool, 1, monthly_cost=Decimal(1), state="disabled")

    assert health().stock.cost == Decimal(2)


def test_enough_numbers_alarm_nobody(pool: Pool) -> None:
    add_numbers(pool, 60)
    visitors(60)

    assert health().alarms == []
    assert health().advice == ""


def test_a_planned_loss_over_the_alarm_says_how_many_to_add(pool: Pool) -> None:
    add_numbers(pool, 30)
    visitors(60)

    found = health()
    more = next(size.more for size in found.sizes if size.loss == 0.01)

    assert len(found.alarms) == 1
    assert "are to be expected without a number" in found.alarms[0]
    assert found.advice == f"{more} numbers more would bring it below 1 %."


def test_a_pool_alarms_at_the_loss_that_was_chosen(pool: Pool) -> None:
    add_numbers(pool, 30)
    visitors(60)
    pool.alarm_loss = Decimal(50)
    pool.save()

    assert health().alarms == []


@pytest.mark.parametrize(
    ("hours_ago", "sentence"),
    [
        pytest.param(2, "In the last 24 hours 2.6 % of its visitors", id="of the last day"),
        pytest.param(50, "In the last 7 days 2.6 % of its visitors", id="of the last week"),
    ],
)
def test_visitors_without_a_number_alarm(pool: Pool, hours_ago: int, sentence: str) -> None:
    add_numbers(pool, 60)
    visitors(38, hours_ago)
    exhausted(timezone.now() - hours_ago * HOUR, "x")

    (alarm,) = health().alarms

    assert alarm.startswith(sentence)


def test_a_pool_in_use_without_an_active_number_alarms(pool: Pool) -> None:
    assert "It has no active number" in health().alarms[0]


def test_a_pool_that_nobody_names_alarms_nobody(db: None) -> None:
    Pool.objects.create(key="spare")

    assert health().alarms == []


def test_the_line_has_a_point_for_each_hour(pool: Pool) -> None:
    add_numbers(pool, 4)
    visitors(2)

    found = health()
    assert found.figures is not None

    points = [point.split(",") for point in found.line.split()]
    assert [int(at) for at, _ in points] == list(range(found.figures.hours))
    assert {int(high) for _, high in points} <= {50, 75, 100}


@pytest.mark.parametrize(
    ("share", "text"),
    [
        pytest.param(0, "0 %", id="none"),
        pytest.param(0.000_000_1, "0.01 %", id="next to none"),
        pytest.param(0.000_5, "0.05 %", id="few"),
        pytest.param(0.001, "0.1 %", id="0.1"),
        pytest.param(0.01, "1 %", id="1"),
        pytest.param(0.0135, "1.4 %", id="1.4"),
        pytest.param(0.256, "26 %", id="many"),
        pytest.param(1, "100 %", id="all"),
    ],
)
def test_a_share_is_printed_as_short_as_it_may_be(share: float, text: str) -> None:
    assert percent(share) == text
