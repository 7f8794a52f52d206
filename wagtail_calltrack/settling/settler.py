"""Calls in slices: each slice in a transaction of its own, by one process at a time (`turns`).

A slice that fails is halved until the call that it fails for stands alone. That one is left as it
is, counted, and tried again at later turns, TRIES times in all; a new fact, or a changed rule,
gives it its chances back. A database that is busy or away is no fault of a call's: the error goes
on to whoever asked.

What is logged of a failure is its kind and place: its text may show what was to be written.
"""

import logging
import time
import traceback
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError
from django.db.models import F, Q
from django.utils import timezone

from calltrack.calls import LONGEST_RINGING, LONGEST_TALK, CallStatus
from wagtail_calltrack.judging import judge
from wagtail_calltrack.leads import gather
from wagtail_calltrack.models import Call, CallCandidate, CallSettings, PrivacySettings
from wagtail_calltrack.models.privacy import FORGOTTEN
from wagtail_calltrack.settling.credited import credits_of
from wagtail_calltrack.settling.marks import unsettle
from wagtail_calltrack.settling.matched import candidates_of, match_calls, write_who
from wagtail_calltrack.settling.told import Name, told_of, write_told
from wagtail_calltrack.settling.turns import alone
from wagtail_calltrack.settling.written import (
    columns_of,
    unsettle_later,
    write_calls,
    write_candidates,
    write_credits,
)

SLICE = 150
"""Calls that are reckoned together, at most."""
FIRST_SLICE = 20
"""And at first, where time is short: each slice is twice the one before."""
TRIES = 5
STALE = timedelta(days=7)
"""So long calls that nobody told the end of are looked for."""

_log = logging.getLogger(__name__)


def settle(limit: int = 1_000, seconds: float = 0.5) -> int:
    """Reckon calls that are not settled, as far as the time goes; give how many were."""
    _end_stale(timezone.now())
    return _in_time(Q(), limit, seconds)


def settle_marked(call_ids: Collection[int], seconds: float) -> int:
    """Reckon those of these calls that are not settled, as far as the time goes."""
    return _in_time(Q(pk__in=list(call_ids)), len(call_ids), seconds)


def settle_these(call_ids: Collection[int]) -> int:
    """Reckon these calls anew, settled or not; give how many were.

    Later calls of the same callers are marked where these tell something else of them now, and
    reckoned with them.
    """
    asked, done = sorted(call_ids), 0
    while asked:
        later: list[int] = []
        for begin in range(0, len(asked), SLICE):
            count, marked = _settle_slice(asked[begin : begin + SLICE])
            done += count
            later += marked
        asked = sorted(set(later))
    return done


def _in_time(which: Q, limit: int, seconds: float) -> int:
    end, size, done = time.monotonic() + seconds, FIRST_SLICE, 0
    waiting = Call.objects.filter(which, is_settled=False, failures__lt=TRIES)
    tried: set[int] = set()
    while done < limit and time.monotonic() < end:
        # A caller's earlier calls first: what they tell of the later ones is then known.
        left = waiting.exclude(pk__in=tried).order_by("failures", "started_at", "pk")
        keys = list(left.values_list("pk", flat=True)[: min(size, limit - done)])
        if not keys:
            break
        count, later = _settle_slice(keys, only_marked=True)
        tried.update(set(keys) - set(later))
        done, size = done + count, min(2 * size, SLICE)
    return done


def _end_stale(now: datetime) -> None:
    """Mark calls of which no end was told in all the time that they may ring or last."""
    lasting = {CallStatus.RINGING: LONGEST_RINGING, CallStatus.IN_PROGRESS: LONGEST_TALK}
    for status, longest in lasting.items():
        span = {"started_at__lt": now - longest, "started_at__gte": now - longest - STALE}
        calls = Call.objects.filter(status=status, is_settled=True, **span)
        if calls.exists():
            unsettle(calls)


def _settle_slice(keys: Sequence[int], *, only_marked: bool = False) -> tuple[int, list[int]]:
    """Reckon some calls; give how many, and the keys of those that are marked by it."""
    try:
        with alone():
            calls = _locked(keys, only_marked=only_marked)
            return len(calls), _reckon(calls) if calls else []
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:  # noqa: BLE001 (whatever is wrong with one call: others go on)
        if len(keys) == 1:
            _note_failure(keys[0], error)
            return 0, []
    middle = len(keys) // 2
    first = _settle_slice(keys[:middle], only_marked=only_marked)
    second = _settle_slice(keys[middle:], only_marked=only_marked)
    return first[0] + second[0], [*first[1], *second[1]]


def _locked(keys: Sequence[int], *, only_marked: bool) -> list[Call]:
    """Read the calls; whoever tells of them now waits, and marks them once more."""
    which = Q(is_settled=False) if only_marked else Q()
    calls = Call.objects.filter(which, pk__in=keys)
    return list(calls.select_for_update(of=("self",)).order_by("pk"))


def _reckon(calls: Sequence[Call]) -> list[int]:
    """Reckon all of these calls, in as many queries for one as for many."""
    before, now = columns_of(calls), timezone.now()
    told = told_of(calls, now)
    write_told(calls, told)
    fresh = _fresh(calls, told, now)
    whos = match_calls(fresh) if fresh else {}
    write_who(fresh, whos)
    shares = credits_of(fresh, whos)
    write_calls(calls, before)
    write_candidates({pk: candidates_of(who) for pk, who in whos.items()})
    write_credits({call.pk: shares.get(call.pk, {}) for call in fresh})
    later = unsettle_later(calls, before)
    judge(calls)
    gather(list(Call.objects.filter(pk__in=before).order_by("pk")))
    return later


def _fresh(calls: Sequence[Call], told: Collection[Name], now: datetime) -> list[Call]:
    """Leave out calls of whose facts some are forgotten: they stay as they were reckoned."""
    lookback = timedelta(days=CallSettings.current().lookback_days)
    since = PrivacySettings.current().visits_since(now) + lookback
    shared = CallCandidate.objects.filter(call__in=calls, session__startswith=FORGOTTEN)
    erased = set(shared.values_list("call", flat=True))
    return [
        call
        for call in calls
        if (call.account, call.call) in told
        and call.pk not in erased
        and (not call.step or (call.started_at >= since and not _is_forgotten(call)))
    ]


def _is_forgotten(call: Call) -> bool:
    return call.visitor.startswith(FORGOTTEN) or call.caller.startswith(FORGOTTEN)


def _note_failure(key: int, error: Exception) -> None:
    Call.objects.filter(pk=key).update(failures=F("failures") + 1)
    last = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{type(error).__name__} in {last.name}, line {last.lineno} of {last.filename}"
    _log.error("call %d could not be reckoned: %s", key, place)
