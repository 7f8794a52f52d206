"""What the scripts in `lua/` answer, as values: the facts of a lease, and what happened to it.

Units: moments are microseconds since 1970 in an answer, as texts, "0" for never.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from calltrack.events import EndReason, Event
from calltrack.leases import Lease, PoolKey, SessionId, VestigingKey
from calltrack.numbers import PhoneNumber
from calltrack.stores import lease_events
from calltrack.stores.sqlite import to_moment


class Change(NamedTuple):
    """One thing that a script did. `extra`: the session before, or why a lease ended."""

    kind: str
    lease: Lease
    extra: str

    @classmethod
    def read(cls, told: tuple[str, Sequence[str], str]) -> "Change":
        """Read what a script told."""
        kind, fact, extra = told
        return cls(kind, read_lease(fact), extra)

    @property
    def is_asked_for(self) -> bool:
        """Say whether it gave what a page asked for."""
        return self.kind in {"given", "renewed"}

    def event(self, at: datetime) -> Event:
        """Tell it to everybody."""
        match self.kind:
            case "given":
                return lease_events.given(self.lease, before=self.extra or None)
            case "renewed" | "confirmed":
                return lease_events.renewed(self.lease, at)
            case "pinned":
                return lease_events.pinned(self.lease, self.lease.pinned_until or at, at)
            case "unpinned":
                return lease_events.unpinned(self.lease, at)
        return lease_events.ended(self.lease, at, EndReason(self.extra))


def read_lease(fact: Sequence[str]) -> Lease:
    """Read what the script's `fact` wrote."""
    number, pool, vestiging, session, *moments, shared = fact
    given_at, promised, kept, ended, pinned = map(int, moments)
    return Lease(
        number=PhoneNumber(number),
        pool=PoolKey(pool),
        vestiging=VestigingKey(vestiging),
        session=SessionId(session),
        given_at=to_moment(given_at),
        promised_until=to_moment(promised),
        kept_until=to_moment(kept),
        ended_at=to_moment(ended) if ended else None,
        pinned_until=to_moment(pinned) if pinned else None,
        is_shared=bool(shared),
    )
