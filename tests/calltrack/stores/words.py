"""Words to say lease tests in: minutes of one day, sessions and numbers by one letter or digit."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from calltrack.leases import Ask, Before, PoolKey, SessionId, Taken, VestigingKey
from calltrack.numbers import PhoneNumber

START = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HOLD, REST = 30, 10


def at(minute: float) -> datetime:
    """Give a moment, in minutes from the start."""
    return START + timedelta(minutes=minute)


def number(n: int) -> PhoneNumber:
    """Give the n-th number."""
    return PhoneNumber(f"+3185{n:07}")


def pools(**numbers: Sequence[int]) -> Mapping[PoolKey, Sequence[PhoneNumber]]:
    """Give pools of the n-th numbers: pools(p=[1, 2])."""
    return {PoolKey(key): [number(n) for n in ns] for key, ns in numbers.items()}


def ask(
    vestiging: str = "A",
    pool: str = "p",
    *,
    hold: float = HOLD,
    rest: float = REST,
    before: tuple[int, str] | None = None,
) -> Ask:
    """Ask for a number; `before` is the number and the session that held it."""
    return Ask(
        VestigingKey(vestiging),
        PoolKey(pool),
        timedelta(minutes=hold),
        timedelta(minutes=rest),
        Before(number(before[0]), SessionId(before[1])) if before else None,
    )


def shown(taken: Taken) -> dict[str, int]:
    """Give the number that each vestiging got: {"A": 1}."""
    return {str(key): int(lease.number.e164[-7:]) for key, lease in taken.leases.items()}


def told(taken: Taken) -> list[str]:
    """Give the kinds of the events, in their order."""
    return [event.kind.value for event in taken.events]
