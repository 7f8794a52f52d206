"""Missed calls, and the calls in which their callers were spoken to after all.

A missed call is incoming and was not answered, whatever the reason: nobody picked up, the line was
busy, it failed, or a machine took it. It is called back by the first answered call with the same
number that begins later, within so many hours (to the second, that moment included), whichever of
the two dialled. One conversation answers all missed calls before it.

Spam neither waits for an answer nor is one. Who withholds the number cannot be called back.
"""

from collections.abc import Iterable, Sequence, Set
from datetime import timedelta
from itertools import groupby

from calltrack.calls import CallStatus
from calltrack.pastcalls import PastCall

MISSED = frozenset(
    {CallStatus.MISSED, CallStatus.BUSY, CallStatus.FAILED, CallStatus.VOICEMAIL},
)


def called_back(
    calls: Iterable[PastCall], *, within: timedelta, spam: Set[int] = frozenset()
) -> dict[int, int]:
    """Give, by the ids of missed calls, the ids of the calls that answered them."""
    real = (one for one in calls if one.caller and one.id not in spam)
    ordered = sorted(real, key=lambda one: (one.caller, one.place))
    found: dict[int, int] = {}
    for _caller, of_one in groupby(ordered, key=lambda one: one.caller):
        found |= _answers(list(of_one), within)
    return found


def _answers(calls: Sequence[PastCall], within: timedelta) -> dict[int, int]:
    """Find the answers of one caller, from the last call to the first."""
    found: dict[int, int] = {}
    answer: PastCall | None = None
    for call in reversed(calls):
        if call.was_spoken:
            answer = call
        elif (
            call.is_incoming and call.status in MISSED and answer and answer.at - call.at <= within
        ):
            found[call.id] = answer.id
    return found
