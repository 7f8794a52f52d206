"""What happened to a lease, told as events: the same words from every store."""

from datetime import datetime

from calltrack.events import EndReason, Event, Kind
from calltrack.leases import Ask, Lease, SessionId


def given(lease: Lease, *, before: str | None = None) -> Event:
    """Tell of a new lease. `before`: the session whose number and promise it took over."""
    data = _told(lease) | _until(lease)
    if before is not None:
        data["before"] = before
    return Event(Kind.LEASE_GIVEN, lease.given_at, data)


def renewed(lease: Lease, at: datetime) -> Event:
    """Tell that a lease is promised for longer."""
    return Event(Kind.LEASE_RENEWED, at, _told(lease) | _until(lease) | _since(lease))


def pinned(lease: Lease, until: datetime, at: datetime) -> Event:
    """Tell that a call goes on."""
    moments: dict[str, str | int] = {"pinned_until": until.isoformat()}
    return Event(Kind.LEASE_PINNED, at, _told(lease) | moments | _since(lease))


def unpinned(lease: Lease, at: datetime) -> Event:
    """Tell that the call is over. A lease given at that moment is a new one."""
    moments: dict[str, str | int] = {"promised_until": lease.promised_until.isoformat()}
    return Event(Kind.LEASE_UNPINNED, at, _told(lease) | moments | _since(lease))


def ended(lease: Lease, at: datetime, reason: EndReason) -> Event:
    """Tell that a lease ended before it was over by itself."""
    why: dict[str, str | int] = {"reason": reason.value}
    return Event(Kind.LEASE_ENDED, at, _told(lease) | why | _since(lease))


def exhausted(session: SessionId, ask: Ask, at: datetime) -> Event:
    """Tell that a pool had nothing to give."""
    data = {"session": session, "vestiging": ask.vestiging, "pool": ask.pool}
    return Event(Kind.POOL_EXHAUSTED, at, data)


def _told(lease: Lease) -> dict[str, str | int]:
    return {
        "session": lease.session,
        "vestiging": lease.vestiging,
        "pool": lease.pool,
        "number": lease.number.e164,
    }


def _until(lease: Lease) -> dict[str, str | int]:
    found: dict[str, str | int] = {
        "promised_until": lease.promised_until.isoformat(),
        "kept_until": lease.kept_until.isoformat(),
    }
    return found | {"shared": 1} if lease.is_shared else found


def _since(lease: Lease) -> dict[str, str | int]:
    return {"given_at": lease.given_at.isoformat()}
