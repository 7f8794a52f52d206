"""A ledger of all promises ever made, which knows nothing of how numbers are chosen.

A number promised to a session goes to nobody else before, unless its visitor brought it along or
the lease says that it is shared; beside a share only the holder goes on; while a call is on,
a number is not even shared; and a client keeps no more than its cap.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from calltrack.events import Event, Kind
from calltrack.leases import Ask, Before, Lease, SessionId, Taken
from tests.calltrack.stores.words import number


@dataclass
class Promise:
    """A line of the ledger."""

    session: str
    until: datetime
    kept: datetime
    is_shared: bool = False
    is_pin: bool = False


def number_of(lease: Lease) -> int:
    """Give the n of the n-th number."""
    return int(lease.number.e164[-7:])


class Ledger:
    """Checks each lease against all promises; then it is one of them."""

    def __init__(self, numbers: Sequence[int]) -> None:
        """Begin with nothing promised."""
        self._promises: list[list[Promise]] = [[] for _ in numbers]
        self._holders: list[str | None] = [None for _ in numbers]
        self._clients: dict[tuple[int, str, datetime], str] = {}

    def enter(self, session: str, asks: Sequence[Ask], taken: Taken, now: datetime) -> None:
        """Check what a take gave."""
        for wanted in asks:
            if lease := taken.leases.get(wanted.vestiging):
                self._enter(session, wanted, lease, taken.events, now)

    def _enter(
        self, session: str, wanted: Ask, lease: Lease, events: Iterable[Event], now: datetime
    ) -> None:
        n = number_of(lease)
        is_told = any(
            event.kind is Kind.LEASE_GIVEN
            and event.data["number"] == lease.number.e164
            and "before" in event.data
            for event in events
        )
        before = Before(number(n), SessionId(self._holders[n] or ""))
        if wanted.before == before and (is_told or not lease.is_shared):
            for promise in self._promises[n]:
                if promise.session == before.session:
                    promise.session = session
            self._holders[n] = session
        others = [p for p in self._promises[n] if p.until > now and p.session != session]
        if not lease.is_shared:
            mine = [p for p in self._promises[n] if p.session == session and not p.is_shared]
            assert all(promise.is_shared for promise in others)
            assert others == [] or any(promise.kept > now for promise in mine)
            self._holders[n] = session
        if lease.given_at == now:
            assert not any(promise.is_pin for promise in others)
        self._promises[n].append(
            Promise(session, lease.promised_until, lease.kept_until, is_shared=lease.is_shared)
        )

    def pin(self, n: int, until: datetime) -> None:
        """A call begins."""
        if (holder := self._holders[n]) is not None:
            self._promises[n].append(Promise(holder, until, until, is_pin=True))

    def unpin(self, n: int, events: Iterable[Event], until: datetime) -> None:
        """A call ends, and what is told of it is a promise."""
        self._promises[n] = [promise for promise in self._promises[n] if not promise.is_pin]
        for event in events:
            assert event.data["session"] == self._holders[n]
            self._promises[n].append(Promise(str(event.data["session"]), until, until))

    def note_client(self, session: str, client: str | None, taken: Taken) -> None:
        """Note whose unconfirmed leases these are; a take without a client confirms all."""
        if client is None:
            self._clients = {key: who for key, who in self._clients.items() if key[1] != session}
            return
        new = {e.data["number"] for e in taken.events if e.kind is Kind.LEASE_GIVEN}
        for lease in taken.leases.values():
            if lease.number.e164 in new:
                self._clients[number_of(lease), session, lease.given_at] = client

    def check_caps(
        self, client: str, asks: Sequence[Ask], taken: Taken, held: Sequence[Lease], now: datetime
    ) -> None:
        """Count what the client keeps of each pool that gave it something new."""
        given_from = {e.data["pool"] for e in taken.events if e.kind is Kind.LEASE_GIVEN}
        for pool in given_from:
            caps = [wanted.cap for wanted in asks if wanted.pool == pool]
            limits = [cap for cap in caps if cap is not None]
            if len(limits) < len(caps):
                continue
            kept = [
                lease
                for lease in held
                if lease.pool == pool and lease.kept_until > now
                if self._clients.get((number_of(lease), lease.session, lease.given_at)) == client
            ]
            assert len(kept) <= max(limits)
