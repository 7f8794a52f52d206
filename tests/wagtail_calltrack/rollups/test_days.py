"""Each visitor once a day, whatever order facts come in, and however often."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import permutations
from typing import Any

import pytest
from django.db.models import Model
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.wagtail_calltrack.ingest.samples import body, event, new_token, send
from tests.wagtail_calltrack.rollups.visits import DAY, START, seen, session, shown, touch, visitors
from wagtail_calltrack.models import DailyShown, DailyVisitor, NumberShown, SessionTouch
from wagtail_calltrack.rollups import in_calls, in_rollups, roll_up

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("made", "rows"),
    [
        pytest.param(lambda: [touch()], [("2027-01-15", "google", "", "v1")], id="a touch"),
        pytest.param(
            lambda: [touch(), touch(at=START + DAY / 4)],
            [("2027-01-15", "google", "", "v1")],
            id="two of one origin and day",
        ),
        pytest.param(
            lambda: [touch(), touch(at=START + DAY)],
            [("2027-01-15", "google", "", "v1"), ("2027-01-16", "google", "", "v1")],
            id="two days",
        ),
        pytest.param(
            lambda: [touch(), touch(source="bing")],
            [("2027-01-15", "bing", "", "v1"), ("2027-01-15", "google", "", "v1")],
            id="two origins",
        ),
        pytest.param(
            lambda: [touch(), touch("s2")],
            [("2027-01-15", "google", "", "v1")],
            id="two sessions of one visitor",
        ),
        pytest.param(
            lambda: [touch(at=datetime(2027, 1, 15, 23, 30, tzinfo=UTC))],
            [("2027-01-16", "google", "", "v1")],
            id="a day is a local one",
        ),
        pytest.param(
            lambda: [touch("s3")], [("2027-01-15", "google", "", "s3")], id="nobody told whose"
        ),
        pytest.param(list, [], id="nothing"),
    ],
)
def test_a_visitor_counts_once_a_day_for_each_origin(
    made: Callable[[], Sequence[Model]], rows: list[tuple[str, ...]]
) -> None:
    session()
    session("s2")
    facts = made()

    roll_up(facts)
    roll_up(facts)

    assert visitors() == rows


@pytest.mark.parametrize(
    ("made", "rows"),
    [
        pytest.param(
            lambda: [shown(), shown(at=START + DAY / 4, path="/contact/")],
            [("2027-01-15", "main", "01", "v1")],
            id="twice the same",
        ),
        pytest.param(
            lambda: [shown(), shown(number="+31207654302")],
            [("2027-01-15", "main", "01", "v1"), ("2027-01-15", "main", "02", "v1")],
            id="two numbers",
        ),
        pytest.param(
            lambda: [shown(), shown("s2")],
            [("2027-01-15", "main", "01", "v1"), ("2027-01-15", "shop", "01", "v1")],
            id="on two sites",
        ),
        pytest.param(
            lambda: [shown("s3")], [("2027-01-15", "", "01", "s3")], id="nobody told whose"
        ),
    ],
)
def test_a_visitor_counts_once_a_day_for_each_number(
    made: Callable[[], Sequence[Model]], rows: list[tuple[str, ...]]
) -> None:
    session()
    session("s2", site="shop")
    facts = made()

    roll_up(facts)
    roll_up(facts)

    assert seen() == rows


def test_a_number_is_put_right_when_the_session_is_told_of() -> None:
    roll_up([shown(), shown(at=START + DAY)])
    before = seen()
    session()

    roll_up([touch()])

    assert before == [("2027-01-15", "", "01", "s1"), ("2027-01-16", "", "01", "s1")]
    assert seen() == [("2027-01-15", "main", "01", "v1"), ("2027-01-16", "main", "01", "v1")]


EVENTS = [
    event("session.started", 0),
    event("number.shown", 1),
    event("touch.added", 2, source="bing"),
    event("number.shown", 3),
]


@pytest.mark.parametrize("order", list(permutations(range(len(EVENTS)))), ids=str)
def test_edges_may_tell_in_any_order(order: Sequence[int], db: None) -> None:
    token, client = new_token(), Client()

    for at in (*order, *order[:2]):
        assert send(client, token, body([EVENTS[at]])).status_code == 200

    assert visitors() == [("2026-03-02", source, "", "V1") for source in ("bing", "google")]
    assert seen() == [("2026-03-02", "www", "67", "V1")]


def test_no_id_of_a_visitor_stands_in_them_and_one_keeps_its_word() -> None:
    session(visitor="cookie-word")
    session("s2", visitor="cookie-word")
    roll_up([touch(), shown("s2"), touch("s2", at=START + 400 * DAY), shown("s3")])

    words = {
        *DailyVisitor.objects.values_list("visitor", flat=True),
        *DailyShown.objects.filter(site="main").values_list("visitor", flat=True),
    }

    assert len(words) == 1
    assert not words & {"cookie-word", "s1", "s2"}
    assert DailyShown.objects.get(site="").visitor != "s3"
    assert in_calls()("cookie-word")[1:] not in words


def test_a_batch_sent_again_changes_nothing(db: None) -> None:
    token, client = new_token(), Client()
    keys = []
    for _ in range(2):
        answer = json.loads(send(client, token, body(EVENTS)).content)
        assert answer["refused"] == []
        keys.append(
            [*DailyVisitor.objects.values_list("pk"), *DailyShown.objects.values_list("pk")]
        )

    assert keys[0] == keys[1]
    assert len(keys[0]) == 3


@pytest.mark.parametrize("count", [3, 100])
def test_a_batch_costs_the_same_queries_for_many(
    count: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    facts: list[Any] = []
    in_rollups()  # the first of all makes the key
    for at in range(count):
        session(f"s{at}", visitor=f"v{at}")
        facts += [
            SessionTouch(at=START, session=f"s{at}", source="google"),
            NumberShown(at=START, session=f"s{at}", vestiging="utrecht", number="+31301234567"),
        ]

    with django_assert_max_num_queries(9):
        roll_up(facts)

    assert (len(visitors()), len(seen())) == (count, count)
