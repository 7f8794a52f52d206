"""What a place on a page shows: whose it is, and which campaign decides."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from calltrack.decision import Reason, decide, vestiging_of
from calltrack.leases import VestigingKey
from calltrack.numbers import PhoneNumber
from calltrack.plan import CampaignKey, Method, Placeholder, PlaceholderKey, Vestiging
from tests.calltrack.plans import (
    AMSTERDAM,
    AMSTERDAM_NUMBER,
    EVERYONE,
    ROTTERDAM,
    ROTTERDAM_NUMBER,
    make_plan,
)

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
ELSEWHERE = PhoneNumber("+31301234567")
CLASS = "qooqie-number-placeholder"
BOUND = Placeholder(PlaceholderKey("footer"), "footer-number", ROTTERDAM)


@pytest.mark.parametrize(
    ("number", "placeholder", "named", "expected"),
    [
        pytest.param(AMSTERDAM_NUMBER, None, None, AMSTERDAM, id="its forwarding number"),
        pytest.param(ELSEWHERE, None, None, None, id="another number, no placeholder"),
        pytest.param(AMSTERDAM_NUMBER, CLASS, "rotterdam", ROTTERDAM, id="data-vestiging first"),
        pytest.param(None, CLASS, "nowhere", None, id="a vestiging that the Plan does not know"),
        pytest.param(AMSTERDAM_NUMBER, CLASS, "", None, id="an empty data-vestiging"),
        pytest.param(AMSTERDAM_NUMBER, "footer", None, ROTTERDAM, id="the placeholder's own"),
        pytest.param(ROTTERDAM_NUMBER, CLASS, None, ROTTERDAM, id="the number in a placeholder"),
        pytest.param(ELSEWHERE, CLASS, None, AMSTERDAM, id="a placeholder: the Plan's first"),
        pytest.param(None, CLASS, None, AMSTERDAM, id="an empty placeholder: the Plan's first"),
    ],
)
def test_a_place_belongs_to_a_vestiging(
    number: PhoneNumber | None, placeholder: str | None, named: str | None, expected: str | None
) -> None:
    plan = make_plan()
    plan = replace(plan, placeholders=(*plan.placeholders, BOUND))

    found = vestiging_of(plan, number=number, placeholder=placeholder, named=named)

    assert found == expected


FIRST = replace(EVERYONE, key=CampaignKey("first"))


@pytest.mark.parametrize(
    ("first", "campaign", "leases"),
    [
        pytest.param(FIRST, "first", True, id="the first one"),
        pytest.param(
            replace(FIRST, vestigingen=frozenset({ROTTERDAM})), "everyone", True, id="not covered"
        ),
        pytest.param(
            replace(FIRST, vestigingen=frozenset({AMSTERDAM})), "first", True, id="covered"
        ),
        pytest.param(replace(FIRST, starts_at=NOW), "first", True, id="it starts now"),
        pytest.param(replace(FIRST, starts_at=NOW + DAY), "everyone", True, id="not started"),
        pytest.param(replace(FIRST, ends_at=NOW), "everyone", True, id="it has just ended"),
        pytest.param(replace(FIRST, ends_at=NOW + DAY), "first", True, id="not ended"),
        pytest.param(replace(FIRST, paused=True), "first", False, id="paused: it still decides"),
        pytest.param(replace(FIRST, method=Method.ORIGINAL), "first", False, id="the original"),
    ],
)
def test_the_first_campaign_that_covers_and_is_open_decides(
    first: object, campaign: str, leases: bool
) -> None:
    plan = make_plan(campaigns=(first, EVERYONE))

    decision = decide(plan, AMSTERDAM, now=NOW)

    assert decision.campaign == campaign
    assert (decision.pool == "amsterdam") is leases


@pytest.mark.parametrize(
    ("vestiging", "changes", "reason"),
    [
        pytest.param(AMSTERDAM, {}, Reason.LEASE, id="a number of their own"),
        pytest.param(None, {}, Reason.NO_VESTIGING, id="nobody's place"),
        pytest.param(AMSTERDAM, {"campaigns": ()}, Reason.NO_CAMPAIGN, id="no campaign"),
        pytest.param(
            AMSTERDAM, {"campaigns": (replace(EVERYONE, paused=True),)}, Reason.PAUSED, id="paused"
        ),
        pytest.param(
            AMSTERDAM,
            {"campaigns": (replace(EVERYONE, method=Method.ORIGINAL),)},
            Reason.CAMPAIGN,
            id="a campaign of originals",
        ),
        pytest.param(
            AMSTERDAM,
            {"vestigingen": {AMSTERDAM: Vestiging(AMSTERDAM, "Amsterdam", AMSTERDAM_NUMBER)}},
            Reason.NO_POOL,
            id="no pool",
        ),
    ],
)
def test_a_decision_carries_its_reason(
    vestiging: VestigingKey | None, changes: dict[str, object], reason: Reason
) -> None:
    decision = decide(make_plan(**changes), vestiging, now=NOW)

    assert decision.reason is reason
    assert (decision.pool is not None) is (reason is Reason.LEASE)
