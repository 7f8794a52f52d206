"""A call as the firm's rules look at it.

The caller is the person outside: who called in, or who was called back. Two calls at the same
moment are told apart by their references, so the order is the same whichever was heard of first.

Units: talk time is whole seconds; moments are aware UTC datetimes.
"""

from dataclasses import dataclass
from datetime import datetime

from calltrack.calls import CallStatus, Direction


@dataclass(frozen=True, slots=True)
class PastCall:
    """A call. `caller` is "" where the number is withheld; "" elsewhere is what is not known."""

    id: int
    at: datetime
    caller: str
    status: CallStatus
    talk_seconds: int = 0
    direction: Direction = Direction.IN
    site: str = ""
    campaign: str = ""
    vestiging: str = ""
    channel: str = ""
    reference: str = ""

    @property
    def place(self) -> tuple[datetime, str, int]:
        """Say where it stands among others in time."""
        return self.at, self.reference, self.id

    @property
    def is_incoming(self) -> bool:
        """Say whether somebody called the firm."""
        return self.direction is Direction.IN

    @property
    def was_spoken(self) -> bool:
        """Say whether people spoke to one another; with a voicemail nobody does."""
        return self.status is CallStatus.ANSWERED
