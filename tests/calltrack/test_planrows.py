"""Rows inside rows, fields of another release, junk in each field: all told, each by its row."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calltrack import planfile
from calltrack.errors import PlanError
from calltrack.plan import PrivacyControl, Rule
from calltrack.planrows import Field, Table, read_row, write_row
from calltrack.plantables import CAMPAIGNS, RULES, tables
from calltrack.planvalues import BOOL, KEY
from calltrack.touch import Channel
from tests.calltrack.plans import CARRIER, make_plan

EXAMPLE: dict[str, Any] = planfile.to_mapping(make_plan(telephony={CARRIER.key: CARRIER}))
CAMPAIGN = "campaigns[1] «everyone»"


def changed(name: str, **fields: object) -> dict[str, Any]:
    """Give the Plan with the first row of a table changed."""
    data = copy.deepcopy(EXAMPLE)
    data[name][0].update(fields)
    return data


def problems(data: dict[str, Any]) -> list[str]:
    with pytest.raises(PlanError) as refused:
        planfile.check(data)
    return list(refused.value.problems)


def test_rules_are_read_with_every_field() -> None:
    rules = [
        {
            "source": ["google"],
            "medium": ["cpc", "ppc"],
            "campaign": ["*plafond*"],
            "term": ["systeemplafond"],
            "content": ["banner-*"],
            "click_id": ["gclid", "*braid"],
            "referrer": ["*.google.*"],
            "landing_path": ["/actie/*"],
            "channel": ["paid_search"],
            "region": ["NL-NH"],
            "device": ["mobile", "tablet"],
        },
        {"source": ["bing"]},
    ]

    (campaign,) = planfile.check(changed("campaigns", rules=rules)).campaigns

    assert campaign.rules == (
        Rule(
            source=("google",),
            medium=("cpc", "ppc"),
            campaign=("*plafond*",),
            term=("systeemplafond",),
            content=("banner-*",),
            click_id=("gclid", "*braid"),
            referrer=("*.google.*",),
            landing_path=("/actie/*",),
            channel=(Channel.PAID_SEARCH,),
            region=("NL-NH",),
            device=("mobile", "tablet"),
        ),
        Rule(source=("bing",)),
    )
    assert write_row(CAMPAIGNS, campaign)["rules"] == rules


def test_a_site_says_where_consent_is_told() -> None:
    told = {"consent": "required", "consent_cookie": "CookieConsent", "consent_value": "*yes*"}

    (site,) = planfile.check(changed("sites", **told, gpc="ignored")).sites

    assert (site.consent_cookie, site.consent_header, site.consent_value) == (
        "CookieConsent",
        None,
        "*yes*",
    )
    assert site.gpc is PrivacyControl.IGNORED


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        pytest.param(
            [{"source": ["x"]}, {"sorce": ["google"]}],
            "rules[2]: «sorce» is no field here; did you mean source?",
            id="misspelt",
        ),
        pytest.param(
            [{"source": ["x"], "weekday": ["monday"]}],
            "rules[1]: «weekday» is no field here; there are source, medium, campaign, term, ",
            id="of another release",
        ),
        pytest.param([{}], "rules[1]: says nothing, and would match everybody", id="empty"),
        pytest.param([{"source": None}], "rules[1]: says nothing, and would", id="null"),
        pytest.param([{"source": []}], "rules[1]: source must not be empty", id="no pattern"),
        pytest.param(
            [{"source": "google"}],
            "rules[1] «google»: source «google» must be a list in square brackets, not a text",
            id="no list",
        ),
        pytest.param(
            [{"medium": ["a" * 101]}],
            "rules[1]: medium holds «" + "a" * 39 + "…», which must be 1 to 100 characters",
            id="too long",
        ),
        pytest.param(
            [{"term": ["a\x00b"]}],
            "rules[1]: term holds «a\\u0000b», which must be 1 to 100 characters on one line",
            id="not printable",
        ),
        pytest.param(
            [{"click_id": ["glicd"]}],
            "rules[1]: click_id holds «glicd», which must be one of gclid, gbraid, wbraid, ",
            id="unknown click id",
        ),
        pytest.param(
            [{"channel": ["paid search"]}],
            "rules[1]: channel holds «paid search», which must be paid_search or organic_search",
            id="unknown channel",
        ),
        pytest.param(
            [{"device": ["phone"]}],
            "rules[1]: device holds «phone», which must be desktop or mobile or tablet",
            id="unknown device",
        ),
        pytest.param(
            {"source": ["x"]},
            "rules: must be a list of rows, each headed [[campaigns.rules]]",
            id="a table, not a list of them",
        ),
        pytest.param(["google"], "rules[1]: must be a table of fields", id="no table"),
    ],
)
def test_what_is_wrong_in_a_rule_is_told_with_its_campaign(rules: object, expected: str) -> None:
    (told,) = problems(changed("campaigns", rules=rules))

    assert told.startswith(f"{CAMPAIGN}: {expected}")


def test_all_that_is_wrong_in_rules_is_told_at_once() -> None:
    rules = [{"sorce": ["x"], "device": ["phone"]}, {}, 5, {"term": [""]}]

    found = problems(changed("campaigns", rules=rules, off_site="yes", surprise=1))

    assert [sentence.removeprefix(f"{CAMPAIGN}: ").split(" ")[0] for sentence in found] == [
        "«surprise»",
        "rules[1]:",
        "rules[1]:",
        "rules[2]:",
        "rules[3]:",
        "rules[4]:",
        "off_site",
    ]


JUNK: tuple[object, ...] = (True, 5, 1.5, "", "\n", [], [[]], [None], {}, {"a": 1}, "x" * 1000)
OPTIONAL = [(t.name, f.name) for t in tables("NL").values() for f in t.fields if not f.required]


@pytest.mark.parametrize(("name", "field"), OPTIONAL, ids=".".join)
def test_a_wrong_type_is_a_good_value_or_a_problem_of_its_row(name: str, field: str) -> None:
    told: list[str] = []
    for value in JUNK:
        try:
            plan = planfile.check(changed(name, **{field: value}))
        except PlanError as error:
            told += error.problems
        else:
            assert planfile.check(planfile.to_mapping(plan)) == plan

    assert len(told) >= len(JUNK) - 4
    assert all(sentence.startswith(f"{name}[1] «") for sentence in told)
    assert all("\n" not in sentence and len(sentence) < 400 for sentence in told)


@given(
    st.dictionaries(
        st.sampled_from([one.name for one in RULES.fields]) | st.text(max_size=5),
        st.lists(st.text(max_size=5) | st.none(), max_size=2) | st.none() | st.text(max_size=5),
    )
)
def test_junk_in_a_rule_is_a_rule_or_a_problem(rule: dict[str, object]) -> None:
    found: list[str] = []

    row = read_row(RULES, rule, "rules[1]", found)

    assert row.is_good is not bool(found)
    assert all(sentence.startswith("rules[1]: ") for sentence in found)
    if row.is_good:
        assert read_row(RULES, write_row(RULES, row.value()), "", []).value() == row.value()


def test_what_is_empty_is_left_out_when_written() -> None:
    inner = Table("rows.inner", dict, (Field("key", KEY, "", required=True),))
    outer = Table("rows", dict, (Field("inner", inner, ""), Field("is_on", BOOL, "")))

    row = read_row(outer, {"inner": [{"key": "a"}], "is_on": False}, "rows[1]", [])

    assert row.value() == {"inner": ({"key": "a"},), "is_on": False}
    assert "rules" not in write_row(CAMPAIGNS, make_plan().campaigns[0])
