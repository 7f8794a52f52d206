"""How long a page may show what it was told, and when it asks again. Pure.

- A number may be shown while it is promised. A static one may be for as long as the page likes.
- The page asks again when a renewal is due, so that a number stays for as long as somebody looks at
  it. Who was promised a number for a minute only (`calltrack.leases`) asks halfway through it, and
  is confirmed by that.
- What could not be had is asked for again after a minute; and whatever there is, every five: the
  session goes on while somebody looks, and a Plan may have changed.

Units: whole seconds from `now`.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from calltrack.leases import UNCONFIRMED
from calltrack.sessions import Held, Session
from proxy.page_numbers import Shown

LEAST_AGAIN = timedelta(seconds=15)
MOST_AGAIN = timedelta(minutes=5)
LACKING_AGAIN = timedelta(minutes=1)
_MARGIN = timedelta(seconds=1)


def until_seconds(session: Session | None, shown: Sequence[Shown], *, now: datetime) -> int | None:
    """Say for how long all these numbers are promised; None: nothing ends."""
    ends = [_promised_until(held, now) for held in _held(session, shown)]
    return max(1, int((min(ends) - now).total_seconds())) if ends else None


def again_seconds(
    session: Session | None,
    shown: Sequence[Shown],
    hold: timedelta,
    *,
    now: datetime,
    is_lacking: bool = False,
) -> int:
    """Say when to ask again."""
    wanted = [LACKING_AGAIN if is_lacking else MOST_AGAIN]
    wanted += [_due(held, hold, now) for held in _held(session, shown)]
    return int(max(LEAST_AGAIN, min(wanted)).total_seconds())


def _held(session: Session | None, shown: Sequence[Shown]) -> list[Held | None]:
    """Give what the session knows of each lease; None: it remembers only so many."""
    held = session.held if session is not None else ()
    by_number = {one.number: one for one in held if one.is_lease}
    return [by_number.get(one.number) for one in shown if one.is_leased]


def _promised_until(held: Held | None, now: datetime) -> datetime:
    until = held.promised_until if held is not None else None
    return until or now + UNCONFIRMED


def _due(held: Held | None, hold: timedelta, now: datetime) -> timedelta:
    if held is None or not held.is_confirmed:
        return UNCONFIRMED / 2
    return _promised_until(held, now) - hold - now + _MARGIN
