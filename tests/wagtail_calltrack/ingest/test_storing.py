"""Batches in the database: the same tables, however the events are cut, mixed and repeated."""

import logging
from collections.abc import Sequence
from itertools import pairwise
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models import CharField, Model
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.wagtail_calltrack.ingest.samples import (
    EDGE,
    KINDS,
    Json,
    event,
    minute,
    new_token,
    one_of_each,
    tables,
)
from wagtail_calltrack.ingest.batch import read_batch
from wagtail_calltrack.ingest.storing import TABLES, Outcome, store
from wagtail_calltrack.models import EdgeToken, PageView, UnknownEvent, VisitorSession

pytestmark = pytest.mark.django_db

NOW = minute(600)


def take(events: Sequence[object]) -> Outcome:
    """Store a batch as the view does."""
    token = EdgeToken.objects.first()
    if token is None:
        new_token()
        token = EdgeToken.objects.get()
    return store(read_batch({"edge": EDGE, "events": list(events)}, NOW), token, NOW)


def counts(outcome: Outcome) -> tuple[int, int, int]:
    return outcome.stored, outcome.known, len(outcome.refused)


def clear() -> None:
    for table in (VisitorSession, *TABLES):
        table._default_manager.all().delete()


EVENTS_OF_TWO = [
    *one_of_each(),
    event("session.started", 2, session="S2", visitor="V2", site="shop"),
    event("page.viewed", 3, session="S2", site="shop"),
    event("page.viewed", 9, session="S2", site="shop", path="/late/"),
    event("session.left", 5, session="S2", site="shop"),
    event("session.left", 8, session="S2", site="shop"),
    event("lease.given", 4, session="S2", number="+31301234568", before=None),
    event("lease.ended", 99, session="S2", number="+31301234568"),
    event("lease.pinned", 50, session="S3"),
    event("page.viewed", 1, path=None),
]
ROWS = sum(one["kind"] != "session.left" for one in EVENTS_OF_TWO) - 1  # the last one is bad
PLACES = range(len(EVENTS_OF_TWO))
BATCHES = st.permutations(list(PLACES)).flatmap(
    lambda order: st.tuples(
        st.just(order), st.lists(st.sampled_from(PLACES)), st.sets(st.sampled_from(PLACES))
    )
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(BATCHES)
def test_however_events_are_mixed_cut_and_repeated_the_tables_are_the_same(
    batches: tuple[list[int], list[int], set[int]],
) -> None:
    order, repeated, cuts = batches
    clear()
    take(EVENTS_OF_TWO)
    right = tables()
    clear()
    mixed = [EVENTS_OF_TWO[place] for place in [*order, *repeated]]
    edges = [0, *sorted(cuts), len(mixed)]
    news = 0

    for begin, end in pairwise(edges):
        outcome = take(mixed[begin:end])
        assert sum(counts(outcome)) == end - begin
        news += outcome.stored

    assert tables() == right
    assert news in {ROWS + 2, ROWS + 3}  # the earlier leave of S2 is news only where it comes first
    stored, known, refused = counts(take(mixed))
    assert (stored, known + refused) == (0, len(mixed))
    assert tables() == right


def test_a_session_is_told_by_all_its_events() -> None:
    take(EVENTS_OF_TWO)

    first, second = VisitorSession.objects.order_by("id")

    assert (first.id, first.visitor, first.site) == ("S1", "V1", "www")
    assert (second.id, second.visitor, second.site) == ("S2", "V2", "shop")
    assert (second.started_at, second.seen_at, second.left_at) == (minute(2), minute(9), minute(8))


def test_what_becomes_of_a_number_later_is_no_sign_of_the_visitor() -> None:
    take([event("page.viewed", 1), event("lease.pinned", 20), event("lease.ended", 90)])
    take([event("lease.unpinned", 80)])

    assert VisitorSession.objects.get().seen_at == minute(1)


def test_a_leave_that_comes_before_the_start_waits_for_it() -> None:
    take([event("session.left", 9)])
    early = VisitorSession.objects.get()
    take([event("session.started", 1)])
    later = VisitorSession.objects.get()

    assert (early.started_at, early.left_at, early.seen_at) == (None, minute(9), minute(9))
    assert (later.started_at, later.left_at, later.seen_at) == (minute(1), minute(9), minute(9))
    assert later.visitor == "V1"


def test_only_a_later_leave_is_news() -> None:
    leave, later = event("session.left", 5), event("session.left", 8)

    assert counts(take([leave, leave])) == (1, 1, 0)
    assert counts(take([later, leave])) == (1, 1, 0)
    assert counts(take([leave, later])) == (0, 2, 0)


@pytest.mark.parametrize("kind", KINDS)
def test_a_row_the_database_does_not_take_holds_up_no_other(
    kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    """What the reader did not foresee: a row without its session, put in behind its back."""
    events = [event(kind, at, session=f"S{at}") for at in range(7)]
    batch = read_batch({"edge": EDGE, "events": events}, NOW)
    spoiled = batch.told[4].row
    if spoiled is None:
        assert kind == "session.left"
        return
    setattr(spoiled, "call" if kind == "call.reported" else "session", None)
    caplog.set_level(logging.INFO)
    new_token()

    outcome = store(batch, EdgeToken.objects.get(), NOW)

    assert counts(outcome) == (6, 0, 1)
    assert outcome.refused[4].id == events[4]["id"]
    assert outcome.refused[4].problem == "the database does not take one of its values"
    assert "S4" not in set(VisitorSession.objects.values_list("id", flat=True))
    assert type(spoiled)._default_manager.count() == 6
    assert "S4" not in caplog.text


def many(count: int) -> list[Json]:
    """Events of many sessions, a third of them page views."""
    kinds = ("page.viewed", "session.started", "page.viewed", "lease.given", "number.shown")
    return [event(kinds[at % 5], at / 60, session=f"S{at // 5}", gclid=None) for at in range(count)]


@pytest.mark.parametrize("count", [10, 100])
def test_a_batch_costs_the_same_queries_for_ten_events_and_for_a_hundred(count: int) -> None:
    new_token()

    with CaptureQueriesContext(connection) as queries:
        outcome = take(many(count))

    assert counts(outcome) == (count, 0, 0)
    # The token; savepoint, edge, release; of three tables and the sessions the same three;
    # roll-ups; calls that the leases or sources touch.
    assert len(queries) <= 1 + 3 + 5 * 3 + 14 + 1


def test_the_thousandth_batch_costs_what_the_first_did() -> None:
    new_token()
    costs = []
    for _ in range(5):
        with CaptureQueriesContext(connection) as queries:
            take(many(1000))
        costs.append(len(queries))

    assert len(set(costs[1:])) == 1
    assert costs[1] <= costs[0] < 120  # the first makes the origins
    assert PageView.objects.count() == 2000


def test_each_table_has_its_place_in_the_order() -> None:
    rows = {type(found.row) for found in _told().values() if found.row}

    assert rows | {UnknownEvent} == set(TABLES)


@pytest.mark.parametrize("table", [VisitorSession, *TABLES])
def test_no_word_has_a_second_index_for_like(table: type[Model]) -> None:
    """On PostgreSQL `db_index` makes two of a CharField: a quarter of what all of them took."""
    words: list[Any] = [one for one in table._meta.concrete_fields if isinstance(one, CharField)]

    assert words
    assert [one.name for one in words if one.db_index and not one.primary_key] == []


def _told() -> Any:
    return read_batch({"edge": EDGE, "events": one_of_each()}, NOW).told


def test_ids_are_kept_as_they_are() -> None:
    sent = event("page.viewed") | {"id": uuid4().hex}

    take([sent])

    assert PageView.objects.get().id.hex == sent["id"]
