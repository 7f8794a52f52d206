"""Calls as carriers tell of them, webhook by webhook: the tables in this folder hold them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from calltrack.calls import CallReport, CallStatus
from calltrack.plan import Provider
from calltrack.telephony.carriers import CARRIERS
from calltrack.telephony.webhook import Webhook
from tests.calltrack.telephony.signing import START, Sent, account, sign

NUMBER, CALLER, FORWARD = "+31850199999", "+31612345678", "+31101234567"


@dataclass(frozen=True, slots=True)
class Hook:
    """One webhook of a call, and when it comes."""

    name: str
    after: int
    sent: Sent

    @property
    def at(self) -> datetime:
        return moment(self.after)

    def signed(self, provider: Provider) -> Webhook:
        """Give it as the carrier sends it."""
        return sign(provider, self.sent, at=self.at)

    def reports(self, provider: Provider, *, delay: int = 0) -> list[CallReport]:
        """Read it as the edge does, when it comes so many seconds too late."""
        carrier, now = CARRIERS[provider], self.at + timedelta(seconds=delay)
        return list(carrier.read(self.signed(provider), account(provider), now=now).reports)


@dataclass(frozen=True, slots=True)
class Recorded:
    """A call, what it comes to, and what is lost with each webhook: nothing where none is named."""

    provider: Provider
    name: str
    hooks: tuple[Hook, ...]
    call: Mapping[str, Any]
    lost: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return f"{self.provider}, {self.name}"


def moment(after: int) -> datetime:
    """Give the moment so many seconds after the call came in."""
    return START + timedelta(seconds=after)


def outcome(
    status: CallStatus, *, ended: int, answered: int | None = None, **more: Any
) -> dict[str, Any]:
    """Write what a call comes to that came in at START and was rung for until it was answered."""
    is_talk = status is CallStatus.ANSWERED and answered is not None
    return {
        "status": status,
        "number": NUMBER,
        "caller": CALLER,
        "forwarded_to": FORWARD,
        "started_at": START,
        "answered_at": None if answered is None or not is_talk else moment(answered),
        "ended_at": moment(ended),
        "talk_seconds": ended - answered if answered is not None and is_talk else 0,
        "ring_seconds": answered if answered is not None and is_talk else ended,
        "recording": "",
        **more,
    }
