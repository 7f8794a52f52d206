"""A Redis that runs our scripts: connections, time-outs, errors made ours.

- A caller waits as long as it says and no longer. The call itself goes on behind it, for `PATIENCE`
  at most: a connection that takes longer to make than one page may wait is there for the next page,
  and a connection that was given up never brings one call another's answer.
- A process has at most `TURNS` calls, so connections, at once; who comes then waits for a turn.
- A call whose connection breaks is tried once more, on a new one. A script may have run by then,
  without its answer; every script of ours may run twice.
- A script goes by its digest (EVALSHA), and in full where the server does not know it yet.

Errors: every error of Redis and of its client becomes StoreError, here, once. Passwords and
arguments are no part of its text.
"""

import asyncio
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from importlib.resources import files
from typing import Any

from redis.asyncio import Redis, RedisCluster, Sentinel
from redis.asyncio.cluster import ClusterNode
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import SentinelConnectionPool
from redis.backoff import NoBackoff
from redis.exceptions import (
    ConnectionError as NoConnection,
)
from redis.exceptions import (
    NoScriptError,
    ReadOnlyError,
    RedisClusterException,
    RedisError,
)

from calltrack.errors import StoreError
from calltrack.stores.redis_urls import PASSWORD, RedisAddress, Setup
from calltrack.stores.stock_rows import NO_STOCK

TURNS = 16
"""Redis works on one call at a time: more at once would only wait there."""

PATIENCE = timedelta(seconds=5)
"""How long a call may go on after its caller went away, and how long nobody's page may wait."""

# What is told to ops, by a word in the error or its class: a script's error has its code inside the
# text (Redis 6) or before it (7), and the client takes away the codes it has classes for. The first
# row that fits counts.
_SENTENCES = (
    (r"NOSTOCK", f"{NO_STOCK}: it came back empty, or was never told"),
    (r"READONLY|ReadOnly", "is a replica and takes no writes: name its master, or its sentinels"),
    (r"OOM|OutOfMemory", "is full: its maxmemory is reached; give it more"),
    (r"MISCONF", "takes no writes: it cannot save to its disk"),
    (r"NOREPLICAS", "takes no writes: it has too few replicas"),
    (
        r"NOPERM|NoPermission|permissions|user executing the script",
        "does not let this user do what docs/stores.md lists",
    ),
    (r"NOAUTH|Authentication required", f"wants a password: put it into {PASSWORD}"),
    (r"WRONGPASS|invalid username|AuthenticationError", "refuses the user or the password"),
    (r"LOADING|BusyLoading", "is starting: it still loads its data"),
    (r"BUSY", "is busy with a script that takes too long"),
    (r"max number of clients", "has no connection left: its maxclients is reached"),
    (r"CLUSTERDOWN|ClusterDown|SlotNotCovered", "is down: a part of the Cluster is missing"),
    (r"MASTERDOWN|MasterDown", "is a replica that lost its master"),
    (r"MasterNotFound", "cannot be found: no sentinel answers, or none knows that master"),
    (r"[Cc]luster mode is not enabled|cluster support disabled", "is no Cluster: use redis://"),
    (r"unknown command .SENTINEL", "is asked for where no sentinel is: their usual port is 26379"),
    (r"RedisClusterException", "cannot be reached: no node of the Cluster answers"),
    (r"Timeout", "does not answer in time"),
    (r"ConnectionError|OSError|Refused", "cannot be reached"),
)


@dataclass(frozen=True, slots=True)
class Script:
    """A Lua script and the digest that the server knows it by."""

    text: str
    digest: str


def read_script(name: str) -> Script:
    """Read a script of the folder `lua`, with what all share before it."""
    folder = files("calltrack.stores") / "lua"
    text = "".join((folder / f"{part}.lua").read_text("utf-8") for part in ("shared", name))
    # SHA-1 is how Redis names scripts; nothing secret hangs on it.
    return Script(text, hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest())


