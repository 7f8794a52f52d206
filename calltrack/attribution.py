"""Which touches a call or lead is credited to, and with how much.

Of the touches before the call, those within the lookback count. A model shares one whole among
them:

==================  ==========================================================================
model               who gets it
==================  ==========================================================================
first               the first touch: what brought the visitor in at all
last                the last touch, a direct one too
last_non_direct     the last touch with a known source; where there is none, the last. The default
position            the first and the last 40 % each, those between them 20 % in equal parts;
                    of two touches each gets half
linear              each touch the same
==================  ==========================================================================

Weights are fractions, so that they sum to exactly 1 and reports add up. They are reckoned from the
touches whenever they are asked for: another model restates the past, for no weight is kept.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from calltrack.touch import Touch

LOOKBACK = timedelta(days=30)
"""A touch longer ago than this takes no credit."""

_WHOLE = Fraction(1)
_OUTER, _INNER = Fraction(2, 5), Fraction(1, 5)


class Model(StrEnum):
    """How credit is shared; the table above tells each."""

    FIRST = "first"
    LAST = "last"
    LAST_NON_DIRECT = "last_non_direct"
    POSITION = "position"
    LINEAR = "linear"


def credit(
    touches: Sequence[Touch],
    model: Model = Model.LAST_NON_DIRECT,
    *,
    at: datetime | None = None,
    lookback: timedelta = LOOKBACK,
) -> tuple[Fraction, ...]:
    """Share the credit for what happened at a moment (None: right after the last touch).

    Shape: one weight for each touch, in the order given; they sum to 1. Where no touch counts (all
    are too old, or later than the moment) every weight is 0. Touches may come in any order; of two
    at the same moment the one given first is the earlier.
    """
    weights = [Fraction(0)] * len(touches)
    places = _places(touches, at, lookback)
    for index, weight in zip(places, _shares(touches, places, model), strict=True):
        weights[index] = weight
    return tuple(weights)


def counting(last: Touch | None, new: Touch, *, lookback: timedelta = LOOKBACK) -> Touch:
    """Say which touch counts for a session: a direct one takes no credit from a known source."""
    if last is None or last.is_direct or not new.is_direct:
        return new
    return last if new.at - last.at <= lookback else new


def _places(touches: Sequence[Touch], at: datetime | None, lookback: timedelta) -> Sequence[int]:
    """Give the places of the touches that count, oldest first."""
    if not touches:
        return ()
    moment = max(touch.at for touch in touches) if at is None else at
    by_age = sorted(range(len(touches)), key=lambda index: touches[index].at)
    return [i for i in by_age if timedelta(0) <= moment - touches[i].at <= lookback]


def _shares(touches: Sequence[Touch], places: Sequence[int], model: Model) -> Sequence[Fraction]:
    """Give the weight of each place, oldest first."""
    count = len(places)
    if count == 0:
        return ()
    match model:
        case Model.FIRST:
            return _all_to(0, count)
        case Model.LAST:
            return _all_to(count - 1, count)
        case Model.LAST_NON_DIRECT:
            known = [i for i, place in enumerate(places) if not touches[place].is_direct]
            return _all_to(known[-1] if known else count - 1, count)
        case Model.POSITION if count > 2:
            return [_OUTER, *[_INNER / (count - 2)] * (count - 2), _OUTER]
        case Model.POSITION | Model.LINEAR:
            return [_WHOLE / count] * count


def _all_to(winner: int, count: int) -> Sequence[Fraction]:
    return [_WHOLE if index == winner else Fraction(0) for index in range(count)]
