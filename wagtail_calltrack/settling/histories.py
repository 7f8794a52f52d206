"""Who had the numbers that were called: lease events, folded, as far back as a call asks.

A busy number has thousands of events a month, and a call asks for the last few: so the last day is
read first; a month for calls that find nobody there who had the number before; and all there is for
those that find nobody at all. Each is one query for all calls together, and as much further back as
a lease may last.

Later events are read as well, as long as a lease lasts: a renewal names the moment at which its
lease was given, so it makes good for an event that was lost.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import reduce
from operator import or_

from django.db.models import Max, Q

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
        by_number = _read(asking, None if reach is None else reach + lease, lease)
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


def _read(
    calls: Sequence[Call], reach: timedelta | None, lease: timedelta
) -> Mapping[str, Sequence[Holding]]:
    spans = _spans(calls, reach, lease)
    rows = LeaseEvent.objects.filter(reduce(or_, spans)).order_by("at", "id")
    folds: dict[str, Fold] = {}
    for row in rows.iterator(chunk_size=2_000):
        folds.setdefault(row.number, Fold()).add(event_of(row))
    return {number: fold.holdings() for number, fold in folds.items()}


def _spans(calls: Sequence[Call], reach: timedelta | None, lease: timedelta) -> Sequence[Q]:
    """Ask for the numbers and the time of calls that lie close together, together."""
    spans: list[tuple[datetime, datetime, set[str]]] = []
    for call in sorted(calls, key=lambda one: one.started_at):
        begin, end, numbers = spans[-1] if spans else (call.started_at, call.started_at, set())
        if not spans or (reach is not None and call.started_at - end > reach):
            spans.append((call.started_at, call.started_at, {call.number}))
        else:
            spans[-1] = (begin, call.started_at, numbers | {call.number})
    return [
        Q(number__in=numbers, at__lte=end + lease)
        & (Q() if reach is None else Q(at__gte=begin - reach))
        for begin, end, numbers in spans
    ]
