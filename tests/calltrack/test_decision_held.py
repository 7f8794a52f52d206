"""What a session was shown before goes on deciding, until the Plan takes it away."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from calltrack.decision import Place, Reason, Viewer, decide, known
from calltrack.leases import PoolKey
from calltrack.numbers import PhoneNumber
from calltrack.plan import (
    Campaign,
    CampaignKey,
    Exhaustion,
    Method,
    NumberState,
    Placeholder,
    PlaceholderKey,
    Plan,
    Pool,
    Rule,
    StockNumber,
)
from calltrack.sessions import Held, start
from calltrack.touch import Channel, Touch
from tests.calltrack.plans import (
    AMSTERDAM,
    AMSTERDAM_NUMBER,
    AMSTERDAM_POOL,
    EVERYONE,
    ROTTERDAM,
    SITE,
    make_plan,
)

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
EARLIER = NOW - timedelta(minutes=5)
HERE = Place(AMSTERDAM_NUMBER)
ADVERTS, FOLDER, REST = CampaignKey("adverts"), CampaignKey("folder"), CampaignKey("rest")
STATIC_NUMBER = PhoneNumber("+31850199901")
LEASED = Held(AMSTERDAM, AMSTERDAM_POOL[0], ADVERTS, EARLIER, NOW + timedelta(minutes=30))
SHOWN = Held(AMSTERDAM, STATIC_NUMBER, ADVERTS, EARLIER)
HEADER = PlaceholderKey("header")
MAIL = Touch(NOW, Channel.EMAIL, source="nieuwsbrief", medium="email")


def plan_of(*campaigns: Campaign, **changes: Any) -> Plan:
    pools = {PoolKey(key): Pool(PoolKey(key)) for key in ("amsterdam", "rotterdam", "web")}
    plan = make_plan(campaigns=campaigns, pools=pools)
    own = replace(StockNumber(STATIC_NUMBER, campaign=ADVERTS), **changes.pop("own", {}))
    return replace(plan, numbers=(*plan.numbers, own), **changes)


def campaign(key: CampaignKey, **changes: Any) -> Campaign:
    return replace(EVERYONE, key=key, **changes)


def visitor(plan: Plan, *held: Held) -> Viewer:
    session = replace(start(SITE.key, MAIL, now=EARLIER), held=held)
    return known(plan, session, now=NOW)


GOOGLE = (Rule(source=("google",)),)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({"rules": GOOGLE}, (ADVERTS, Reason.LEASE), id="a new source does not"),
        pytest.param({"ends_at": NOW}, (ADVERTS, Reason.LEASE), id="nor the end of its window"),
        pytest.param({"paused": True}, (ADVERTS, Reason.PAUSED), id="a pause does"),
        pytest.param({"method": Method.ORIGINAL}, (ADVERTS, Reason.CAMPAIGN), id="so its method"),
        pytest.param({"method": Method.STATIC}, (ADVERTS, Reason.STATIC), id="static now"),
        pytest.param(
            {"vestigingen": frozenset({ROTTERDAM})}, (REST, Reason.LEASE), id="it covers it no more"
        ),
        pytest.param({"key": FOLDER, "rules": GOOGLE}, (REST, Reason.LEASE), id="it was deleted"),
    ],
)
def test_what_ends_the_say_of_the_campaign_that_gave_the_number(
    changes: dict[str, Any], expected: tuple[CampaignKey, Reason]
) -> None:
    plan = plan_of(replace(campaign(ADVERTS), **changes), campaign(REST))

    decision = decide(plan, HERE, visitor(plan, LEASED))

    assert (decision.campaign, decision.reason) == expected


def test_a_campaign_has_no_more_say_over_other_vestigingen() -> None:
    plan = plan_of(campaign(ADVERTS, rules=GOOGLE), campaign(REST))
    elsewhere = replace(LEASED, vestiging=ROTTERDAM)

    assert decide(plan, HERE, visitor(plan, elsewhere)).campaign == REST


def test_a_lower_campaign_that_gave_the_number_goes_before_a_higher_one() -> None:
    plan = plan_of(campaign(REST), campaign(ADVERTS))

    assert decide(plan, HERE, visitor(plan, LEASED)).campaign == ADVERTS


@pytest.mark.parametrize(
    ("later", "decides"),
    [
        pytest.param(NOW, ADVERTS, id="the first that did"),
        pytest.param(EARLIER, FOLDER, id="of one page's the first of the Plan"),
    ],
)
def test_of_two_campaigns_that_showed_a_number_one_decides(
    later: datetime, decides: CampaignKey
) -> None:
    folder = replace(SHOWN, campaign=FOLDER, given_at=later)
    plan = plan_of(
        campaign(REST),
        campaign(FOLDER, method=Method.STATIC),
        campaign(ADVERTS, method=Method.STATIC),
    )

    assert decide(plan, HERE, visitor(plan, folder, SHOWN)).campaign == decides
    assert decide(plan, HERE, visitor(plan, SHOWN, folder)).campaign == decides


def test_a_campaign_that_showed_its_static_number_goes_on_deciding() -> None:
    plan = plan_of(campaign(REST), campaign(ADVERTS, method=Method.STATIC, rules=GOOGLE))

    decision = decide(plan, HERE, visitor(plan, SHOWN))

    assert (decision.campaign, decision.number) == (ADVERTS, STATIC_NUMBER)


def test_a_placeholder_does_not_hear_what_was_shown_by_a_campaign_it_is_not_bound_to() -> None:
    bound = Placeholder(HEADER, campaigns=frozenset({FOLDER}))
    plan = plan_of(campaign(ADVERTS), campaign(FOLDER, method=Method.STATIC), placeholders=(bound,))

    decision = decide(plan, replace(HERE, placeholder=HEADER), visitor(plan, LEASED))

    assert (decision.campaign, decision.reason) == (FOLDER, Reason.NO_NUMBER)


@pytest.mark.parametrize(
    ("held", "changes", "lessor", "pool"),
    [
        pytest.param(LEASED, {}, ADVERTS, "amsterdam", id="it goes on"),
        pytest.param(SHOWN, {}, FOLDER, "web", id="a static number is no lease"),
        pytest.param(LEASED, {"paused": True}, FOLDER, "web", id="the first is paused"),
        pytest.param(LEASED, {"method": Method.STATIC}, FOLDER, "web", id="it leases no more"),
        pytest.param(LEASED, {"vestigingen": frozenset({ROTTERDAM})}, FOLDER, "web", id="not here"),
    ],
)
def test_a_session_leases_for_a_vestiging_from_one_campaign(
    held: Held, changes: dict[str, Any], lessor: CampaignKey, pool: str
) -> None:
    bound = Placeholder(HEADER, campaigns=frozenset({FOLDER}))
    folder = campaign(FOLDER, pool=PoolKey("web"))
    plan = plan_of(campaign(ADVERTS, **changes), folder, placeholders=(bound,))

    decision = decide(plan, replace(HERE, placeholder=HEADER), visitor(plan, held))

    assert (decision.campaign, decision.pool) == (lessor, pool)


@pytest.mark.parametrize(
    ("held", "own", "expected"),
    [
        pytest.param((SHOWN,), {}, (Reason.STATIC, STATIC_NUMBER), id="it stays"),
        pytest.param((), {}, (Reason.LEASE, STATIC_NUMBER), id="it was not shown"),
        pytest.param(
            (LEASED, replace(SHOWN, given_at=NOW)),
            {},
            (Reason.STATIC, STATIC_NUMBER),
            id="it was shown when the lease could not be had again",
        ),
        pytest.param(
            (replace(SHOWN, number=AMSTERDAM_NUMBER),),
            {},
            (Reason.LEASE, STATIC_NUMBER),
            id="the campaign had another then",
        ),
        pytest.param(
            (SHOWN,), {"state": NumberState.DISABLED}, (Reason.LEASE, None), id="it is disabled"
        ),
        pytest.param(
            (replace(SHOWN, campaign=FOLDER),),
            {},
            (Reason.LEASE, STATIC_NUMBER),
            id="another campaign showed it",
        ),
    ],
)
def test_a_static_number_shown_for_an_empty_pool_stays(
    held: tuple[Held, ...], own: dict[str, Any], expected: tuple[Reason, PhoneNumber | None]
) -> None:
    plan = plan_of(campaign(ADVERTS, exhaustion=Exhaustion.STATIC), own=own)

    decision = decide(plan, HERE, visitor(plan, *held))

    assert (decision.reason, decision.number) == expected
    assert decision.campaign == ADVERTS


def test_where_nothing_was_shown_a_new_source_decides() -> None:
    plan = plan_of(campaign(ADVERTS, rules=GOOGLE), campaign(REST))
    session = start(SITE.key, replace(MAIL, source="google"), now=EARLIER)

    before = decide(plan, HERE, known(plan, session, now=NOW))
    after = decide(plan, HERE, known(plan, session.with_touch(MAIL), now=NOW))

    assert (before.campaign, after.campaign) == (ADVERTS, REST)
