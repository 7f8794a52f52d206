"""What must hold between campaigns and the numbers they show."""

import copy
from time import process_time
from typing import Any

import pytest

from calltrack import planfile
from calltrack.errors import PlanError
from tests.calltrack.plans import make_plan

TWO: dict[str, Any] = planfile.to_mapping(make_plan())
EVERY = "campaigns[1] «everyone»"
FIRST, SECOND = "numbers[5] «+31 20 765 99 01»", "numbers[6] «+31 10 765 99 02»"


def number(last: int, *, area: int = 20, **fields: object) -> dict[str, object]:
    return {"number": f"+31 {area} 765 99 {last:02}", **fields}


def data(*numbers: dict[str, object], **campaign: object) -> dict[str, Any]:
    """Give a Plan with these numbers more, and with its campaign changed."""
    found = copy.deepcopy(TWO)
    found["numbers"] += numbers
    found["campaigns"][0].update(campaign)
    return found


def problems(plan: dict[str, Any]) -> list[str]:
    try:
        planfile.check(plan)
    except PlanError as error:
        return list(error.problems)
    return []


AMSTERDAM: dict[str, Any] = {"campaign": "everyone", "vestiging": "amsterdam"}
ROTTERDAM: dict[str, Any] = {"campaign": "everyone", "vestiging": "rotterdam"}


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        pytest.param(
            data(number(1, pool="amsterdam", **AMSTERDAM)),
            f"{FIRST}: it is in pool «amsterdam» and static for campaign «everyone»: a number is "
            "in one place; leave one of them out",
            id="a number in two places",
        ),
        pytest.param(
            data(number(1, pool="amsterdam", vestiging="amsterdam")),
            f"{FIRST}: vestiging «amsterdam» is for a static number: name its campaign, or leave "
            "vestiging out",
            id="a pool's number with a vestiging",
        ),
        pytest.param(
            data(number(1, campaign="everyone")),
            f"{FIRST}: vestiging is missing: campaign «everyone» covers «amsterdam», «rotterdam»; "
            "say whose calls the number takes",
            id="a static number that two vestigingen may answer",
        ),
        pytest.param(
            data(number(1, campaign="everyone"), method="static", off_site=True),
            f"{FIRST}: vestiging is missing: campaign «everyone» covers «amsterdam», «rotterdam»; "
            "say whose calls the number takes",
            id="a flyer's number that two vestigingen may answer",
        ),
        pytest.param(
            data(number(1, **ROTTERDAM), vestigingen=["amsterdam"]),
            f"{FIRST}: vestiging «rotterdam» is not one that campaign «everyone» covers: "
            "«amsterdam»",
            id="a static number of a vestiging not covered",
        ),
        pytest.param(
            data(number(1, **AMSTERDAM), number(2, area=10, **AMSTERDAM)),
            f"{SECOND}: campaign «everyone» has a static number for vestiging «amsterdam» already: "
            f"{FIRST}",
            id="two static numbers",
        ),
        pytest.param(
            data(
                number(1, campaign="everyone"),
                number(2, area=10, **AMSTERDAM),
                vestigingen=["amsterdam"],
            ),
            f"{SECOND}: campaign «everyone» has a static number for vestiging «amsterdam» already: "
            f"{FIRST}",
            id="two static numbers, one without a vestiging",
        ),
        pytest.param(
            data(method="static"),
            f"{EVERY}: method static needs a static number, and there is none for «amsterdam», "
            "«rotterdam»: a row of [[numbers]] with this campaign and vestiging",
            id="static without numbers",
        ),
        pytest.param(
            data(
                number(1, **AMSTERDAM), exhaustion="static", vestigingen=["amsterdam", "rotterdam"]
            ),
            f"{EVERY}: exhaustion static needs a static number, and there is none for «rotterdam»: "
            "a row of [[numbers]] with this campaign and vestiging",
            id="nothing to show when the pool is empty",
        ),
        pytest.param(
            data(method="static", off_site=True, sites=["main"], rules=[{"source": ["x"]}]),
            f"{EVERY}: off_site says that it has no visitors: leave rules and sites out",
            id="off-site with visitors",
        ),
        pytest.param(
            data(method="static", off_site=True, pool="amsterdam"),
            f"{EVERY}: off_site says that it has no visitors: leave pool out",
            id="off-site with a pool",
        ),
        pytest.param(
            data(off_site=True),
            f"{EVERY}: method «dynamic» is for visitors, and off_site says that there are none: "
            "write static",
            id="off-site and dynamic",
        ),
    ],
)
def test_what_does_not_hold_is_told(plan: dict[str, Any], expected: str) -> None:
    assert problems(plan) == [expected]


