"""Every figure of every report, against a month that was reckoned by hand (`month`)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from calltrack.attribution import Model
from tests.wagtail_calltrack.reports.month import CREDITS, N1, N2, N3, N9, NOVEMBER, make_month
from wagtail_calltrack.models import Call, CallCredit
from wagtail_calltrack.reports.asked import DIMENSIONS, Asked
from wagtail_calltrack.reports.figures import Figures
from wagtail_calltrack.reports.report import Report, read_report

pytestmark = pytest.mark.django_db

PAID, ORGANIC, DIRECT, OFFLINE = "paid_search", "organic_search", "direct", "offline"
SPAN = "/spanplafonds/"

VISITORS_AND_SPEND: Mapping[str, Mapping[str, tuple[int, str]]] = {
    "channel": {PAID: (8, "309.90"), ORGANIC: (3, "0"), DIRECT: (4, "0"), OFFLINE: (0, "55.00")},
    "source": {
        "google": (8, "216.60"),
        "bing": (3, "93.30"),
        "direct": (4, "0"),
        "radio": (0, "55.00"),
    },
    "campaign": {
        "google": (6, "216.60"),  # 150 + 60 spend, 6 rent, 0.60 fees
        "bing": (3, "93.30"),  # 90 + 3 + 0.30
        "radio": (0, "55.00"),  # 50 + 5
        "": (7, "0"),
    },
    # google's 156.60 without a keyword: half of its visitors each
    "keyword": {"plafond": (6, "231.60"), "spanplafond": (3, "78.30"), "": (7, "55.00")},
    "landing": {
        "/": (7, "231.60"),
        SPAN: (3, "78.30"),
        "/prijzen/": (3, "0"),
        "/shop/": (1, "0"),
        "": (0, "55.00"),
    },
    # google 4 : 2 of those who saw a number, bing 1 : 2
    "vestiging": {"amsterdam": (5, "230.50"), "utrecht": (4, "134.40")},
    "number": {
        N1: (3, "103.30"),
        N2: (3, "103.30"),
        N3: (3, "103.30"),
        N9: (0, "55.00"),
    },
}

Called = Mapping[str, tuple[int, str, str, str, str, str, str]]
"""Callers, calls, target calls, missed, answered, seconds talked, value of won leads."""

RADIO = (1, "2", "1", "1", "1", "40", "0")
NOBODYS = (1, "1", "0", "0", "1", "4", "0")
UNKNOWN = (2, "3", "1", "1", "2", "44", "0")  # radio's and nobody's, where rows do not tell them
BUSY = (1, "1", "0", "1", "0", "0", "0")
MISSED = (1, "1", "0", "1", "0", "0", "0")
HALF_MISSED = (1, "0.5", "0", "0.5", "0", "0", "0")
BY_VESTIGING = {
    "amsterdam": (6, "7", "3", "3", "4", "224", "1000"),
    "utrecht": (1, "2", "1", "0", "2", "320", "500"),
}
BY_NUMBER = {
    N1: (2, "2", "1", "1", "1", "120", "1000"),
    N2: (2, "2", "1", "0", "2", "64", "0"),
    N3: (2, "3", "1", "1", "2", "320", "500"),
    N9: RADIO,
}
LINEAR_DIRECT = (
    2, "1.166666666", "0.833333333", "0", "1.166666666", "166.66666656", "666.6666665",
)  # fmt: skip
LINEAR_BING = (
    2, "1.666666666", "0.333333333", "1", "0.666666666", "106.66666656", "166.6666665",
)  # fmt: skip
LINEAR_SPAN = (
    1, "0.666666668", "0.333333334", "0", "0.666666668", "106.66666688", "166.666667",
)  # fmt: skip
CALLS: Mapping[tuple[str, str], Called] = {
    ("channel", "first"): {
        PAID: (5, "6", "3", "2", "4", "500", "1500"), OFFLINE: RADIO, "": NOBODYS,
    },
    ("channel", "last"): {
        PAID: (2, "2", "1", "1", "1", "60", "0"), ORGANIC: MISSED,
        DIRECT: (2, "3", "2", "0", "3", "440", "1500"), OFFLINE: RADIO, "": NOBODYS,
    },
    ("channel", "last_non_direct"): {
        PAID: (4, "5", "3", "1", "4", "500", "1500"), ORGANIC: MISSED, OFFLINE: RADIO,
        "": NOBODYS,
    },
    ("channel", "position"): {
        PAID: (5, "4.2", "2.1", "1.5", "2.7", "312", "800"), ORGANIC: HALF_MISSED,
        DIRECT: (2, "1.3", "0.9", "0", "1.3", "188", "700"), OFFLINE: RADIO, "": NOBODYS,
    },
    ("channel", "linear"): {
        PAID: (
            5, "4.333333334", "2.166666667", "1.5", "2.833333334", "333.33333344", "833.3333335",
        ),
        ORGANIC: HALF_MISSED, DIRECT: LINEAR_DIRECT, OFFLINE: RADIO, "": NOBODYS,
    },
    ("source", "first"): {
        "google": (4, "5", "3", "1", "4", "500", "1500"), "bing": BUSY, "radio": RADIO,
        "": NOBODYS,
    },
    ("source", "last"): {
        "google": (2, "2", "1", "1", "1", "60", "0"), "bing": BUSY,
        "direct": (2, "3", "2", "0", "3", "440", "1500"), "radio": RADIO, "": NOBODYS,
    },
    ("source", "last_non_direct"): {
        "google": (3, "3", "2", "1", "2", "180", "1000"),
        "bing": (2, "3", "1", "1", "2", "320", "500"), "radio": RADIO, "": NOBODYS,
    },
    ("source", "position"): {
        "google": (4, "3.3", "1.9", "1", "2.3", "248", "700"),
        "bing": (2, "1.4", "0.2", "1", "0.4", "64", "100"),
        "direct": (2, "1.3", "0.9", "0", "1.3", "188", "700"), "radio": RADIO, "": NOBODYS,
    },
    ("source", "linear"): {
        "google": (
            4, "3.166666668", "1.833333334", "1", "2.166666668", "226.66666688", "666.666667",
        ),
        "bing": LINEAR_BING, "direct": LINEAR_DIRECT, "radio": RADIO, "": NOBODYS,
    },
    ("campaign", "first"): {
        "google": (4, "5", "3", "1", "4", "500", "1500"), "bing": BUSY, "radio": RADIO,
        "": NOBODYS,
    },
    ("campaign", "last"): {
        "google": (1, "1", "1", "0", "1", "60", "0"), "bing": BUSY, "radio": RADIO,
        "": (4, "5", "2", "1", "4", "444", "1500"),
    },
    ("campaign", "last_non_direct"): {
        "google": (2, "2", "2", "0", "2", "180", "1000"),
        "bing": (2, "3", "1", "1", "2", "320", "500"), "radio": RADIO,
        "": (2, "2", "0", "1", "1", "4", "0"),
    },
    ("campaign", "position"): {
        "google": (4, "2.8", "1.9", "0.5", "2.3", "248", "700"),
        "bing": (2, "1.4", "0.2", "1", "0.4", "64", "100"), "radio": RADIO,
        "": (4, "2.8", "0.9", "0.5", "2.3", "192", "700"),
    },
    ("campaign", "linear"): {
        "google": (
            4, "2.666666668", "1.833333334", "0.5", "2.166666668", "226.66666688", "666.666667",
        ),
        "bing": LINEAR_BING, "radio": RADIO,
        "": (
            4, "2.666666666", "0.833333333", "0.5", "2.166666666", "170.66666656", "666.6666665",
        ),
    },
    ("keyword", "first"): {
        "plafond": (4, "4", "2", "2", "2", "180", "1000"),
        "spanplafond": (1, "2", "1", "0", "2", "320", "500"), "": UNKNOWN,
    },
    ("keyword", "last"): {
        "plafond": (2, "2", "1", "1", "1", "60", "0"),
        "": (5, "7", "3", "2", "5", "484", "1500"),
    },
    ("keyword", "last_non_direct"): {
        "plafond": (4, "5", "3", "1", "4", "500", "1500"),
        "": (3, "4", "1", "2", "2", "44", "0"),
    },
    ("keyword", "position"): {
        "plafond": (5, "3.4", "1.7", "1.5", "1.9", "184", "600"),
        "spanplafond": (1, "0.8", "0.4", "0", "0.8", "128", "200"),
        "": (5, "4.8", "1.9", "1.5", "3.3", "232", "700"),
    },
    ("keyword", "linear"): {
        "plafond": (
            5, "3.666666666", "1.833333333", "1.5", "2.166666666", "226.66666656", "666.6666665",
        ),
        "spanplafond": LINEAR_SPAN,
        "": (
            5, "4.666666666", "1.833333333", "1.5", "3.166666666", "210.66666656", "666.6666665",
        ),
    },
    ("landing", "first"): {
        "/": (4, "4", "2", "2", "2", "180", "1000"),
        SPAN: (1, "2", "1", "0", "2", "320", "500"), "": UNKNOWN,
    },
    ("landing", "last"): {
        "/": (4, "5", "3", "1", "4", "500", "1500"), "/prijzen/": MISSED, "": UNKNOWN,
    },
    ("landing", "last_non_direct"): {
        "/": (4, "5", "3", "1", "4", "500", "1500"), "/prijzen/": MISSED, "": UNKNOWN,
    },
    ("landing", "position"): {
        "/": (5, "4.7", "2.6", "1.5", "3.2", "372", "1300"),
        SPAN: (1, "0.8", "0.4", "0", "0.8", "128", "200"), "/prijzen/": HALF_MISSED,
        "": UNKNOWN,
    },
    ("landing", "linear"): {
        "/": (
            5, "4.833333332", "2.666666666", "1.5", "3.333333332", "393.33333312", "1333.333333",
        ),
        SPAN: LINEAR_SPAN, "/prijzen/": HALF_MISSED, "": UNKNOWN,
    },
    **{("vestiging", model.value): BY_VESTIGING for model in Model},
    **{("number", model.value): BY_NUMBER for model in Model},
}  # fmt: skip


@pytest.fixture
def month(db: None) -> None:
    make_month()


def asked(dimension: str = "channel", model: str = "last_non_direct", **filters: Any) -> Asked:
    return Asked(DIMENSIONS[dimension], NOVEMBER, model, **filters)


def by_hand(called: Any, visitors: int, spend: str) -> Figures:
    callers, calls, target, missed, answered, talked, value = called
    return Figures(
        visitors=visitors, callers=callers, calls=Decimal(calls), target_calls=Decimal(target),
        missed=Decimal(missed), answered=Decimal(answered), talked=Decimal(talked),
        spend=Decimal(spend), value=Decimal(value),
    )  # fmt: skip


def expected(dimension: str, model: str) -> Mapping[str, Figures]:
    called, came = CALLS[dimension, model], VISITORS_AND_SPEND[dimension]
    nothing = (0, "0", "0", "0", "0", "0", "0")
    return {
        key: by_hand(called.get(key, nothing), *came.get(key, (0, "0"))) for key in {*called, *came}
    }


def figures(report: Report) -> Mapping[str, Figures]:
    return {row.key: row.figures for row in report.rows if not row.figures.is_nothing}


@pytest.mark.parametrize(("dimension", "model"), CALLS)
def test_every_figure_is_as_reckoned_by_hand(month: None, dimension: str, model: str) -> None:
    report = read_report(asked(dimension, model), compares=False)

    assert figures(report) == expected(dimension, model)
    saw = dimension in {"vestiging", "number"}
    whole = (7, "9", "4", "3", "6", "544", "1500")
    assert report.total.figures == by_hand(whole, 8 if saw else 12, "364.90")


def test_the_table_has_every_report_under_every_model() -> None:
    assert set(CALLS) == {(name, model.value) for name in DIMENSIONS for model in Model}
    assert set(CREDITS) == {model.value for model in Model}


@pytest.mark.parametrize("model", [model.value for model in Model])
@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_parts_of_calls_costs_and_values_add_up_to_the_total(
    month: None, dimension: str, model: str
) -> None:
    report = read_report(asked(dimension, model), compares=False)
    total = report.total.figures

    for name in ("calls", "target_calls", "missed", "answered", "talked", "spend", "value"):
        parts = sum(getattr(row.figures, name) for row in report.rows)
        assert parts == getattr(total, name), name


def test_a_cost_per_call_is_spend_by_calls(month: None) -> None:
    report = read_report(asked(), compares=False)
    rows = figures(report)

    assert rows[PAID].call_cost == Decimal("61.98")
    assert rows[PAID].target_cost == Decimal("103.30")
    assert rows[PAID].talk_seconds == 125
    assert rows[PAID].gain == Decimal("1190.10") / Decimal("309.90")
    assert rows[OFFLINE].call_cost == Decimal("27.50")
    assert rows[OFFLINE].gain is None  # no deal is known
    assert rows[DIRECT].call_cost is None
    assert report.total.figures.call_cost == Decimal("364.90") / 9


def test_what_it_was_spent_on_is_told(month: None) -> None:
    spending = read_report(asked(), compares=False).spending

    assert (spending.spend, spending.rent, spending.fees) == tuple(
        map(Decimal, ("350", "14", "0.90"))
    )


def test_the_period_before_is_as_long_and_stands_beside(month: None) -> None:
    report = read_report(asked("campaign"))
    before = {row.key: row.before for row in report.rows}

    # 2 to 31 October: 15 of 30 days' spend, and rent that nobody's visitors saw a number for
    one = (1, "1", "1", "0", "1", "30", "70")
    assert before["google"] == by_hand(one, 1, "150")
    assert before[""] == Figures(spend=Decimal("8.70"))
    assert before["radio"] == Figures(spend=Decimal("4.84"))
    assert report.total.before == by_hand(one, 1, "163.54")


def test_spam_and_outgoing_calls_are_told_and_not_counted(month: None) -> None:
    found = read_report(asked(), compares=False).left_out

    assert (found.spam, found.outgoing, found.unsettled) == (1, 1, 0)


def test_what_is_no_target_any_more_is_none_at_once(month: None) -> None:
    Call.objects.filter(call="c2").update(is_target=False)

    total = read_report(asked(), compares=False).total.figures

    assert total.calls == 9
    assert total.target_calls == 3


def test_changed_credits_restate_the_rows_and_not_the_total(month: None) -> None:
    CallCredit.objects.filter(call__call="c2", model="last_non_direct").update(
        origin=CallCredit.objects.filter(origin__digest="o6")[0].origin
    )

    report = read_report(asked(), compares=False)

    assert figures(report)[PAID].calls == 4
    assert figures(report)[OFFLINE].calls == 3
    assert report.total.figures.calls == 9
