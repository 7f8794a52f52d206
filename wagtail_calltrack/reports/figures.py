"""One row of a report: what was counted, what is reckoned from it, and how it compares.

What cannot be reckoned is None: no call has no cost per call. Parts of calls are exact.

Units: seconds; euros without VAT; shares, where 1 is all.
"""

from dataclasses import dataclass, fields
from decimal import Decimal

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Figures:
    """What belongs to one row."""

    visitors: int = 0
    callers: int = 0
    calls: Decimal = ZERO
    target_calls: Decimal = ZERO
    missed: Decimal = ZERO
    answered: Decimal = ZERO
    talked: Decimal = ZERO  # seconds of all answered calls
    spend: Decimal = ZERO
    value: Decimal = ZERO

    @property
    def talk_seconds(self) -> Decimal | None:
        """Give the average talk time of answered calls."""
        return self.talked / self.answered if self.answered else None

    @property
    def call_cost(self) -> Decimal | None:
        """Give the cost per call."""
        return self.spend / self.calls if self.calls else None

    @property
    def target_cost(self) -> Decimal | None:
        """Give the cost per target call."""
        return self.spend / self.target_calls if self.target_calls else None

    @property
    def gain(self) -> Decimal | None:
        """Give what won leads brought beyond the spend, as a share of the spend."""
        return (self.value - self.spend) / self.spend if self.spend and self.value else None

    @property
    def is_nothing(self) -> bool:
        """Say whether there is nothing to show."""
        return not any(getattr(self, one.name) for one in fields(self))


NOTHING = Figures()


@dataclass(frozen=True, slots=True)
class Change:
    """How a figure compares with the one before."""

    difference: Decimal
    share: Decimal | None  # None: there was nothing, so that no share of it can be told


def change(now: Decimal | int | None, before: Decimal | int | None) -> Change | None:
    """Compare; None where one of them is not known, or both are nothing."""
    if now is None or before is None or (not now and not before):
        return None
    difference = Decimal(now) - Decimal(before)
    return Change(difference, difference / Decimal(before) if before else None)
