"""Which calls are target calls: somebody new, who was spoken to for long enough.

A target call is incoming, answered, no spam, has at least the talk time that its rule asks for, and
its caller has had no other target call within the sales cycle before it. So:

- Of a caller's calls the first that is long enough counts, once in a cycle. Calls before it that
  were missed or too short take nothing away from it.
- A cycle begins with a call that counts and is over after so many days to the second. A call at
  exactly that moment begins the next one. Calls within a cycle do not make it longer.
- The rule is the narrowest: of the campaign on the site, of the campaign, of the site, of the firm.
  Threshold and cycle are those of the later call's rule.
- Sites are businesses of their own: whoever ordered sushi is new to the firm's ceilings. A call
  whose site is not known may be either's: it repeats a call of any site, and any call repeats it.
- Who withholds the number cannot be known again: each such call is a caller of its own, and counts.
  A firm that does not want that calls them spam.

A *first call* is the first in a cycle whatever became of it (missed ones, too): with it a caller
appears.

Calls are taken in the order of their time, not of their arrival: whoever judges all calls of a
caller again gets the same, however late one came in.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from calltrack.pastcalls import PastCall


class TargetReason(StrEnum):
    """Why a call counts, or why not: the first that fits, from the bottom up to «target»."""

    TARGET = "target"
    ANONYMOUS = "anonymous"  # it counts, and nobody can tell whether the caller is new
    REPEAT = "repeat"  # of a target call within the cycle; with the cycle's days
    SHORT = "short"  # with the seconds it should have had
    UNANSWERED = "unanswered"
    RUNNING = "running"  # it is not over
    SPAM = "spam"
    OUTGOING = "outgoing"


@dataclass(frozen=True, slots=True)
class TargetRule:
    """From how much talk time on a call counts, and for how long a caller is no new one."""

    talk_seconds: int
    cycle: timedelta


@dataclass(frozen=True, slots=True)
class TargetRules:
    """The firm's rule, and narrower ones by (site, campaign), "" for any."""

    firm: TargetRule
    narrower: Mapping[tuple[str, str], TargetRule] = field(default_factory=dict)

    def of(self, call: PastCall) -> TargetRule:
        """Give the narrowest that a call falls under."""
        keys = (call.site, call.campaign), ("", call.campaign), (call.site, "")
        return next((self.narrower[key] for key in keys if key in self.narrower), self.firm)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a call is. `figure` belongs to the reason: seconds, or days."""

    is_first: bool
    reason: TargetReason
    figure: int = 0

    @property
    def is_target(self) -> bool:
        """Say whether it counts."""
        return self.reason in {TargetReason.TARGET, TargetReason.ANONYMOUS}


def judge(calls: Iterable[PastCall], rules: TargetRules, spam: Set[int]) -> dict[int, Verdict]:
    """Judge calls, by their ids; of each caller there must be all. `spam` has ids."""
    by_caller: dict[str, list[PastCall]] = defaultdict(list)
    for call in sorted(calls, key=lambda one: one.place):
        by_caller[call.caller].append(call)
    found = {call.id: _judge_anonymous(call, rules, spam) for call in by_caller.pop("", ())}
    for of_one in by_caller.values():
        found |= _judge_caller(of_one, rules, spam)
    return found


def _judge_anonymous(call: PastCall, rules: TargetRules, spam: Set[int]) -> Verdict:
    return _lacks(call, rules.of(call), spam) or Verdict(True, TargetReason.ANONYMOUS)


def _judge_caller(
    calls: Sequence[PastCall], rules: TargetRules, spam: Set[int]
) -> dict[int, Verdict]:
    """Judge the calls of one caller, in the order of their time."""
    found: dict[int, Verdict] = {}
    firsts: list[PastCall] = []
    targets: list[PastCall] = []
    for call in calls:
        rule = rules.of(call)
        counts = call.is_incoming and call.id not in spam
        is_first = counts and not _repeats(call, firsts, rule.cycle)
        if is_first:
            firsts.append(call)
        verdict = _lacks(call, rule, spam, is_first=is_first)
        if verdict is None and _repeats(call, targets, rule.cycle):
            verdict = Verdict(is_first, TargetReason.REPEAT, rule.cycle.days)
        if verdict is None:
            targets.append(call)
            verdict = Verdict(is_first, TargetReason.TARGET)
        found[call.id] = verdict
    return found


def _lacks(
    call: PastCall, rule: TargetRule, spam: Set[int], *, is_first: bool = True
) -> Verdict | None:
    """Say what a call itself lacks to count; None where it lacks nothing."""
    if not call.is_incoming:
        return Verdict(False, TargetReason.OUTGOING)
    if call.id in spam:
        return Verdict(False, TargetReason.SPAM)
    if not call.status.is_over:
        return Verdict(is_first, TargetReason.RUNNING)
    if not call.was_spoken:
        return Verdict(is_first, TargetReason.UNANSWERED)
    if call.talk_seconds < rule.talk_seconds:
        return Verdict(is_first, TargetReason.SHORT, rule.talk_seconds)
    return None


def _repeats(call: PastCall, earlier: Sequence[PastCall], cycle: timedelta) -> bool:
    """Say whether one of the earlier calls, in the order of their time, began a cycle it is in."""
    for one in reversed(earlier):
        if call.at - one.at >= cycle:
            return False
        if one.site == call.site or not (one.site and call.site):
            return True
    return False
