"""Leases on one Redis, for any number of processes on any number of machines.

Each operation is one script (`lua/`), so one atomic step and one round trip. What a script answers
are plain facts; `redis_answers` makes leases and events of them.

All keys of an organisation begin with `calltrack:{ORGANISATION}:`; `lua/shared.lua` lists them. The
braces are a Cluster's hash tag: one script may touch all of them, and organisations spread.

Units: moments are microseconds since 1970 in the scripts, spans are microseconds.
Errors: StoreError when Redis does not answer in time, or cannot do it.
"""

import json
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from calltrack.errors import ConfigError
from calltrack.events import Event
from calltrack.leases import (
    UNCONFIRMED,
    Ask,
    Client,
    Lease,
    PoolFill,
    PoolKey,
    SessionId,
    Stock,
    Taken,
    VestigingKey,
    promise,
)
from calltrack.numbers import PhoneNumber
from calltrack.stores import lease_events
from calltrack.stores.redis_answers import Change, read_lease
from calltrack.stores.redis_server import PATIENCE, RedisServer, read_script
from calltrack.stores.redis_urls import RedisAddress
from calltrack.stores.sqlite import to_micros, to_moment
from calltrack.stores.stock_rows import fingerprint, places, releases

CLOCK_SLACK_MICROS = 60_000_000
"""How far the server's clock may be set back before ops hear of it."""

ENTRY = timedelta(seconds=30)
"""How long a new Plan may take to enter: 100,000 numbers take a second or two, on a busy machine
ten. Who gives up finds it entered at the next `sync`."""

LISTED_AT_ONCE = 200
"""Leases read in one step: Redis does nothing else meanwhile, and pages wait."""

_log = logging.getLogger(__name__)

_SCRIPTS = {
    name: read_script(name)
    for name in ("sync", "take", "release", "pin", "unpin", "held", "fill", "server")
}


def open_redis_store(
    address: RedisAddress, *, organisation: str, wait: timedelta
) -> "RedisLeaseStore":
    """Open the store; Redis need not be there. `wait`: longest time that a page's call may take."""
    if not organisation or set(organisation) & set("{}"):
        raise ConfigError("the organisation's key is empty or holds braces: look at the Plan")
    return RedisLeaseStore(RedisServer(address), organisation, wait)


