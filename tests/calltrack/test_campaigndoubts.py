"""Campaigns that do nothing, or not what they seem to, are told; and nothing else."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from calltrack.campaigndoubts import campaign_doubts
from calltrack.leases import PoolKey
from calltrack.numbers import PhoneNumber
from calltrack.plan import (
    Campaign,
    CampaignKey,
    Consent,
    Exhaustion,
    Method,
    NumberState,
    Placeholder,
    PlaceholderKey,
    Plan,
    PrivacyControl,
    Rule,
    SiteKey,
    StockNumber,
)
from tests.calltrack.plans import AMSTERDAM, EVERYONE, ROTTERDAM, SITE, make_plan

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
STATIC = StockNumber(PhoneNumber("+31207659900"), campaign=EVERYONE.key, vestiging=AMSTERDAM)


def told(*campaigns: Campaign, numbers: Sequence[StockNumber] = (), **changes: Any) -> list[str]:
    stock = (*make_plan().numbers, *numbers)
    return list(campaign_doubts(make_plan(campaigns=campaigns, numbers=stock, **changes)))


def campaign(key: str, **fields: Any) -> Campaign:
    return replace(EVERYONE, key=CampaignKey(key), **fields)


ADS = (Rule(source=("google",)),)
HERE, THERE = frozenset({AMSTERDAM}), frozenset({ROTTERDAM})
MAIN = frozenset({SiteKey("main")})
HIDDEN = ["campaigns «later»: nobody gets to it: «first» stands before it, and takes everybody"]


@pytest.mark.parametrize(
    ("first", "later", "expected"),
    [
        pytest.param({}, {}, HIDDEN, id="two for everybody"),
        pytest.param({}, {"rules": ADS, "vestigingen": HERE, "sites": MAIN}, HIDDEN, id="one part"),
        pytest.param({"paused": True}, {}, HIDDEN, id="a paused one takes everybody too"),
        pytest.param({"rules": ADS}, {}, [], id="the first takes some"),
        pytest.param({"vestigingen": HERE}, {}, [], id="the later covers more"),
        pytest.param({"vestigingen": HERE}, {"vestigingen": THERE}, [], id="other vestigingen"),
        pytest.param({"sites": MAIN}, {}, [], id="the later is for more sites"),
        pytest.param({"sites": MAIN}, {"sites": MAIN}, HIDDEN, id="the same site"),
        pytest.param({"ends_at": NOON}, {}, [], id="after its end"),
        pytest.param({"starts_at": NOON}, {}, [], id="before its start"),
        pytest.param(
            {"starts_at": NOON, "ends_at": NOON + 3 * HOUR},
            {"starts_at": NOON + HOUR, "ends_at": NOON + 2 * HOUR},
            HIDDEN,
            id="inside its window",
        ),
        pytest.param(
            {"starts_at": NOON, "ends_at": NOON + HOUR},
            {"starts_at": NOON, "ends_at": NOON + 2 * HOUR},
            [],
            id="longer than its window",
        ),
    ],
)
def test_a_campaign_that_nobody_gets_to_is_told(
    first: dict[str, Any], later: dict[str, Any], expected: list[str]
) -> None:
    assert told(campaign("first", **first), campaign("later", **later)) == expected


def test_a_campaign_with_a_placeholder_of_its_own_is_reached() -> None:
    own = Placeholder(PlaceholderKey("own"), campaigns=frozenset({CampaignKey("later")}))

    assert told(campaign("first"), campaign("later"), placeholders=(own,)) == []


@pytest.mark.parametrize(
    ("field", "pattern"),
    [
        ("referrer", "https://www.example.nl"),
        ("referrer", "example.nl/forum"),
        ("referrer", "example.nl:8000"),
        ("landing_path", "actie/*"),
        ("landing_path", "/actie?x=1"),
        ("landing_path", "https://www.example.nl/"),
        ("region", "Nederland"),
        ("region", "Noord-Holland"),
    ],
)
def test_a_pattern_that_can_match_nothing_is_told(field: str, pattern: str) -> None:
    odd: dict[str, Any] = {field: (pattern,)}
    rules = (Rule(source=("x",)), Rule(**odd))

    (sentence,) = told(campaign("ads", rules=rules))

    assert sentence.startswith(
        f"campaigns «ads»: rules[2]: {field} «{pattern}» matches nothing: it is "
    )


@pytest.mark.parametrize(
    "rule",
    [
        Rule(referrer=("www.example.nl", "*.EXAMPLE.nl", "*")),
        Rule(landing_path=("/", "/Actie/*", "*/bel", "*")),
        Rule(region=("NL", "nl-nh", "NL-*", "*")),
        Rule(source=("https://x/?", "/")),
    ],
)
def test_a_pattern_that_can_match_is_no_doubt(rule: Rule) -> None:
    assert told(campaign("ads", rules=(rule,))) == []


NOBODY = "campaigns «everyone»: its static numbers are shown to nobody: its method is "


@pytest.mark.parametrize(
    ("fields", "site", "expected"),
    [
        pytest.param(
            {"method": Method.ORIGINAL}, {}, [NOBODY + "original, its exhaustion original"], id="no"
        ),
        pytest.param({"method": Method.STATIC, "vestigingen": HERE}, {}, [], id="to everybody"),
        pytest.param(
            {"exhaustion": Exhaustion.STATIC, "vestigingen": HERE}, {}, [], id="no other is free"
        ),
        pytest.param({}, {"consent": Consent.REQUIRED}, [], id="without consent"),
        pytest.param({}, {"gpc": PrivacyControl.NO_CONSENT}, [], id="with privacy control"),
        pytest.param(
            {},
            {"gpc": PrivacyControl.OPT_OUT},
            [NOBODY + "dynamic, its exhaustion original"],
            id="to nobody",
        ),
    ],
)
def test_static_numbers_that_nobody_sees_are_told(
    fields: dict[str, Any], site: dict[str, Any], expected: list[str]
) -> None:
    one = campaign("everyone", **fields)

    assert told(one, numbers=[STATIC], sites=(replace(SITE, **site),)) == expected


def test_a_static_number_that_is_disabled_is_told() -> None:
    disabled = replace(STATIC, state=NumberState.DISABLED)
    another = replace(STATIC, number=PhoneNumber("+31207659911"))
    static = campaign("everyone", method=Method.STATIC, vestigingen=HERE)

    (sentence,) = told(static, numbers=[disabled])
    assert sentence == (
        "campaigns «everyone»: its static number for «amsterdam» is disabled: the original is "
        "shown instead"
    )
    assert told(static, numbers=[disabled, another]) == []
    assert told(campaign("everyone", method=Method.ORIGINAL), numbers=[disabled]) == []


def test_an_off_site_campaign_without_a_number_is_told() -> None:
    flyer = campaign("flyer", method=Method.STATIC, off_site=True)
    number = replace(STATIC, campaign=flyer.key)

    (sentence,) = told(flyer)
    assert sentence.startswith("campaigns «flyer»: it is off-site and has no number: a row of")
    assert told(flyer, numbers=[number]) == []


def test_a_pool_that_its_campaign_cannot_use_is_told() -> None:
    assert told(campaign("a", method=Method.ORIGINAL, pool=PoolKey("amsterdam"))) == [
        "campaigns «a»: its pool «amsterdam» has no use: its method is original"
    ]
    assert told(campaign("a", pool=PoolKey("amsterdam"))) == []


def test_numbers_that_two_visitors_may_see_are_told() -> None:
    (sentence,) = told(campaign("a", exhaustion=Exhaustion.SHARE))

    assert sentence.startswith("campaigns «a»: with exhaustion = share two visitors may see one")
    assert told(campaign("a", exhaustion=Exhaustion.SHARE, method=Method.ORIGINAL)) == []


def test_every_campaign_of_a_plan_is_looked_at() -> None:
    plan: Plan = make_plan(
        campaigns=(
            campaign("a", rules=ADS, exhaustion=Exhaustion.SHARE),
            campaign("b", exhaustion=Exhaustion.SHARE),
            campaign("c"),
        )
    )

    assert [sentence.split(":")[0] for sentence in campaign_doubts(plan)] == [
        "campaigns «a»",
        "campaigns «b»",
        "campaigns «c»",
    ]


@pytest.mark.parametrize(
    ("fields", "numbers", "expected"),
    [
        pytest.param({"method": Method.STATIC}, [STATIC], True, id="static"),
        pytest.param({"exhaustion": Exhaustion.STATIC}, [STATIC], True, id="when none is free"),
        pytest.param({"method": Method.ORIGINAL}, [], False, id="the original needs none"),
        pytest.param({"method": Method.STATIC, "vestigingen": HERE}, [STATIC], False, id="named"),
        pytest.param(
            {"method": Method.STATIC}, [replace(STATIC, vestiging=None)], False, id="one for all"
        ),
        pytest.param(
            {"method": Method.STATIC},
            [STATIC, replace(STATIC, number=PhoneNumber("+31107659900"), vestiging=ROTTERDAM)],
            False,
            id="one for each",
        ),
    ],
)
def test_a_vestiging_without_a_number_of_a_campaign_for_all_is_told(
    fields: dict[str, Any], numbers: list[StockNumber], expected: bool
) -> None:
    sentence = (
        "campaigns «everyone»: it has no static number for «rotterdam»: the original is shown there"
    )

    assert (sentence in told(campaign("everyone", **fields), numbers=numbers)) is expected
