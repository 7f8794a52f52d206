"""What is allowed in a Plan and looks like a mistake is told, and nothing else."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from calltrack import plandoubts
from calltrack.leases import PoolKey, VestigingKey
from calltrack.numbers import PhoneNumber
from calltrack.plan import (
    PRIORITY_PLACEHOLDER_CLASS,
    AccountKey,
    CampaignKey,
    Consent,
    Method,
    Organisation,
    Placeholder,
    PlaceholderKey,
    Plan,
    Pool,
    Provider,
    StockNumber,
    Vestiging,
)
from calltrack.plandoubts import EXAMPLE_KVK, HANDFUL
from tests.calltrack.plans import AMSTERDAM, CARRIER, EVERYONE, ROTTERDAM, SITE, filled_plan

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def doubts(plan: Plan) -> tuple[str, ...]:
    return plandoubts.doubts(plan, now=NOW)


def test_a_plan_that_is_filled_in_raises_no_doubt() -> None:
    assert doubts(filled_plan()) == ()


def test_an_example_that_nobody_filled_in_is_told() -> None:
    plan = filled_plan(organisation=Organisation("X", EXAMPLE_KVK))

    assert doubts(plan) == ("organisation: kvk «00000000» is an example; write the firm's own",)


def test_consent_that_nobody_can_give_is_told() -> None:
    plan = filled_plan(sites=(replace(SITE, consent=Consent.REQUIRED),))

    (told,) = doubts(plan)
    assert told == (
        "sites «main»: consent is required, and no consent_cookie or consent_header tells who "
        "agreed: without the snippet in its pages, which may hear it, everybody sees the static "
        "number of their source, else the original"
    )


@pytest.mark.parametrize("place", ["consent_cookie", "consent_header"])
def test_consent_that_is_told_is_no_doubt(place: str) -> None:
    told: dict[str, Any] = {place: "agreed", "consent_value": "yes"}
    site = replace(SITE, consent=Consent.REQUIRED, **told)

    assert doubts(filled_plan(sites=(site,))) == ()


def test_a_plan_that_does_nothing_is_told() -> None:
    plan = filled_plan(sites=(), vestigingen={}, campaigns=(), pools={}, numbers=())

    assert doubts(plan) == (
        "sites: there are none, so no page is changed",
        "vestigingen: there are none, so there is no number to replace",
        "campaigns: there are none, so everybody sees the original numbers",
    )


def test_a_number_that_is_one_digit_too_long_is_told() -> None:
    row = StockNumber(PhoneNumber("+312012345678"), PoolKey("amsterdam"))

    assert doubts(filled_plan(numbers=(*filled_plan().numbers, row))) == (
        "numbers: «+312012345678» is in no range known to be in use; is it typed right?",
    )


def test_many_numbers_of_unknown_ranges_are_one_doubt() -> None:
    rows = [StockNumber(PhoneNumber(f"+3120123456{i}0"), PoolKey("amsterdam")) for i in range(9)]

    (doubt,) = doubts(filled_plan(numbers=(*filled_plan().numbers, *rows)))

    assert doubt.startswith("numbers: «+312012345600» (and 8 more) is in no range")


def test_numbers_of_two_countries_with_the_same_digits_are_told() -> None:
    plan = filled_plan()
    twin = Vestiging(
        VestigingKey("twin"), "Twin", PhoneNumber("+49201234567"), PoolKey("rotterdam")
    )

    assert doubts(with_vestiging(plan, twin)) == (
        "vestigingen «amsterdam» and «twin»: their numbers may be written with the same digits",
    )


def test_pools_that_nobody_can_use_are_told() -> None:
    plan = filled_plan()
    amsterdam = tuple(row for row in plan.numbers if row.pool == "amsterdam")
    pools = {**plan.pools, PoolKey("spare"): Pool(PoolKey("spare"))}

    assert doubts(replace(plan, pools=pools, numbers=amsterdam)) == (
        "pools «rotterdam»: it has no number to show, so nobody gets one of their own",
        "pools «spare»: no vestiging and no campaign uses it",
    )


def test_a_pool_of_a_few_numbers_is_told() -> None:
    plan = filled_plan()
    (told,) = doubts(replace(plan, numbers=plan.numbers[1:]))

    assert told.startswith(f"pools «amsterdam»: it has numbers for {HANDFUL - 1} visitors at a")


def test_a_pool_of_a_campaign_is_in_use() -> None:
    plan = filled_plan()
    ads = replace(EVERYONE, pool=PoolKey("ads"))
    pools = {**plan.pools, PoolKey("ads"): Pool(PoolKey("ads"))}

    assert doubts(replace(plan, pools=pools, campaigns=(ads,))) == (
        "pools «ads»: it has no number to show, so nobody gets one of their own",
    )


def test_an_empty_pool_is_no_doubt_where_the_original_is_shown() -> None:
    campaign = replace(EVERYONE, vestigingen=frozenset({AMSTERDAM}))
    original = replace(EVERYONE, key=CampaignKey("original"), method=Method.ORIGINAL)
    plan = filled_plan()
    amsterdam = tuple(row for row in plan.numbers if row.pool == "amsterdam")

    assert doubts(replace(plan, campaigns=(campaign, original), numbers=amsterdam)) == ()


@pytest.mark.parametrize(
    ("after", "count"),
    [
        pytest.param(timedelta(0), 0, id="now"),
        pytest.param(timedelta(seconds=1), 1, id="to come"),
    ],
)
def test_a_release_that_is_to_come_is_told(after: timedelta, count: int) -> None:
    plan = filled_plan()
    released = replace(plan.numbers[0], released_at=NOW + after)

    told = doubts(replace(plan, numbers=(released, *plan.numbers[1:])))

    assert len(told) == count
    assert all("still to come: whoever gets the number before then" in one for one in told)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        pytest.param(
            {"css_class": PRIORITY_PLACEHOLDER_CLASS},
            "without priority = true the class qooqie-priority-number-placeholder is one like any",
            id="priority class without priority",
        ),
        pytest.param(
            {"campaigns": frozenset({"radio"})},
            "it always shows the original: its campaigns are off-site",
            id="off-site campaigns only",
        ),
        pytest.param(
            {"campaigns": frozenset({"local", "radio"}), "vestiging": ROTTERDAM},
            "it always shows the original: none of its campaigns covers its vestiging «rotterdam»",
            id="campaigns of another vestiging",
        ),
    ],
)
def test_a_placeholder_that_can_show_nothing_is_told(fields: dict[str, Any], told: str) -> None:
    local = replace(EVERYONE, key=CampaignKey("local"), vestigingen=frozenset({AMSTERDAM}))
    radio = replace(
        EVERYONE, key=CampaignKey("radio"), method=Method.STATIC, off_site=True, rules=()
    )
    number = StockNumber(PhoneNumber("+31207659900"), campaign=radio.key, vestiging=AMSTERDAM)
    plan = filled_plan(
        campaigns=(local, radio, EVERYONE),
        numbers=(*filled_plan().numbers, number),
        placeholders=(Placeholder(PlaceholderKey("p"), **fields),),
    )

    (found,) = doubts(plan)

    assert found.startswith(f"placeholders «p»: {told}")


def with_vestiging(plan: Plan, vestiging: Vestiging) -> Plan:
    return replace(plan, vestigingen={**plan.vestigingen, vestiging.key: vestiging})


def test_accounts_that_share_a_secret_are_told() -> None:
    second = replace(CARRIER, key=AccountKey("second"))

    (told,) = doubts(filled_plan(telephony={one.key: one for one in (CARRIER, second)}))

    assert told == (
        "telephony «main-line» and «second»: they have one secret «MAIN_LINE»; each account has "
        "its own"
    )


@pytest.mark.parametrize(
    ("provider", "told"),
    [
        pytest.param(Provider.MANGO, ["recorded does nothing here"], id="it is set there"),
        pytest.param(Provider.TWILIO, [], id="it is asked for with each call"),
    ],
)
def test_a_recording_that_the_carrier_is_not_asked_for_is_told(
    provider: Provider, told: list[str]
) -> None:
    account = replace(CARRIER, provider=provider, recorded=True)

    said = doubts(filled_plan(telephony={account.key: account}))

    assert [word for line in said for word in told if word in line] == told
    assert len(said) == len(told)
