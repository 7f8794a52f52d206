"""Calls as a table of a test has them: by the day, the minute and the talk time."""

from datetime import UTC, datetime, timedelta
from typing import Any

from calltrack.calls import CallStatus
from calltrack.pastcalls import PastCall

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
ANNA, BOB = "+31612345678", "+31687654321"


def past(
    number: int,
    *,
    after: timedelta = timedelta(0),
    caller: str = ANNA,
    talk: int = 60,
    status: CallStatus = CallStatus.ANSWERED,
    **others: Any,
) -> PastCall:
    """Make a call, answered and a minute long unless it says otherwise."""
    spoken = talk if status is CallStatus.ANSWERED else 0
    return PastCall(
        id=number, at=START + after, caller=caller, status=status, talk_seconds=spoken, **others
    )
