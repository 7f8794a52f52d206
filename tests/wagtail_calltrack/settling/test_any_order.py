"""However what is told is mixed, cut and repeated, the same calls, credits and leads follow."""

import random
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest
from django.db.models import Model
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.wagtail_calltrack.ingest.samples import TABLES, Json
from tests.wagtail_calltrack.settling.story import (
    ANNA,
    BERT,
    DAY,
    NUMBER,
    OTHER,
    by_ad,
    called,
    came,
    leased,
    outcome,
    renewed,
    settle_all,
    shown,
    take,
    tell,
)
from wagtail_calltrack.models import Call, Lead

pytestmark = pytest.mark.django_db

STORY: list[Json] = [
    *(by_ad(-DAY, "S0"), leased(-DAY, "S0", OTHER), shown(-DAY, "S0", OTHER)),
    *(came(0), leased(0), shown(0), renewed(3, given=0)),
    *called(5, "CA1", NUMBER, ANNA),
    *(by_ad(40, "S2", "V2"), leased(40, "S2"), shown(40, "S2")),
    *called(42, "CA2", NUMBER, BERT),
    *(came(50, "S3", "V3", channel="social"), leased(50, "S3"), shown(50, "S3")),
    *called(55, "CA3", NUMBER, "+31611111111"),
    *called(56, "CA4", NUMBER, ANNA),
    *called(2 * DAY, "CA5", "+31301234560", BERT),
    *called(2 * DAY + 9, "CA6", "+31301234569", ""),
]
EVERY: Sequence[type[Model]] = (Call, Lead, *TABLES)
PLACES = range(len(STORY))
BATCHES = st.permutations(list(PLACES)).flatmap(
    lambda order: st.tuples(
        st.just(order),
        st.lists(st.sampled_from(PLACES), max_size=10),
        st.sets(st.sampled_from(PLACES), max_size=8),
    )
)


def clear() -> None:
    for table in EVERY:
        table._default_manager.all().delete()


@pytest.fixture
def right(db: None) -> dict[str, Any]:
    """Reckon what follows, once for all examples."""
    tell(*STORY)
    return outcome()


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(batches=BATCHES)
def test_however_events_are_mixed_cut_and_repeated_the_calls_are_the_same(
    right: dict[str, Any], batches: tuple[list[int], list[int], set[int]]
) -> None:
    order, repeated, cuts = batches
    clear()
    mixed = [STORY[place] for place in [*order, *repeated]]

    for begin, end in pairwise([0, *sorted(cuts), len(mixed)]):
        tell(*mixed[begin:end])

    assert outcome() == right


def test_the_story_has_a_call_of_each_step() -> None:
    tell(*STORY)

    steps = dict(Call.objects.values_list("call", "step"))
    assert steps == {
        "CA1": "live",
        "CA2": "live",
        "CA3": "candidates",
        "CA4": "known_caller",
        "CA5": "known_caller",
        "CA6": "misdial",
    }
    assert not Call.objects.filter(is_settled=False).exists()


def test_settled_at_the_end_or_after_each_event_it_is_the_same() -> None:
    for one in STORY:
        tell(one)
    each = outcome()
    clear()
    take(STORY)
    settle_all()

    assert outcome() == each


@pytest.mark.parametrize("missing", range(4), ids=["offered", "ringing", "answered", "ended"])
def test_with_one_webhook_missing_the_same_call_results(missing: int) -> None:
    reports = called(5)
    told = [one for at, one in enumerate(reports) if at != missing]
    tell(by_ad(0), leased(0), shown(0), *reports)
    right = outcome()
    clear()
    random.Random(3).shuffle(told)  # noqa: S311 (a test, the same each time)

    tell(*told, *told, by_ad(0), leased(0), shown(0))

    found = outcome()
    if missing == 3:  # nobody told how long it was, or that it is over: it is, after a while
        for calls in (right["calls"], found["calls"]):
            for name in ("ended_at", "talk_seconds", "is_target", "target_reason"):
                calls[0].pop(name)
    assert found == right
