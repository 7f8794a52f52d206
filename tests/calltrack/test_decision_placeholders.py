"""Placeholders bound to a vestiging or campaigns, and those in which the campaign comes first."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from calltrack.decision import Place, decide, known
from calltrack.leases import VestigingKey
from calltrack.plan import CampaignKey, Placeholder, PlaceholderKey
from calltrack.sessions import start
from calltrack.touch import Channel, Touch
from tests.calltrack.plans import (
    AMSTERDAM,
    AMSTERDAM_NUMBER,
    EVERYONE,
    ROTTERDAM,
    ROTTERDAM_NUMBER,
    SITE,
    make_plan,
)

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HERE = Place(AMSTERDAM_NUMBER)


def placeholder(**fields: Any) -> Placeholder:
    return Placeholder(PlaceholderKey("header"), "header-number", **fields)


ONLY = frozenset({CampaignKey("second")})
SECOND_CITY = frozenset({ROTTERDAM})


@pytest.mark.parametrize(
    ("first", "second", "element", "place", "expected"),
    [
        pytest.param(
            {}, {}, placeholder(campaigns=ONLY), HERE, (AMSTERDAM, "second"), id="its campaign"
        ),
        pytest.param(
            {},
            {"ends_at": NOW},
            placeholder(campaigns=ONLY),
            HERE,
            (AMSTERDAM, None),
            id="its campaign is over, and it hears no other",
        ),
        pytest.param(
            {},
            {},
            placeholder(vestiging=ROTTERDAM, campaigns=ONLY),
            HERE,
            (ROTTERDAM, "second"),
            id="its vestiging and its campaign",
        ),
        pytest.param(
            {"vestigingen": SECOND_CITY},
            {},
            placeholder(priority=True),
            HERE,
            (ROTTERDAM, "first"),
            id="priority: the campaign's vestiging, whatever number stands there",
        ),
        pytest.param(
            {"vestigingen": frozenset({ROTTERDAM, AMSTERDAM})},
            {},
            placeholder(priority=True),
            Place(),
            (AMSTERDAM, "first"),
            id="priority: of its vestigingen the Plan's first",
        ),
        pytest.param(
            {"vestigingen": SECOND_CITY, "off_site": True},
            {},
            placeholder(priority=True),
            HERE,
            (AMSTERDAM, "second"),
            id="priority: the first that matches",
        ),
        pytest.param(
            {},
            {"vestigingen": SECOND_CITY},
            placeholder(priority=True),
            Place(),
            (AMSTERDAM, "first"),
            id="priority: the first speaks for all, so the ordinary way",
        ),
        pytest.param(
            {},
            {},
            placeholder(priority=True),
            Place(ROTTERDAM_NUMBER),
            (ROTTERDAM, "first"),
            id="priority: and the number that stands there counts",
        ),
        pytest.param(
            {},
            {"vestigingen": SECOND_CITY},
            placeholder(priority=True, campaigns=ONLY),
            Place(),
            (ROTTERDAM, "second"),
            id="priority: the first that it hears",
        ),
        pytest.param(
            {"vestigingen": SECOND_CITY, "paused": True},
            {},
            placeholder(priority=True),
            HERE,
            (ROTTERDAM, "first"),
            id="priority: a paused one comes first, too",
        ),
        pytest.param(
            {"vestigingen": SECOND_CITY},
            {},
            placeholder(priority=True, vestiging=AMSTERDAM),
            Place(),
            (AMSTERDAM, "second"),
            id="priority: the placeholder's own vestiging before it",
        ),
        pytest.param(
            {"vestigingen": SECOND_CITY},
            {},
            placeholder(priority=True),
            Place(named="amsterdam"),
            (AMSTERDAM, "second"),
            id="priority: data-vestiging before it",
        ),
        pytest.param(
            {"vestigingen": frozenset({VestigingKey("gone")})},
            {},
            placeholder(priority=True),
            HERE,
            (None, None),
            id="priority: the Plan does not know its vestiging",
        ),
        pytest.param(
            {},
            {},
            placeholder(vestiging=VestigingKey("gone")),
            HERE,
            (None, None),
            id="a vestiging that the Plan does not know",
        ),
    ],
)
def test_a_placeholder_may_name_vestiging_and_campaigns(
    first: dict[str, Any],
    second: dict[str, Any],
    element: Placeholder,
    place: Place,
    expected: tuple[str | None, str | None],
) -> None:
    campaigns = (
        replace(EVERYONE, key=CampaignKey("first"), **first),
        replace(EVERYONE, key=CampaignKey("second"), **second),
    )
    plan = make_plan(campaigns=campaigns, placeholders=(element,))
    session = start(SITE.key, Touch(NOW, Channel.DIRECT), now=NOW)

    decision = decide(plan, replace(place, placeholder="header"), known(plan, session, now=NOW))

    assert (decision.vestiging, decision.campaign) == expected
