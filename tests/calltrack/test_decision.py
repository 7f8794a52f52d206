"""What a place on a page shows: whose it is, which campaign decides, and what that one says."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from calltrack.decision import (
    Decision,
    Place,
    Reason,
    Viewer,
    decide,
    known,
    stranger,
    vestiging_of,
)
from calltrack.leases import PoolKey
from calltrack.numbers import PhoneNumber
from calltrack.plan import (
    PLACEHOLDER_CLASS,
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
    SiteKey,
    StockNumber,
    Vestiging,
)
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
SECOND = timedelta(seconds=1)
ELSEWHERE = PhoneNumber("+31301234567")
ADVERT = Touch(NOW, Channel.PAID_SEARCH, source="google", medium="cpc", click_ids=("gclid",))
HERE = Place(AMSTERDAM_NUMBER)
GOOGLE = (Rule(source=("google",)),)
ADVERT_NUMBER, CITY_NUMBER = PhoneNumber("+31850199901"), PhoneNumber("+31850199902")
ADVERTS = CampaignKey("adverts")
OWN_NUMBERS = (
    StockNumber(ADVERT_NUMBER, campaign=ADVERTS),
    StockNumber(CITY_NUMBER, campaign=ADVERTS, vestiging=ROTTERDAM),
)


def campaign(key: str, **changes: Any) -> Campaign:
    return replace(EVERYONE, key=CampaignKey(key), **changes)


def plan_of(*campaigns: Campaign, **changes: Any) -> Plan:
    plan = make_plan(campaigns=campaigns)
    placeholders = (*plan.placeholders, *changes.pop("placeholders", ()))
    numbers = (*plan.numbers, *changes.pop("numbers", ()))
    return replace(plan, placeholders=placeholders, numbers=numbers, **changes)


def visitor(plan: Plan, touch: Touch = ADVERT) -> Viewer:
    return known(plan, start(SITE.key, touch, now=NOW), now=NOW)


BOUND = Placeholder(PlaceholderKey("footer"), "footer-number", ROTTERDAM)


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        pytest.param(Place(AMSTERDAM_NUMBER), AMSTERDAM, id="its forwarding number"),
        pytest.param(Place(ELSEWHERE), None, id="another number, no placeholder"),
        pytest.param(Place(), None, id="nothing"),
        pytest.param(
            Place(AMSTERDAM_NUMBER, PLACEHOLDER_CLASS, "rotterdam"),
            ROTTERDAM,
            id="data-vestiging first",
        ),
        pytest.param(Place(named="rotterdam"), ROTTERDAM, id="data-vestiging without a number"),
        pytest.param(
            Place(AMSTERDAM_NUMBER, PLACEHOLDER_CLASS, "nowhere"), None, id="one nobody knows"
        ),
        pytest.param(Place(AMSTERDAM_NUMBER, PLACEHOLDER_CLASS, ""), None, id="an empty one"),
        pytest.param(Place(None, "footer", "nowhere"), None, id="not even the placeholder's own"),
        pytest.param(Place(AMSTERDAM_NUMBER, "footer"), ROTTERDAM, id="the placeholder's own"),
        pytest.param(Place(ROTTERDAM_NUMBER, PLACEHOLDER_CLASS), ROTTERDAM, id="a number in one"),
        pytest.param(Place(ELSEWHERE, PLACEHOLDER_CLASS), AMSTERDAM, id="the Plan's first"),
        pytest.param(Place(None, PLACEHOLDER_CLASS), AMSTERDAM, id="an empty one: the first"),
        pytest.param(Place(None, "gone"), None, id="a placeholder that the Plan does not know"),
        pytest.param(Place(ROTTERDAM_NUMBER, "gone"), ROTTERDAM, id="a number in such a one"),
    ],
)
def test_a_place_belongs_to_a_vestiging(place: Place, expected: str | None) -> None:
    plan = plan_of(EVERYONE, placeholders=(BOUND,))

    assert vestiging_of(plan, place) == expected
    assert decide(plan, place, visitor(plan)).vestiging == expected


def test_a_plan_without_vestigingen_keeps_the_original() -> None:
    plan = plan_of(EVERYONE, vestigingen={})

    decision = decide(plan, Place(None, PLACEHOLDER_CLASS), visitor(plan))

    assert decision == Decision(Reason.NO_VESTIGING)


@pytest.mark.parametrize(
    ("first", "decides"),
    [
        pytest.param({}, "first", id="the first in the Plan's order"),
        pytest.param({"rules": GOOGLE}, "first", id="its rule is met"),
        pytest.param({"rules": (Rule(source=("bing",)), *GOOGLE)}, "first", id="any of its rules"),
        pytest.param({"rules": (Rule(source=("bing",)),)}, "second", id="no rule is met"),
        pytest.param({"rules": (Rule(click_id=("gclid",)),)}, "first", id="a click id"),
        pytest.param({"off_site": True}, "second", id="a flyer's: no visitor belongs to it"),
        pytest.param({"sites": frozenset({SITE.key})}, "first", id="this site's"),
        pytest.param({"sites": frozenset({SiteKey("shop")})}, "second", id="another site's"),
        pytest.param({"vestigingen": frozenset({AMSTERDAM})}, "first", id="it covers"),
        pytest.param({"vestigingen": frozenset({ROTTERDAM})}, "second", id="it does not cover"),
        pytest.param({"starts_at": NOW}, "first", id="it starts this moment"),
        pytest.param({"starts_at": NOW + SECOND}, "second", id="it starts in a second"),
        pytest.param({"ends_at": NOW + SECOND}, "first", id="it ends in a second"),
        pytest.param({"ends_at": NOW}, "second", id="it ended this moment"),
        pytest.param({"paused": True}, "first", id="a paused one decides, too"),
        pytest.param({"paused": True, "ends_at": NOW}, "second", id="paused, and over"),
        pytest.param({"method": Method.ORIGINAL}, "first", id="a campaign of originals"),
        pytest.param({"method": Method.STATIC}, "first", id="static, though it has no number"),
    ],
)
def test_the_first_campaign_that_matches_covers_and_is_open_decides(
    first: dict[str, Any], decides: str
) -> None:
    plan = plan_of(campaign("first", **first), campaign("second"))

    assert decide(plan, HERE, visitor(plan)).campaign == decides


def test_who_belongs_to_no_campaign_sees_the_original() -> None:
    plan = plan_of(campaign("adverts", rules=GOOGLE))
    direct = Touch(NOW, Channel.DIRECT)

    assert decide(plan, HERE, visitor(plan, direct)) == Decision(Reason.NO_CAMPAIGN, AMSTERDAM)


DYNAMIC, STATIC, ORIGINAL = Method.DYNAMIC, Method.STATIC, Method.ORIGINAL
TO_STATIC, TO_SHARE = Exhaustion.STATIC, Exhaustion.SHARE
LEASE = (Reason.LEASE, "amsterdam")
CITY = (Reason.LEASE, "rotterdam")


@pytest.mark.parametrize(
    ("changes", "place", "own", "expected"),
    [
        pytest.param({}, HERE, (), (*LEASE, None, False), id="dynamic"),
        pytest.param({}, HERE, OWN_NUMBERS, (*LEASE, None, False), id="combined"),
        pytest.param(
            {"exhaustion": TO_STATIC},
            HERE,
            OWN_NUMBERS,
            (*LEASE, ADVERT_NUMBER, False),
            id="combined: what is shown when the pool is empty",
        ),
        pytest.param(
            {"exhaustion": TO_STATIC},
            Place(ROTTERDAM_NUMBER),
            OWN_NUMBERS,
            (*CITY, CITY_NUMBER, False),
            id="combined: the vestiging's own of them",
        ),
        pytest.param(
            {"exhaustion": TO_STATIC}, HERE, (), (*LEASE, None, False), id="combined, none there"
        ),
        pytest.param({"exhaustion": TO_SHARE}, HERE, (), (*LEASE, None, True), id="to be shared"),
        pytest.param(
            {"pool": PoolKey("web")}, HERE, (), (Reason.LEASE, "web", None, False), id="its pool"
        ),
        pytest.param(
            {"pool": PoolKey("gone")}, HERE, (), (Reason.NO_POOL, None, None, False), id="unknown"
        ),
        pytest.param(
            {"method": STATIC},
            HERE,
            OWN_NUMBERS,
            (Reason.STATIC, None, ADVERT_NUMBER, False),
            id="static: the number for all vestigingen",
        ),
        pytest.param(
            {"method": STATIC},
            Place(ROTTERDAM_NUMBER),
            OWN_NUMBERS,
            (Reason.STATIC, None, CITY_NUMBER, False),
            id="static: the vestiging's own",
        ),
        pytest.param(
            {"method": STATIC},
            HERE,
            OWN_NUMBERS[1:],
            (Reason.NO_NUMBER, None, None, False),
            id="static: only another vestiging has one",
        ),
        pytest.param(
            {"method": STATIC},
            HERE,
            (replace(OWN_NUMBERS[0], state=NumberState.DISABLED),),
            (Reason.NO_NUMBER, None, None, False),
            id="static: its number is disabled",
        ),
        pytest.param(
            {"method": ORIGINAL},
            HERE,
            OWN_NUMBERS,
            (Reason.CAMPAIGN, None, None, False),
            id="original",
        ),
        pytest.param(
            {"paused": True},
            HERE,
            OWN_NUMBERS,
            (Reason.PAUSED, None, None, False),
            id="paused: not even its static number",
        ),
    ],
)
def test_the_method_says_what_is_shown(
    changes: dict[str, Any],
    place: Place,
    own: tuple[StockNumber, ...],
    expected: tuple[Reason, str | None, PhoneNumber | None, bool],
) -> None:
    pools = {PoolKey(key): Pool(PoolKey(key)) for key in ("amsterdam", "rotterdam", "web")}
    plan = plan_of(campaign("adverts", rules=GOOGLE, **changes), numbers=own, pools=pools)

    decision = decide(plan, place, visitor(plan))

    assert (decision.reason, decision.pool, decision.number, decision.share) == expected
    assert decision.campaign == ADVERTS


@pytest.mark.parametrize(
    ("exhaustion", "expected"),
    [
        pytest.param(Exhaustion.ORIGINAL, (Reason.NO_POOL, None), id="the original"),
        pytest.param(TO_STATIC, (Reason.STATIC, ADVERT_NUMBER), id="the static number"),
        pytest.param(TO_SHARE, (Reason.NO_POOL, None), id="there is none to share"),
    ],
)
def test_a_vestiging_without_a_pool_is_one_whose_pool_is_empty(
    exhaustion: Exhaustion, expected: tuple[Reason, PhoneNumber | None]
) -> None:
    poolless = {AMSTERDAM: Vestiging(AMSTERDAM, "Amsterdam", AMSTERDAM_NUMBER)}
    plan = plan_of(
        campaign("adverts", exhaustion=exhaustion), numbers=OWN_NUMBERS, vestigingen=poolless
    )

    decision = decide(plan, HERE, visitor(plan))

    assert (decision.reason, decision.number) == expected
    assert decision.pool is None


@pytest.mark.parametrize(
    ("changes", "own", "expected"),
    [
        pytest.param({}, OWN_NUMBERS, (Reason.STATIC, ADVERT_NUMBER), id="combined"),
        pytest.param({}, (), (Reason.NO_CONSENT, None), id="dynamic"),
        pytest.param({"method": STATIC}, OWN_NUMBERS, (Reason.STATIC, ADVERT_NUMBER), id="static"),
        pytest.param({"method": STATIC}, (), (Reason.NO_NUMBER, None), id="static, none there"),
        pytest.param({"method": ORIGINAL}, OWN_NUMBERS, (Reason.CAMPAIGN, None), id="original"),
        pytest.param({"paused": True}, OWN_NUMBERS, (Reason.PAUSED, None), id="paused"),
    ],
)
def test_without_consent_the_source_of_this_request_alone_decides(
    changes: dict[str, Any],
    own: tuple[StockNumber, ...],
    expected: tuple[Reason, PhoneNumber | None],
) -> None:
    plan = plan_of(campaign("adverts", rules=GOOGLE, **changes), EVERYONE, numbers=own)

    decision = decide(plan, HERE, stranger(plan, SITE.key, ADVERT, now=NOW))

    assert (decision.reason, decision.number) == expected
    assert decision.campaign == ADVERTS
    assert decision.pool is None
