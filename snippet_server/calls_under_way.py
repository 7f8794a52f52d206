"""The calls that go on, and those that ended lately, as this process heard of them.

Carriers tell late, twice, in any order, or not at all: a call that ended stays ended, whatever is
told of it afterwards, and one whose end nobody tells is forgotten after the longest that a call
may last. Both are bounded: of too many the oldest are forgotten.
"""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

from calltrack.calls import CallId, CallReport, Phase
from calltrack.leases import VestigingKey
from calltrack.numbers import PhoneNumber

LONGEST = timedelta(hours=4)
"""The longest that a call may last, and so the longest that a number is kept for one."""

USUAL = timedelta(minutes=30)
"""A call that began longer ago keeps its number no longer once another one on it ends.

Of its own end another process may have heard.
"""

MOST = 10_000

CallKey = tuple[str, CallId]


@dataclass(slots=True)
class UnderWay:
    """A call that goes on."""

    since: datetime
    number: PhoneNumber | None
    vestiging: VestigingKey | None = None  # it was connected to


class CallsUnderWay:
    """What is known of calls, by account and call."""

    def __init__(self, *, most: int = MOST) -> None:
        """Know of none."""
        self._most = most
        self._calls: OrderedDict[CallKey, UnderWay] = OrderedDict()
        self._ended: OrderedDict[CallKey, datetime] = OrderedDict()

    def __len__(self) -> int:
        """Count those that go on."""
        return len(self._calls)

    def call(self, report: CallReport) -> UnderWay | None:
        """Give the call that a report is about, if it goes on."""
        return self._calls.get((report.account, report.call))

    def note(
        self, report: CallReport, number: PhoneNumber | None, *, now: datetime
    ) -> UnderWay | None:
        """Take note of a report; give the call that goes on, or that ended with it.

        None: it had ended before, or nothing was known of it.
        """
        key = (report.account, report.call)
        self._forget(now)
        if key in self._ended or report.phase is Phase.RECORDED:
            return None
        known = self._calls.get(key)
        if report.phase is Phase.ENDED:
            self._ended[key] = now
            self._calls.pop(key, None)
            return known or UnderWay(now, number)
        if known is None:
            known = self._calls[key] = UnderWay(now, number)
        known.number = known.number or number
        return known

    def is_in_call(self, number: PhoneNumber, *, now: datetime) -> bool:
        """Say whether a call to this number is likely to go on."""
        calls = self._calls.values()
        return any(call.number == number and now - call.since < USUAL for call in calls)

    def count(self, *, now: datetime) -> int:
        """Count the calls that go on now."""
        self._forget(now)
        return len(self._calls)

    def _forget(self, now: datetime) -> None:
        """Let go of what is too old, or too much."""
        while self._calls:
            key = next(iter(self._calls))
            if len(self._calls) <= self._most and now - self._calls[key].since < LONGEST:
                break
            del self._calls[key]
        while self._ended:
            key = next(iter(self._ended))
            if len(self._ended) <= self._most and now - self._ended[key] < LONGEST:
                break
            del self._ended[key]
