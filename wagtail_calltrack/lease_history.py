"""Who holds which number now: lease events as the database has them, folded.

`calltrack.history` says what events mean; here those that matter are found. A holding that counts
now has an event whose `until` lies ahead, of a lease that began at its `given_at`. What such a
lease took over, or stands beside, began before it and was not over then. So of each number all is
read that happened since the first of these beginnings: three queries, however much is held.

A number that was taken back and given to another is the other's alone. One whose session let go is
still promised: `ended_at` tells. What edges have not sent yet is not known here, and neither is
what the Plan says of the number by now.

Units: moments are aware UTC datetimes.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import reduce
from operator import or_

from django.db.models import F, Min, Q, Value
from django.db.models.functions import Coalesce, Concat
from django.utils import timezone

from calltrack.events import Event, EventId, Kind
from calltrack.history import Fold, Holding
from wagtail_calltrack.models import LeaseEvent

_WORDS = ("session", "vestiging", "pool", "number", "before", "reason")
_MOMENTS = ("given_at", "promised_until", "kept_until", "pinned_until")


def current_holdings(now: datetime | None = None) -> Sequence[Holding]:
    """Give what is promised, kept, or held by a call now, by pool and number."""
    at = now or timezone.now()
    began = _beginnings(Q(until__gt=at), at)
    if not began:
        return ()
    began |= _beginnings(_each(began, at, "until__gt"), at)
    rows = LeaseEvent.objects.filter(_each(began, at, "at__gte"), at__lte=at).order_by("at", "id")
    found = _folded(row for row in rows if row.at >= began[row.number])
    current = [h for h in found if h.is_kept(at) or h.is_pinned(at)]
    return sorted(current, key=lambda h: (h.pool, h.number.e164, h.given_at))


def event_of(row: LeaseEvent) -> Event:
    """Give the event that a row was made of."""
    data: dict[str, str | int] = {name: getattr(row, name) for name in _WORDS if getattr(row, name)}
    for name in _MOMENTS:
        moment = getattr(row, name)
        if moment is not None:
            data[name] = moment.astimezone(UTC).isoformat()
    if row.is_shared:
        data["shared"] = 1
    return Event(Kind(row.kind), row.at.astimezone(UTC), data, EventId(row.id.hex))


def _beginnings(which: Q, at: datetime) -> dict[str, datetime]:
    """Give the first beginning of a lease, by number, among the events that are meant.

    Grouped by an expression: by the column SQLite would walk through the index of all there ever
    was, in place of the few that are meant.
    """
    found = LeaseEvent.objects.filter(which, at__lte=at).order_by()
    by_number = found.values_list(Concat("number", Value("")))
    return dict(by_number.annotate(began=Min(Coalesce(F("given_at"), F("at")))))


def _each(began: Mapping[str, datetime], at: datetime, column: str) -> Q:
    """Ask of each number from its own moment on, or a little before.

    Numbers held for about as long go together: neither a clause for each, nor days of all numbers
    because one is held for days.
    """
    alike: dict[int, list[str]] = {}
    for number, moment in began.items():
        alike.setdefault(int((at - moment).total_seconds()).bit_length(), []).append(number)
    return reduce(
        or_,
        (
            Q(number__in=numbers, **{column: min(began[number] for number in numbers)})
            for numbers in alike.values()
        ),
    )


def _folded(rows: Iterable[LeaseEvent]) -> Iterable[Holding]:
    """Fold the rows, each number's by themselves."""
    folds: dict[str, Fold] = {}
    for row in rows:
        folds.setdefault(row.number, Fold()).add(event_of(row))
    return (holding for fold in folds.values() for holding in fold.holdings())
