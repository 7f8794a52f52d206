"""Two edges that tell of the same calls at once: each call, credit and lead is there once."""

from collections.abc import Sequence

from tests.wagtail_calltrack.ingest.samples import Json
from tests.wagtail_calltrack.ingest.test_at_once import place
from tests.wagtail_calltrack.settling.story import (
    ANNA,
    NUMBER,
    by_ad,
    called,
    leased,
    outcome,
    settle_all,
    tell,
)
from tests.wagtail_calltrack.settling.test_any_order import clear
from tests.wagtail_calltrack.test_changes_at_once import at_once
from wagtail_calltrack.models import Call, Lead

__all__ = ["place"]

CALLERS = 6


def told_by(edge: int) -> list[list[Json]]:
    """Half of each call's webhooks come by each edge, in batches of a few."""
    batches = []
    for at in range(CALLERS):
        session, number = f"S{at}", NUMBER[:-1] + str(at)
        visit = [by_ad(at, session, f"V{at}"), leased(at, session, number)]
        first = called(at + 5, f"CA{at}", number, f"+3161234567{at}")
        again = called(at + 90, f"CB{at}", number, ANNA)
        every = [*visit, *first, *again]
        batches.append([with_id(one, at, place) for place, one in enumerate(every)][edge::2])
    return batches if edge else batches[::-1]


def with_id(one: Json, at: int, place: int) -> Json:
    """Give an event the same id whoever makes it."""
    return one | {"id": f"{at * 100 + place + 1:032x}"}


def tell_all(batches: Sequence[Sequence[Json]]) -> int:
    for batch in batches:
        tell(*batch)
    return len(batches)


def finish() -> dict[str, object]:
    settle_all()
    assert not Call.objects.filter(is_settled=False).exists()
    return {**outcome(), "leads": sorted(Lead.objects.values_list("caller", flat=True))}


def test_two_edges_at_once_make_what_one_after_the_other_would(place: str) -> None:
    at_once(place, tell)
    at_once(place, lambda: tell_all(told_by(0)), lambda: tell_all(told_by(1)))
    (both,) = at_once(place, finish)
    at_once(place, clear)
    at_once(place, lambda: tell_all(told_by(0)))
    at_once(place, lambda: tell_all(told_by(1)))
    (after,) = at_once(place, finish)

    assert both == after
    assert len(both["calls"]) == 2 * CALLERS  # type: ignore[arg-type] # a list
