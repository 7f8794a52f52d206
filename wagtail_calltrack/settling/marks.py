"""Which calls are to be reckoned anew, because something was told that they are reckoned from.

- A call of which a carrier told: in the transaction that stores what it told. That one waits for
  its turn first, so whoever is reckoning calls at that moment ends before, and it is reckoned once
  more.
- A call that a lease or a source touches: once these are committed. Marked before, a call that came
  in at the same moment would miss both: its own transaction does not see them, and the mark not it.
  Whoever dies between is sent the same again, for nobody was told that it was stored.

A mark also gives a call that could not be reckoned its chances back.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from calltrack.calls import CallStatus, Direction
from wagtail_calltrack.models import Call, CallCandidate, CallEvent, VisitorSession
from wagtail_calltrack.models.privacy import FORGOTTEN
from wagtail_calltrack.settling.turns import alone


@dataclass(slots=True)
class Late:
    """What may change calls that are settled: since when, by the number, session or visitor."""

    numbers: dict[str, datetime] = field(default_factory=dict)
    sessions: dict[str, datetime] = field(default_factory=dict)
    visitors: dict[str, datetime] = field(default_factory=dict)

    def since(self) -> datetime | None:
        """Give the earliest moment that a call must have come after; None where nothing is new."""
        every = (self.numbers, self.sessions, self.visitors)
        return min((moment for one in every for moment in one.values()), default=None)


def note(found: dict[str, datetime], key: str, at: datetime) -> None:
    """Keep the earliest moment of a number, session or visitor."""
    found[key] = min(found.get(key, at), at)


def unsettle(calls: QuerySet[Call]) -> int:
    """Have these calls reckoned anew; give how many there are."""
    return calls.update(is_settled=False, failures=0)


def make_calls(told: Sequence[CallEvent]) -> list[int]:
    """Make the calls that are new, and mark those that are not; give their keys.

    To be called in the transaction that stores the events, and has waited for its turn before that.
    A new call's columns are provisional. What is told late of a call whose caller was forgotten or
    erased would bring them back: it is not kept.
    """
    if not told:
        return []
    first: dict[tuple[str, str], CallEvent] = {}
    for event in sorted(told, key=lambda one: (one.account, one.call, one.started_at or one.at)):
        first.setdefault((event.account, event.call), event)
    Call.objects.bulk_create([_begun(event) for event in first.values()], ignore_conflicts=True)
    accounts, names = zip(*first, strict=True)
    meant = Call.objects.filter(account__in=set(accounts), call__in=set(names))
    rows = list(meant.order_by("pk").values_list("pk", "account", "call", "caller"))
    named = [(pk, (account, name), caller) for pk, account, name, caller in rows]
    gone = {name for _pk, name, caller in named if caller.startswith(FORGOTTEN)}
    if gone:
        late = [one.pk for one in told if (one.account, one.call) in gone]
        CallEvent.objects.filter(pk__in=late).delete()
    found = [pk for pk, name, _caller in named if name in first and name not in gone]
    unsettle(Call.objects.filter(pk__in=found))
    return found


def unsettle_touched(late: Late) -> list[int]:
    """Mark the calls that these touch, and give their keys: one query where there are none."""
    since = late.since()
    if since is None:
        return []
    sessions = list(late.sessions)
    of_visitors = VisitorSession.objects.filter(visitor__in=list(late.visitors)).values("id")
    candidates = CallCandidate.objects.filter(call=OuterRef("pk")).filter(
        Q(session__in=sessions) | Q(session__in=of_visitors)
    )
    meant = Call.objects.filter(
        Q(number__in=list(late.numbers))
        | Q(session__in=sessions)
        | Q(visitor__in=list(late.visitors))
        | Exists(candidates),
        started_at__gte=since,
    )
    rows = meant.order_by("pk").values_list("pk", "number", "session", "visitor", "started_at")
    found = [pk for pk, *keys, at in rows if _is_touched(late, keys, at)]
    if found:
        with alone():
            unsettle(Call.objects.filter(pk__in=found))
    return found


def _is_touched(late: Late, keys: Iterable[str], at: datetime) -> bool:
    """Say whether what is told began before the call; of a candidate's it is not asked again."""
    every: Iterable[Mapping[str, datetime]] = (late.numbers, late.sessions, late.visitors)
    named = [one[key] for one, key in zip(every, keys, strict=True) if key in one]
    return not named or min(named) <= at


def _begun(event: CallEvent) -> Call:
    return Call(
        account=event.account,
        call=event.call,
        direction=event.direction or Direction.IN,
        number=event.number,
        caller=event.caller,
        started_at=event.started_at or event.at,
        status=event.status or CallStatus.RINGING,
        vestiging=event.vestiging,
    )
