"""How each telephony account fares since this process started: counts, and no numbers."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from calltrack.plan import AccountKey, Plan, Provider

MOST_TOLD = 50
"""Accounts in a report: it is bounded, and firms have one or two."""


@dataclass(slots=True)
class Standing:
    """What came in for one account."""

    account: AccountKey
    provider: Provider
    seen: int = 0  # well signed ones
    refused: Counter[str] = field(default_factory=Counter)  # by verdict
    unreadable: int = 0  # of those seen
    last_at: datetime | None = None  # of those seen
    problem: str = ""  # why all of its webhooks are refused: a setting that is missing

    def told(self) -> Mapping[str, Any]:
        """Give it as JSON takes it."""
        return {
            "account": self.account,
            "provider": self.provider.value,
            "seen": self.seen,
            "refused": dict(sorted(self.refused.items())),
            "unreadable": self.unreadable,
            "last_at": self.last_at.isoformat() if self.last_at is not None else None,
            "problem": self.problem,
        }


@dataclass(frozen=True, slots=True)
class CallsNow:
    """How it stands with calls, for people."""

    under_way: int
    owed: int  # pins that the store has yet to hear of
    standings: Sequence[Standing]

    def told(self) -> Mapping[str, Any]:
        """Give it as JSON takes it."""
        return {
            "under_way": self.under_way,
            "pins_owed": self.owed,
            "accounts": [one.told() for one in self.standings[:MOST_TOLD]],
        }


class Standings:
    """The accounts of the Plan in force; one that left the Plan is forgotten."""

    def __init__(self) -> None:
        """Nothing came in yet."""
        self._found: dict[AccountKey, Standing] = {}

    def of(self, key: AccountKey, provider: Provider) -> Standing:
        """Give how an account fares; one that changed its provider begins anew."""
        found = self._found.get(key)
        if found is None or found.provider is not provider:
            found = self._found[key] = Standing(key, provider)
        return found

    def of_plan(self, plan: Plan) -> Sequence[Standing]:
        """Give those of a Plan, in its order."""
        for key in set(self._found) - set(plan.telephony):
            del self._found[key]
        return [self.of(one.key, one.provider) for one in plan.telephony.values()]
