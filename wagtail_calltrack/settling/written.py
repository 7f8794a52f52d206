"""What was reckoned, into the database: only what differs from what stands there."""

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q

from calltrack.matching import KNOWN_FOR, Candidate
from wagtail_calltrack.models import Call, CallCandidate, CallCredit
from wagtail_calltrack.settling.credited import Shares
from wagtail_calltrack.settling.marks import unsettle
from wagtail_calltrack.settling.matched import SURE

TOLD = (
    *("direction", "number", "caller", "started_at", "answered_at", "ended_at", "status"),
    *("talk_seconds", "ring_seconds", "recording", "forwarded_to", "vestiging"),
)
WHO = ("step", "confidence", "reason", "session", "visitor", "campaign", "site_id")
COLUMNS = (*TOLD, *WHO)

Before = Mapping[int, Mapping[str, Any]]


def columns_of(calls: Iterable[Call]) -> Before:
    """Give what the calls say now, by their keys."""
    return {call.pk: {name: getattr(call, name) for name in COLUMNS} for call in calls}


def write_calls(calls: Sequence[Call], before: Before) -> None:
    """Write what changed of the calls, and that they are settled."""
    changed = [call for call in calls if before[call.pk] != columns_of([call])[call.pk]]
    for call in calls:
        call.is_settled, call.failures = True, 0
    if changed:
        names = [name.removesuffix("_id") for name in COLUMNS]
        Call.objects.bulk_create(
            changed,
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=[*names, "is_settled", "failures", "updated_at"],
        )
    same = {call.pk for call in calls} - {call.pk for call in changed}
    if same:
        Call.objects.filter(pk__in=same).update(is_settled=True, failures=0)


def write_candidates(found: Mapping[int, Sequence[Candidate]]) -> None:
    """Write the sessions that share each of these calls."""
    wanted = {(pk, str(one.session)): one.weight for pk, every in found.items() for one in every}
    rows = CallCandidate.objects.filter(call__in=found)
    there = {(row.call_id, str(row.session)): row for row in rows}
    gone = [row.pk for key, row in there.items() if wanted.get(key) != row.weight]
    if gone:
        CallCandidate.objects.filter(pk__in=gone).delete()
    CallCandidate.objects.bulk_create(
        CallCandidate(call_id=pk, session=session, weight=weight)
        for (pk, session), weight in wanted.items()
        if (pk, session) not in there or there[pk, session].weight != weight
    )


def write_credits(found: Mapping[int, Shares]) -> None:
    """Write the shares of each of these calls."""
    wanted = {
        (pk, model, origin): weight
        for pk, shares in found.items()
        for (model, origin), weight in shares.items()
    }
    rows = CallCredit.objects.filter(call__in=found)
    there = {(row.call_id, str(row.model), row.origin_id): row for row in rows}
    gone = [row.pk for key, row in there.items() if wanted.get(key) != row.weight]
    if gone:
        CallCredit.objects.filter(pk__in=gone).delete()
    CallCredit.objects.bulk_create(
        CallCredit(call_id=pk, model=model, origin_id=origin, weight=weight)
        for (pk, model, origin), weight in wanted.items()
        if (pk, model, origin) not in there or there[pk, model, origin].weight != weight
    )


def unsettle_later(calls: Iterable[Call], before: Before) -> list[int]:
    """Mark the later calls of callers of whom something else is known now; give their keys.

    Whose an earlier call was says who the caller is.
    """
    spans = []
    for call in calls:
        was, now = before[call.pk], columns_of([call])[call.pk]
        if _known_by(was) == _known_by(now):
            continue
        begin, end = sorted((was["started_at"], now["started_at"]))
        for caller in sorted({was["caller"], now["caller"]} - {""}):
            span = Q(started_at__gt=begin, started_at__lte=end + KNOWN_FOR)
            spans.append(Q(caller=caller) & span)
    if not spans:
        return []
    found = Call.objects.filter(reduce(or_, spans)).order_by("pk")
    keys = list(found.values_list("pk", flat=True))
    if keys:
        unsettle(Call.objects.filter(pk__in=keys))
    return keys


def _known_by(columns: Mapping[str, Any]) -> Sequence[Any] | None:
    """Give what a call tells of its caller; None where that is nothing."""
    if columns["step"] not in SURE or not columns["session"]:
        return None
    names = ("caller", "started_at", "session", "visitor", "campaign", "confidence")
    return [columns[name] for name in names]
