"""Who had the numbers that were called: lease events, folded, as far back as a call asks.

A busy number has thousands of events a month, and a call asks for the last few: so the last day is
read first; a month for calls that find nobody there who had the number before; and for those that
find nobody at all the day before it was last anybody's, however long ago. Each is one query for
all calls together, and as much further back as a lease may last.

Later events are read as well, as long as a lease lasts: a renewal names the moment at which its
lease was given, so it makes good for an event that was lost.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import reduce
from operator import or_

from django.db.models import Max, Q, Value
from django.db.models.functions import Concat

from calltrack.history import Fold, Holding
from wagtail_calltrack.lease_history import event_of
from wagtail_calltrack.models import Call, LeaseEvent, TrackedSite

DAY, MONTH = timedelta(hours=25), timedelta(days=31)
SPARE = timedelta(hours=1)
_USUAL = 30


def holdings_of(calls: Iterable[Call]) -> Mapping[int, Sequence[Holding]]:
    """Give each call, by its key, the history of its number."""
    lease = _longest_lease()
    asking = [call for call in calls if call.number]
    found: dict[int, Sequence[Holding]] = {}
    for reach in (DAY, MONTH, None):
        if not asking:
            break
        spans = _spans(asking, reach + lease, lease) if reach else _long_ago(asking, lease)
        by_number = _read(spans)
        found |= {call.pk: by_number.get(call.number, ()) for call in asking}
        asking = [call for call in asking if not _is_enough(found[call.pk], call, reach)]
    return found


def _is_enough(holdings: Sequence[Holding], call: Call, reach: timedelta | None) -> bool:
    """Say whether more history would say nothing else of a call."""
    before = [one for one in holdings if one.given_at <= call.started_at]
    if reach == DAY:
        having = {one.session for one in before if one.is_kept(call.started_at)}
        return any(one.session not in having for one in before)
    return reach is None or bool(before)


def _longest_lease() -> timedelta:
    """Give how long a lease may last without a sign of its visitor: the hold, and a tenth."""
    hold = TrackedSite.objects.aggregate(longest=Max("hold_minutes"))["longest"] or _USUAL
    return timedelta(minutes=hold) * 1.1 + SPARE


def _read(spans: Sequence[Q]) -> Mapping[str, Sequence[Holding]]:
    if not spans:
        return {}
    rows = LeaseEvent.objects.filter(reduce(or_, spans)).order_by("at", "id")
    folds: dict[str, Fold] = {}
    for row in rows.iterator(chunk_size=2_000):
        folds.setdefault(row.number, Fold()).add(event_of(row))
    return {number: fold.holdings() for number, fold in folds.items()}


def _spans(calls: Sequence[Call], reach: timedelta, lease: timedelta) -> Sequence[Q]:
    """Ask for the numbers and the time of calls that lie close together, together."""
    spans: list[tuple[datetime, datetime, set[str]]] = []
    for call in sorted(calls, key=lambda one: one.started_at):
        begin, end, numbers = spans[-1] if spans else (call.started_at, call.started_at, set())
        if not spans or call.started_at - end > reach:
            spans.append((call.started_at, call.started_at, {call.number}))
        else:
            spans[-1] = (begin, call.started_at, numbers | {call.number})
    return [
        Q(number__in=numbers, at__gte=begin - reach, at__lte=end + lease)
        for begin, end, numbers in spans
    ]


def _long_ago(calls: Sequence[Call], lease: timedelta) -> Sequence[Q]:
    """Ask for the day before the last event of each number that was before all of these calls.

    Grouped by an expression: by the column SQLite would walk through all there ever was.
    """
    moments: dict[str, list[datetime]] = {}
    for call in calls:
        moments.setdefault(call.number, []).append(call.started_at)
    before = [Q(number=number, at__lte=min(every)) for number, every in moments.items()]
    rows = LeaseEvent.objects.filter(reduce(or_, before)).order_by()
    lasts = rows.values_list(Concat("number", Value(""))).annotate(last=Max("at"))
    return [
        Q(number=number, at__gte=last - DAY - lease, at__lte=max(moments[number]) + lease)
        for number, last in lasts
    ]
