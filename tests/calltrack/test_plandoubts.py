"""What is allowed in a Plan and looks like a mistake is told, and nothing else."""

from dataclasses import replace

from calltrack.leases import PoolKey, VestigingKey
from calltrack.numbers import PhoneNumber
from calltrack.plan import Consent, Method, Organisation, Plan, Pool, StockNumber, Vestiging
from calltrack.plandoubts import EXAMPLE_KVK, doubts
from tests.calltrack.plans import AMSTERDAM, EVERYONE, SITE, make_plan


def test_a_plan_that_is_filled_in_raises_no_doubt() -> None:
    assert doubts(make_plan()) == ()


def test_an_example_that_nobody_filled_in_is_told() -> None:
    plan = make_plan(organisation=Organisation("X", EXAMPLE_KVK))

    assert doubts(plan) == ("organisation: kvk «00000000» is an example; write the firm's own",)


def test_consent_that_nobody_can_give_is_told() -> None:
    plan = make_plan(sites=(replace(SITE, consent=Consent.REQUIRED),))

    (told,) = doubts(plan)
    assert told.startswith("sites «main»: consent is required, and there is no way yet")


def test_a_plan_that_does_nothing_is_told() -> None:
    plan = make_plan(sites=(), vestigingen={}, campaigns=(), pools={}, numbers=())

    assert doubts(plan) == (
        "sites: there are none, so no page is changed",
        "vestigingen: there are none, so there is no number to replace",
        "campaigns: there are none, so everybody sees the original numbers",
    )


def test_a_number_that_is_one_digit_too_long_is_told() -> None:
    row = StockNumber(PhoneNumber("+312012345678"), PoolKey("amsterdam"))

    assert doubts(make_plan(numbers=(*make_plan().numbers, row))) == (
        "numbers: «+312012345678» is in no range known to be in use; is it typed right?",
    )


def test_many_numbers_of_unknown_ranges_are_one_doubt() -> None:
    rows = [StockNumber(PhoneNumber(f"+3120123456{i}0"), PoolKey("amsterdam")) for i in range(9)]

    (doubt,) = doubts(make_plan(numbers=(*make_plan().numbers, *rows)))

    assert doubt.startswith("numbers: «+312012345600» (and 8 more) is in no range")


def test_numbers_of_two_countries_with_the_same_digits_are_told() -> None:
    plan = make_plan()
    twin = Vestiging(
        VestigingKey("twin"), "Twin", PhoneNumber("+49201234567"), PoolKey("rotterdam")
    )

    assert doubts(with_vestiging(plan, twin)) == (
        "vestigingen «amsterdam» and «twin»: their numbers may be written with the same digits",
    )


def test_pools_that_nobody_can_use_are_told() -> None:
    plan = make_plan(numbers=make_plan().numbers[:2])
    pools = {**plan.pools, PoolKey("spare"): Pool(PoolKey("spare"))}

    assert doubts(replace(plan, pools=pools)) == (
        "pools «rotterdam»: it has no number to show, so its visitors see the original",
        "pools «spare»: no vestiging uses it",
    )


def test_an_empty_pool_is_no_doubt_where_the_original_is_shown() -> None:
    campaign = replace(EVERYONE, vestigingen=frozenset({AMSTERDAM}))
    original = replace(EVERYONE, method=Method.ORIGINAL)
    plan = make_plan(numbers=make_plan().numbers[:2])

    assert doubts(replace(plan, campaigns=(campaign, original))) == ()


def with_vestiging(plan: Plan, vestiging: Vestiging) -> Plan:
    return replace(plan, vestigingen={**plan.vestigingen, vestiging.key: vestiging})
