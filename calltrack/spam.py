"""Which calls are spam. The first that fits, in this order, is why:

=========  ======================================================================
blocked    the caller is on the block list
excluded   the caller never counts: the firm's own people, suppliers
anonymous  the caller withholds the number, and the firm wants none of these
short      answered, and over within so few seconds: a wrong number, a dialler
=========  ======================================================================

Calls that the firm makes are never spam. A call that is not over yet is not short.
"""

from collections.abc import Set
from dataclasses import dataclass
from enum import StrEnum

from calltrack.pastcalls import PastCall


class SpamReason(StrEnum):
    """Why a call is spam; the table above tells each."""

    BLOCKED = "blocked"
    EXCLUDED = "excluded"
    ANONYMOUS = "anonymous"
    SHORT = "short"


@dataclass(frozen=True, slots=True)
class SpamRules:
    """What the firm takes for spam. `shortest_seconds` is the least talk time that is none."""

    blocked: Set[str] = frozenset()
    excluded: Set[str] = frozenset()
    anonymous: bool = False
    shortest_seconds: int = 0

    def always(self, caller: str) -> bool:
        """Say whether all calls of a caller are spam, whatever becomes of them."""
        return caller in self.blocked or caller in self.excluded


def spam_reason(call: PastCall, rules: SpamRules) -> SpamReason | None:
    """Say why a call is spam; None where it is none."""
    if not call.is_incoming:
        return None
    found = {
        SpamReason.BLOCKED: call.caller in rules.blocked,
        SpamReason.EXCLUDED: call.caller in rules.excluded,
        SpamReason.ANONYMOUS: rules.anonymous and not call.caller,
        SpamReason.SHORT: call.was_spoken and call.talk_seconds < rules.shortest_seconds,
    }
    return next((reason for reason, fits in found.items() if fits), None)
