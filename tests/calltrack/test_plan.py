"""The Plan as a value: what is looked up in it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from calltrack.leases import PoolKey, VestigingKey
from calltrack.numbers import PhoneNumber
from calltrack.plan import NumberState, StockNumber
from tests.calltrack.plans import (
    AMSTERDAM,
    AMSTERDAM_NUMBER,
    EVERYONE,
    ROTTERDAM,
    ROTTERDAM_NUMBER,
    SITE,
    make_plan,
)

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("host", "found"),
    [
        ("localhost", True),
        ("LOCALHOST", True),
        ("localhost.", True),
        ("127.0.0.1", True),
        ("www.localhost", False),
        ("", False),
    ],
)
def test_a_host_in_any_case_finds_its_site(host: str, found: bool) -> None:
    assert (make_plan().site_for(host) == SITE) is found


def test_paths_that_are_never_rewritten_go_by_their_start() -> None:
    assert not SITE.rewrites("/cms/pages/3/")
    assert SITE.rewrites("/cms")
    assert SITE.rewrites("/")


def test_a_pool_holds_its_active_numbers_only() -> None:
    active, disabled, loose = (PhoneNumber(f"+3185019999{n}") for n in range(3))
    plan = make_plan(
        numbers=(
            StockNumber(active, PoolKey("amsterdam")),
            StockNumber(disabled, PoolKey("amsterdam"), state=NumberState.DISABLED),
            StockNumber(loose),
        )
    )

    assert plan.stock().pools == {"amsterdam": (active,), "rotterdam": ()}
    assert plan.shown_numbers == {active, loose}


def test_forwarding_numbers_lead_to_their_vestiging() -> None:
    assert make_plan().by_forwarding_number == {
        AMSTERDAM_NUMBER: AMSTERDAM,
        ROTTERDAM_NUMBER: ROTTERDAM,
    }


def test_a_campaign_without_vestigingen_covers_all() -> None:
    only = replace(EVERYONE, vestigingen=frozenset({VestigingKey("amsterdam")}))

    assert EVERYONE.covers(ROTTERDAM)
    assert only.covers(AMSTERDAM)
    assert not only.covers(ROTTERDAM)


@pytest.mark.parametrize(
    ("starts_at", "ends_at", "is_open"),
    [
        pytest.param(None, None, True, id="no window"),
        pytest.param(NOON, None, True, id="its first moment"),
        pytest.param(NOON + HOUR, None, False, id="before"),
        pytest.param(None, NOON, False, id="its last moment"),
        pytest.param(None, NOON + HOUR, True, id="before the end"),
        pytest.param(NOON - HOUR, NOON + HOUR, True, id="inside"),
    ],
)
def test_a_window_holds_its_start_and_not_its_end(
    starts_at: datetime | None,
    ends_at: datetime | None,
    is_open: bool,
) -> None:
    campaign = replace(EVERYONE, starts_at=starts_at, ends_at=ends_at)

    assert campaign.is_open(NOON) is is_open
