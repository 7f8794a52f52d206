"""The peers on Redis: a bare round trip, and takes as one writes them by hand.

Those that promise share the names of their keys, which begin with a space of their own:

  queue:POOL  zset  number -> the moment its promise ends, s since 1970
  holder      hash  number -> session
  number      hash  session:VESTIGING -> number
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from redis.asyncio import Redis

from calltrack.leases import Ask, SessionId, Stock, promise

LOCK_SECONDS = 5.0
POLL_SECONDS = 0.001  # redis-py's own is 0.1, with which a lock that many want is slower by far

_SHORT = """
local queue, holder, number = KEYS[1], KEYS[2], KEYS[3]
local session, own, now, ends = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4]
local found = redis.call('HGET', number, own)
if found and redis.call('HGET', holder, found) ~= session then found = false end
if not found then
  local first = redis.call('ZRANGE', queue, 0, 0, 'WITHSCORES')
  if not first[1] or tonumber(first[2]) > now then return false end
  found = first[1]
end
redis.call('ZADD', queue, ends, found)
redis.call('HSET', holder, found, session)
redis.call('HSET', number, own, found)
return found
"""


class Peer:
    """What the peers have in common: a connection, and keys of a space of their own."""

    def __init__(self, url: str, space: str) -> None:
        """Prepare a connection."""
        self._client: Redis = Redis.from_url(url, decode_responses=True, protocol=2)
        self._space = space

    def _key(self, *words: str) -> str:
        return ":".join(("peer", self._space, *words))

    async def fill(self, stock: Stock) -> None:
        """Write the pools."""
        for pool, numbers in stock.pools.items():
            places = {number.e164: 0.0 for number in numbers}
            await self._client.zadd(self._key("queue", pool), places)

    async def holders(self) -> Mapping[str, str] | None:
        """Give each number's last holder."""
        found = await self._client.hgetall(self._key("holder"))
        return {str(number): str(session) for number, session in found.items()}

    async def close(self) -> None:
        """Let go of the server."""
        await self._client.aclose()


class Ping(Peer):
    """A bare round trip."""

    async def fill(self, _stock: Stock) -> None:
        """Need no numbers."""

    async def take(
        self, _session: SessionId, _asks: Sequence[Ask], _now: datetime | None = None
    ) -> Sequence[str]:
        """Ask whether it is there."""
        await self._client.ping()
        return ()

    async def holders(self) -> Mapping[str, str] | None:
        """Know nothing of holders."""
        return None


class Pop(Peer):
    """Any number of a set: no end, no holder, no way back, and another one for each ask."""

    async def fill(self, stock: Stock) -> None:
        """Write the pools."""
        for pool, numbers in stock.pools.items():
            await self._client.sadd(self._key("free", pool), *(number.e164 for number in numbers))

    async def take(
        self, _session: SessionId, asks: Sequence[Ask], _now: datetime | None = None
    ) -> Sequence[str]:
        """Take one out for each ask."""
        return [str(await self._client.spop(self._key("free", ask.pool))) for ask in asks]

    async def holders(self) -> Mapping[str, str] | None:
        """Know nothing of holders."""
        return None


class ShortScript(Peer):
    """The number that is over longest, or the session's own again: one script of ten lines."""

    def __init__(self, url: str, space: str) -> None:
        """Prepare a connection."""
        super().__init__(url, space)
        self._script = self._client.register_script(_SHORT)

    async def take(
        self, session: SessionId, asks: Sequence[Ask], now: datetime | None = None
    ) -> Sequence[str]:
        """Ask for one number after the other."""
        at = now or datetime.now(UTC)
        found = []
        for ask in asks:
            keys = [self._key("queue", ask.pool), self._key("holder"), self._key("number")]
            until = promise(ask.hold, now=at).timestamp()
            words: list[str | float] = [
                session,
                f"{session}:{ask.vestiging}",
                at.timestamp(),
                until,
            ]
            number = await self._script(keys=keys, args=words)
            found += [str(number)] if number else []
        return found


class Locked(Peer):
    """The same from outside, behind redis-py's own lock: lock, read, write, unlock."""

    async def take(
        self, session: SessionId, asks: Sequence[Ask], now: datetime | None = None
    ) -> Sequence[str]:
        """Take for one ask after the other, under one lock."""
        at = now or datetime.now(UTC)
        name = self._key("lock")
        async with self._client.lock(name, timeout=LOCK_SECONDS, sleep=POLL_SECONDS):
            found = [await self._give(session, ask, at) for ask in asks]
        return [number for number in found if number]

    async def _give(self, session: SessionId, ask: Ask, at: datetime) -> str | None:
        queue, own = self._key("queue", ask.pool), f"{session}:{ask.vestiging}"
        async with self._client.pipeline(transaction=False) as reading:
            reading.hget(self._key("number"), own)
            reading.zrange(queue, 0, 0, withscores=True)
            mine, first = await reading.execute()
        if not mine and (not first or first[0][1] > at.timestamp()):
            return None
        number = str(mine or first[0][0])
        async with self._client.pipeline(transaction=True) as writing:
            writing.zadd(queue, {number: promise(ask.hold, now=at).timestamp()})
            writing.hset(self._key("holder"), number, session)
            writing.hset(self._key("number"), own, number)
            await writing.execute()
        return number