class RedisLeaseStore:
    """The `LeaseStore` of many machines. Make it after a fork, not before."""

    def __init__(self, server: RedisServer, organisation: str, wait: timedelta) -> None:
        """Work on a server that may be away."""
        self._server = server
        self._keys = [f"calltrack:{{{organisation}}}:state"]
        self._wait = wait
        self._has_warned = False
        self._has_looked = False

    async def sync(self, stock: Stock) -> bool:
        """Make the pools hold exactly these numbers; see the contract."""
        places(stock)  # refuses a number in two pools
        name = fingerprint(stock)
        answer = await self._run("sync", stock.serial, name, "", wait=PATIENCE)
        if answer < 0:
            answer = await self._run("sync", stock.serial, name, _content(stock), wait=ENTRY)
        await self._look_at_the_server()
        return bool(answer)

    async def take(
        self,
        session: SessionId,
        asks: Sequence[Ask],
        *,
        client: Client | None = None,
        now: datetime | None = None,
    ) -> Taken:
        """Give the session a number for each ask, or renew the one it holds; see the contract."""
        wanted = {ask.vestiging: ask for ask in reversed(asks)}
        in_order = [wanted[key] for key in dict.fromkeys(ask.vestiging for ask in asks)]
        wishes = json.dumps([_wish(ask) for ask in in_order])
        at, capped, lacking, told = await self._change(
            "take", now, session, client or "", _micros(UNCONFIRMED), wishes
        )
        changes = [Change.read(one) for one in told]
        found = {one.lease.vestiging: one.lease for one in changes if one.is_asked_for}
        events = [one.event(at) for one in changes]
        events += [lease_events.exhausted(session, wanted[key], at) for key in lacking]
        return Taken(
            {ask.vestiging: found[ask.vestiging] for ask in in_order if ask.vestiging in found},
            tuple(events),
            frozenset(map(VestigingKey, capped)),
        )

    async def release(self, session: SessionId, *, now: datetime | None = None) -> Sequence[Event]:
        """End a session's leases. Their promises stand."""
        at, told = await self._change("release", now, session)
        return tuple(Change.read(one).event(at) for one in told)

    async def pin(
        self, number: PhoneNumber, longest: timedelta, *, now: datetime | None = None
    ) -> Sequence[Event]:
        """Keep a number from going to anybody while a call is on."""
        at, told = await self._change("pin", now, number.e164, _micros(longest))
        return tuple(Change.read(one).event(at) for one in told)

    async def unpin(
        self, number: PhoneNumber, hold: timedelta, *, now: datetime | None = None
    ) -> Sequence[Event]:
        """End the pin of a number: its last holder is promised it for `hold` from now."""
        at, told = await self._change("unpin", now, number.e164, _micros(hold))
        return tuple(Change.read(one).event(at) for one in told)

    async def held(self, *, now: datetime | None = None) -> Sequence[Lease]:
        """List the leases that keep a number from others, ended ones too, by pool and number."""
        at, numbers = await self._change("held", now, "", wait=PATIENCE)
        found: list[tuple[int, Lease]] = []
        for n in range(0, len(numbers), LISTED_AT_ONCE):
            part = json.dumps(numbers[n : n + LISTED_AT_ONCE])
            _, held, shared = await self._change("held", at, part, wait=PATIENCE)
            found += [(0, read_lease(fact)) for fact in held]
            found += [(1, read_lease(fact)) for fact in shared]
        found.sort(key=lambda one: (one[1].pool, one[1].number.e164, one[0], one[1].session))
        return [lease for _, lease in found]

    async def fill(self, *, now: datetime | None = None) -> Sequence[PoolFill]:
        """Count each pool's numbers, by pool."""
        _, fills = await self._change("fill", now, wait=PATIENCE)
        return [PoolFill(PoolKey(pool), *counts) for pool, *counts in sorted(fills)]

    async def close(self) -> None:
        """Let go of the server. A second call does nothing."""
        await self._server.close()

    async def _change(
        self, name: str, now: datetime | None, *words: str | int, wait: timedelta | None = None
    ) -> Sequence[Any]:
        """Run a script that reads the clock: give its moment and what it answers."""
        moment = "" if now is None else to_micros(now)
        text = await self._run(name, *words, moment=moment, wait=wait or self._wait)
        at, behind, *answer = json.loads(text)
        if int(behind) > CLOCK_SLACK_MICROS and not self._has_warned:
            self._has_warned = True
            _log.warning(
                "the clock of %s is behind its leases, whose time stands still until %s: "
                "no number becomes free before; set the clock",
                self._server.name,
                to_moment(int(at)).isoformat(timespec="seconds"),
            )
        return to_moment(int(at)), *answer

    async def _run(
        self, name: str, *words: str | int, moment: str | int = "", wait: timedelta
    ) -> Any:
        arguments = [str(moment), *map(str, words)]
        return await self._server.run(_SCRIPTS[name], self._keys, arguments, wait=wait)

    async def _look_at_the_server(self) -> None:
        """Tell ops once, where the server may forget leases."""
        if self._has_looked:
            return
        policy, has_log = await self._run("server", wait=PATIENCE)
        self._has_looked = True
        if policy not in {"", "noeviction"}:
            _log.warning(
                "%s throws keys away when its memory is full (maxmemory-policy %s), and then gives "
                "a number twice; set it to noeviction",
                self._server.name,
                policy,
            )
        if has_log == "0":
            _log.warning(
                "%s keeps no log on its disk (appendonly no): after a restart it knows no leases, "
                "and gives promised numbers again; set appendonly yes",
                self._server.name,
            )


def _content(stock: Stock) -> str:
    released = {e164: str(to_micros(moment)) for e164, moment in releases(stock).items()}
    pools = {pool: [number.e164 for number in numbers] for pool, numbers in stock.pools.items()}
    return json.dumps({"pools": pools, "released": released})


def _wish(ask: Ask) -> dict[str, str | int | bool | None]:
    start = to_moment(0)
    return {
        "vestiging": ask.vestiging,
        "pool": ask.pool,
        "span": to_micros(promise(ask.hold, now=start)),
        "rest": _micros(ask.rest),
        "number": ask.before.number.e164 if ask.before else None,
        "session": ask.before.session if ask.before else None,
        "share": ask.share,
        "cap": ask.cap,
    }


def _micros(span: timedelta) -> int:
    return span // timedelta(microseconds=1)
