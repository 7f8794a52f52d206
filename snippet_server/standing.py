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


def together(told: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Make one of what several processes of an edge told (`CallsNow.told`), the own one first.

    Each knows of all calls; webhooks come in at one.
    """
    accounts: dict[str, dict[str, Any]] = {}
    for one in (account for each in told for account in each["accounts"]):
        known = accounts.setdefault(one["account"], {**one, "refused": {}, **_NOTHING_SEEN})
        known["seen"] += one["seen"]
        known["unreadable"] += one["unreadable"]
        known["refused"] = dict(
            sorted((Counter(known["refused"]) + Counter(one["refused"])).items())
        )
        known["last_at"] = max(filter(None, (known["last_at"], one["last_at"])), default=None)
    return {
        "under_way": max((one["under_way"] for one in told), default=0),
        "pins_owed": sum(one["pins_owed"] for one in told),
        "accounts": list(accounts.values()),
    }


_NOTHING_SEEN = {"seen": 0, "unreadable": 0, "last_at": None}


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
