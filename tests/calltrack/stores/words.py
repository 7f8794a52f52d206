"""Words to say lease tests in: minutes of one day, sessions and numbers by one letter or digit."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from calltrack.events import Event
from calltrack.leases import (
    UNCONFIRMED,
    Ask,
    Before,
    Client,
    Lease,
    PoolKey,
    SessionId,
    Stock,
    Taken,
    VestigingKey,
)
from calltrack.numbers import PhoneNumber

START = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HOLD, REST = 30, 10
PROMISE = HOLD * 1.1
MINUTE = UNCONFIRMED / timedelta(minutes=1)
FREE_AGAIN = PROMISE + REST
A, B, C, D = (SessionId(letter) for letter in "abcd")
HOME, OFFICE = Client("home"), Client("office")


def at(minute: float) -> datetime:
    """Give a moment, in minutes from the start."""
    return START + timedelta(minutes=minute)


def number(n: int) -> PhoneNumber:
    """Give the n-th number."""
    return PhoneNumber(f"+3185{n:07}")


def stock(
    serial: int = 1, *, released: Mapping[int, float] | None = None, **pools: Sequence[int]
) -> Stock:
    """Give pools of the n-th numbers: stock(p=[1, 2]); `released`: the minute it was, by number."""
    return Stock(
        pools={PoolKey(key): [number(n) for n in ns] for key, ns in pools.items()},
        serial=serial,
        released_at={number(n): at(minute) for n, minute in (released or {}).items()},
    )


def ask(
    vestiging: str = "A",
    pool: str = "p",
    *,
    hold: float = HOLD,
    rest: float = REST,
    before: tuple[int, str] | None = None,
    share: bool = False,
    cap: int | None = None,
) -> Ask:
    """Ask for a number; `before` is the number and the session that held it."""
    return Ask(
        VestigingKey(vestiging),
        PoolKey(pool),
        timedelta(minutes=hold),
        timedelta(minutes=rest),
        Before(number(before[0]), SessionId(before[1])) if before else None,
        share,
        cap,
    )


def shown(taken: Taken) -> dict[str, int]:
    """Give the number that each vestiging got: {"A": 1}."""
    return {str(key): int(lease.number.e164[-7:]) for key, lease in taken.leases.items()}


def told(taken: Taken) -> list[str]:
    """Give the kinds of the events, in their order."""
    return [event.kind.value for event in taken.events]


def kinds(events: Iterable[Event]) -> list[str]:
    """Give the kinds of events that no take told."""
    return [event.kind.value for event in events]


def only(taken: Taken) -> Lease:
    """Give the one lease there is."""
    (lease,) = taken.leases.values()
    return lease
