"""The Plan as a value: what is looked up in it."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from calltrack.leases import PoolKey, VestigingKey
from calltrack.numbers import PhoneNumber
from calltrack.plan import CampaignKey, NumberState, Rule, SiteKey, StockNumber
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

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
TOUCH = Touch(
    NOON,
    Channel.PAID_SEARCH,
    source="google",
    medium="cpc",
    campaign="Plafonds-Q3",
    term="systeemplafond",
    content="banner-1",
    referrer="www.google.nl",
    landing_path="/actie/plafonds/",
    region="NL-NH",
    device="mobile",
    click_ids=("gclid", "gbraid"),
)
NOBODY_KNOWS = Touch(NOON, Channel.DIRECT, landing_path="")


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


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        pytest.param(Rule(source=("google",)), True, id="source"),
        pytest.param(Rule(source=("Google", "bing")), True, id="any of the patterns, in any case"),
        pytest.param(Rule(source=("oogle",)), False, id="the whole value"),
        pytest.param(Rule(source=("google",), medium=("email",)), False, id="all of the fields"),
        pytest.param(Rule(source=("google",), medium=("email", "cp*")), True, id="both fields"),
        pytest.param(Rule(campaign=("plafonds-*",)), True, id="campaign"),
        pytest.param(Rule(term=("*plafond",)), True, id="term"),
        pytest.param(Rule(content=("banner-1",)), True, id="content"),
        pytest.param(Rule(click_id=("gbraid",)), True, id="any of the click ids"),
        pytest.param(Rule(click_id=("msclkid", "yclid")), False, id="no such click id"),
        pytest.param(Rule(referrer=("*.google.*",)), True, id="referrer"),
        pytest.param(Rule(landing_path=("/actie/*",)), True, id="landing path"),
        pytest.param(Rule(channel=(Channel.DISPLAY, Channel.PAID_SEARCH)), True, id="channel"),
        pytest.param(Rule(channel=(Channel.DIRECT,)), False, id="another channel"),
        pytest.param(Rule(region=("NL-NH",)), True, id="province"),
        pytest.param(Rule(region=("nl",)), True, id="a country stands for its provinces"),
        pytest.param(Rule(region=("NL-ZH", "BE")), False, id="another region"),
        pytest.param(Rule(device=("mobile", "tablet")), True, id="device"),
        pytest.param(Rule(device=("desktop",)), False, id="another device"),
        pytest.param(Rule(), True, id="nothing asked"),
    ],
)
def test_a_rule_matches_a_touch(rule: Rule, expected: bool) -> None:
    assert rule.matches(TOUCH) is expected


@pytest.mark.parametrize("name", [one.name for one in fields(Rule) if one.name != "channel"])
def test_what_is_unknown_matches_no_pattern(name: str) -> None:
    present: dict[str, Any] = {name: ("*",)}

    assert Rule(**present).matches(TOUCH)
    assert not Rule(**present).matches(NOBODY_KNOWS)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, True, id="without rules everybody"),
        pytest.param({"rules": (Rule(source=("bing",)),)}, False, id="no rule"),
        pytest.param(
            {"rules": (Rule(source=("bing",)), Rule(click_id=("gclid",)))}, True, id="any rule"
        ),
        pytest.param({"sites": frozenset({SITE.key})}, True, id="its site"),
        pytest.param({"sites": frozenset({SiteKey("shop")})}, False, id="another site"),
        pytest.param({"off_site": True}, False, id="off-site"),
        pytest.param({"paused": True}, True, id="a paused one matches as before"),
    ],
)
def test_a_campaign_matches_its_visitors(changes: dict[str, Any], expected: bool) -> None:
    assert replace(EVERYONE, **changes).matches(TOUCH, SITE.key) is expected


def test_a_static_number_is_one_vestigings_or_for_all() -> None:
    one, rest, old, other = (PhoneNumber(f"+3185019999{n}") for n in range(4))
    ads, news = CampaignKey("ads"), CampaignKey("news")
    plan = make_plan(
        numbers=(
            StockNumber(old, campaign=ads, vestiging=AMSTERDAM, state=NumberState.DISABLED),
            StockNumber(one, campaign=ads, vestiging=AMSTERDAM),
            StockNumber(rest, campaign=ads),
            StockNumber(other, campaign=news, vestiging=AMSTERDAM),
        )
    )

    assert plan.static_number(ads, AMSTERDAM) == one
    assert plan.static_number(ads, ROTTERDAM) == rest
    assert plan.static_number(news, AMSTERDAM) == other
    assert plan.static_number(news, ROTTERDAM) is None
    assert plan.shown_numbers == {one, rest, other}


def test_the_stock_knows_when_numbers_were_released() -> None:
    first, *others = make_plan().numbers
    plan = make_plan(numbers=(replace(first, released_at=NOON), *others))

    assert plan.stock().released_at == {first.number: NOON}
    assert make_plan().stock().released_at == {}
