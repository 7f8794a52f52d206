"""How often something happened, by kind and reason, in this process since it started.

The reasons are words of ours, never anything a visitor sent: the number of names stays small.

===========  =====================================================================================
kind         reasons
===========  =====================================================================================
answer       2xx, …; left: the visitor was gone
ours         answers under our own prefix, by status
page         what became of a page, as in the access log
cache        hit, miss, revalidated, stale, passed:WHY: where an answer came from (`shared_cache`)
dry          what would have become of a page, in a dry run
view         new, known: of sessions; known_without_store, known_confirming: of the known ones
ask          what pages asked through the snippet, by who asked: known, no_consent and so on, as in
             `visitor`; unknown_site; withdrawn: a session that ended with a no; leave; lead, and
             lead_alone: a form without a session
store        calls: take_new, take_more, take_confirm, take_renewal, confirm (in the background),
             release, pin, unpin; what became of them: down, slow; confirm_later: too many at once
pool         exhausted, capped, shared: for each vestiging that lacked a number of its own
outbox       late: events that wait in memory for the disk
webhook      of carriers, each with its provider before it: twilio.good; .unreadable, of the good
             ones; the others are refused: .unsigned, .forged, .late, .other_account, .not_set_up
call         to_static, to_holder, to_pool, to_own, to_unknown: how a vestiging was found for a call
             that came in; pin_given_up: too many numbers wait for the store
===========  =====================================================================================

Of the page views of known sessions, `known_without_store` needed no store; `known_confirming` asked
it only to confirm what the session was given with its first page.
"""

from collections import Counter
from collections.abc import Mapping


class Counters:
    """Counts by kind and reason: `page` `personal`, `upstream` `timeout`, `store` `down`."""

    def __init__(self) -> None:
        """Start at nothing."""
        self._counts: Counter[str] = Counter()

    def add(self, kind: str, reason: str, count: int = 1) -> None:
        """Count one event, or several."""
        if count:
            self._counts[f"{kind}.{reason}"] += count

    def snapshot(self) -> Mapping[str, int]:
        """Give all counts by `kind.reason`, in the order of their names."""
        return dict(sorted(self._counts.items()))