class RedisServer:
    """A Redis, a Cluster, or whom the sentinels name. The first call connects."""

    def __init__(self, address: RedisAddress) -> None:
        """Prepare for a server that may be away."""
        self.name = address.name
        self._client = _client(address)
        self._turns = asyncio.Semaphore(TURNS)
        self._running: set[asyncio.Task[Any]] = set()
        self._is_closed = False

    async def run(
        self, script: Script, keys: Sequence[str], arguments: Sequence[str], *, wait: timedelta
    ) -> Any:
        """Run a script and give its answer, unless that takes longer than `wait`."""
        self._must_be_open()
        try:
            async with asyncio.timeout(wait.total_seconds()):
                await self._turns.acquire()
                try:
                    self._must_be_open()  # it may have been closed while we waited
                except StoreError:
                    self._turns.release()
                    raise
                limit = max(wait, PATIENCE)
                call = asyncio.create_task(self._call(script, keys, arguments, limit=limit))
                self._running.add(call)
                call.add_done_callback(self._is_done)
                return await self._answer(call)
        except TimeoutError as error:
            milliseconds = wait // timedelta(milliseconds=1)
            raise StoreError(f"{self.name} did not answer within {milliseconds} ms") from error

    async def close(self) -> None:
        """Let go of all connections. A second call does nothing."""
        if self._is_closed:
            return
        self._is_closed = True
        for call in self._running:
            call.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        await self._client.aclose()
        for sentinel in _sentinels(self._client):
            await sentinel.aclose()

    async def _answer(self, call: asyncio.Task[Any]) -> Any:
        try:
            return await asyncio.shield(call)
        except asyncio.CancelledError as error:
            caller = asyncio.current_task()
            if call.cancelled() and not (caller and caller.cancelling()):
                raise self._closed() from error
            raise

    def _must_be_open(self) -> None:
        if self._is_closed:
            raise self._closed()

    def _closed(self) -> StoreError:
        return StoreError(f"{self.name} was closed here")

    async def _call(
        self, script: Script, keys: Sequence[str], arguments: Sequence[str], *, limit: timedelta
    ) -> Any:
        count, words = len(keys), (*keys, *arguments)
        try:
            async with asyncio.timeout(limit.total_seconds()):
                try:
                    return await self._client.evalsha(script.digest, count, *words)
                except NoScriptError:
                    return await self._client.eval(script.text, count, *words)
        except (RedisError, RedisClusterException, OSError) as error:
            await self._forget_a_replica(error)
            raise StoreError(f"{self.name} {_why(error)}") from error

    async def _forget_a_replica(self, error: Exception) -> None:
        """Ask the sentinels again, where the master we knew is none any more."""
        if _why(error) == _why(ReadOnlyError()) and isinstance(self._client, Redis):
            await self._client.connection_pool.disconnect(inuse_connections=False)

    def _is_done(self, call: asyncio.Task[Any]) -> None:
        self._running.discard(call)
        self._turns.release()
        if not call.cancelled():
            call.exception()  # so that asyncio does not tell of one nobody waited for


def _client(address: RedisAddress) -> Redis | RedisCluster:
    options: dict[str, Any] = {
        "decode_responses": True,
        "password": address.password,
        "protocol": 2,  # one round trip less for each new connection
        "retry": Retry(NoBackoff(), 1, supported_errors=(NoConnection,)),
        # Every call as a whole has a limit. Inside it each of several hosts must have its turn.
        "socket_connect_timeout": PATIENCE.total_seconds() / (len(address.hosts) + 1),
        "socket_timeout": None,
        "username": address.username,
    }
    if address.is_tls:
        options |= {"ssl": True, **address.tls_files}
    match address.setup:
        case Setup.SOCKET:
            return Redis(unix_socket_path=address.path, db=address.db, **options)
        case Setup.SINGLE:
            host, port = address.hosts[0]
            return Redis(host=host, port=port, db=address.db, **options)
        case Setup.CLUSTER:
            nodes = [ClusterNode(host, port) for host, port in address.hosts]
            return RedisCluster(startup_nodes=nodes, **options)
        case Setup.SENTINEL:
            own = {**options, "username": None, "password": address.sentinel_password}
            sentinel = Sentinel(list(address.hosts), sentinel_kwargs=own, **options)  # type: ignore[no-untyped-call]
            master: Redis = sentinel.master_for(address.master, db=address.db)
            return master


def _sentinels(client: Redis | RedisCluster) -> Sequence[Redis]:
    """Give the clients that a master's client asks for it: closing that one leaves them open."""
    pool = getattr(client, "connection_pool", None)
    if not isinstance(pool, SentinelConnectionPool):
        return ()
    found: Sequence[Redis] = pool.sentinel_manager.sentinels
    return found


def _why(error: Exception) -> str:
    text = f"{type(error).__name__} {error}"
    usual = f"fails ({type(error).__name__})"
    sentence = next((told for word, told in _SENTENCES if re.search(word, text)), usual)
    # The client's own text names a host and a port; that of a script may hold what we sent.
    return f"{sentence} ({error})" if sentence == "cannot be reached" else sentence