@pytest.mark.parametrize(
    "plan",
    [
        pytest.param(
            data(number(1, **AMSTERDAM), number(2, area=10, **ROTTERDAM), method="static"),
            id="static, one for each",
        ),
        pytest.param(data(number(1, **AMSTERDAM)), id="dynamic, with a static number of one"),
        pytest.param(
            data(number(1, campaign="everyone"), method="static", vestigingen=["amsterdam"]),
            id="static for its only vestiging",
        ),
        pytest.param(
            data(number(1, **AMSTERDAM), method="static"),
            id="static for all, and a vestiging is new",
        ),
        pytest.param(
            data(number(1, **AMSTERDAM), exhaustion="static"),
            id="to fall back on, and a vestiging is new",
        ),
        pytest.param(
            data(
                number(1, **AMSTERDAM, state="disabled"),
                number(2, area=10, **ROTTERDAM),
                method="static",
            ),
            id="disabled at once",
        ),
        pytest.param(
            data(number(1, **AMSTERDAM, state="disabled"), number(2, area=10, **AMSTERDAM)),
            id="another in the place of a disabled one",
        ),
        pytest.param(
            data(
                number(1, **AMSTERDAM),
                number(2, area=10, **AMSTERDAM),
                method="static",
                off_site=True,
            ),
            id="a flyer of each year",
        ),
        pytest.param(data(method="static", off_site=True), id="a flyer not printed yet"),
        pytest.param(data(method="original", exhaustion="static"), id="the original needs none"),
    ],
)
def test_what_holds_is_a_good_plan(plan: dict[str, Any]) -> None:
    assert problems(plan) == []


@pytest.mark.parametrize(
    ("campaign", "is_good"),
    [
        pytest.param({}, False, id="dynamic"),
        pytest.param({"pool": "amsterdam"}, True, id="a pool of its own"),
        pytest.param({"vestigingen": ["amsterdam"]}, True, id="for the other vestiging"),
        pytest.param({"method": "original"}, True, id="the original for all"),
        pytest.param({"method": "static", "off_site": True}, True, id="off-site"),
    ],
)
def test_whose_visitors_get_numbers_of_their_own_has_a_pool(
    campaign: dict[str, Any], is_good: bool
) -> None:
    plan = data(**campaign)
    plan["vestigingen"][1]["pool"] = None

    told = (
        "vestigingen[2] «rotterdam»: pool is missing: campaigns[1] «everyone» gives its visitors "
        "numbers of their own"
    )
    assert problems(plan) == ([] if is_good else [told])


def test_many_missing_numbers_are_one_problem() -> None:
    plan = data(method="static")
    for n in range(10):
        plan["vestigingen"].append(
            {"key": f"v{n}", "name": "V", "forwarding_number": f"+31 30 123 45 {n:02}"}
        )

    (told,) = problems(plan)

    assert "«amsterdam», «rotterdam», «v0», «v1», «v2» and 7 more: a row" in told


def test_a_row_that_cannot_be_read_brings_no_second_problem() -> None:
    plan = data(number(1, campaign="everyone", vestiging=5), method="statik")
    plan["campaigns"][0]["exhaustion"] = "static"

    found = problems(plan)

    assert [sentence.split(":")[0] for sentence in found] == [FIRST, EVERY]


def test_a_firm_of_hundreds_of_vestigingen_with_a_campaign_each_is_checked_at_once() -> None:
    plan = data(method="original")
    for n in range(500):
        key = f"v{n}"
        plan["pools"].append({"key": key})
        branch = {"key": key, "name": "V", "forwarding_number": f"+31 30 123 4{n:03}"}
        plan["vestigingen"].append({**branch, "pool": key})
        everyone = plan["campaigns"][0]
        plan["campaigns"].append(
            {**everyone, "key": key, "method": "dynamic", "vestigingen": [key]}
        )
        number = {"number": f"+31 30 765 4{n:03}", "campaign": key, "vestiging": key}
        plan["numbers"].append(number)
    before = process_time()

    found = problems(plan)

    assert found == []
    assert process_time() - before < 3  # a tenth of a second; by way of all pairs 15
