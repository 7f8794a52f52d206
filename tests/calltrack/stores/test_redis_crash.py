"""Redis killed in the middle of load, failed over, or with a part missing; many processes on one.

What must hold: no number has two holders while Redis keeps what it acknowledged, and a caller gets
an answer or a StoreError, never anything else.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from time import monotonic

import pytest

from calltrack.errors import StoreError
from calltrack.leases import LeaseStore, SessionId
from calltrack.stores.opening import open_store
from tests.calltrack.stores.others import others
from tests.calltrack.stores.words import ask, shown, stock
from tests.redis_servers import RedisProcess, binary, cluster, free_port, running, wait_until

WAIT = timedelta(seconds=5)
LOG_BEHIND_SECONDS = 3
"""With `everysec` the log waits up to two seconds for a busy disk, and what is in it is lost."""
A = SessionId("a")


class Load:
    """Visitors who come one after another, several at once; every answer is a promise."""

    def __init__(self, store: LeaseStore) -> None:
        self.store = store
        self.promised: list[tuple[str, int]] = []
        self.promised_at: dict[int, list[float]] = defaultdict(list)  # by number
        self.killed_at: list[float] = []
        self.failed = 0
        self.has_failed = asyncio.Event()
        self.is_over = False

    async def visit(self, name: str) -> None:
        n = 0
        while not self.is_over:
            session, n = f"{name}-{n}", n + 1
            try:
                taken = await self.store.take(SessionId(session), [ask("A"), ask("B")])
            except StoreError:
                self.failed += 1
                self.has_failed.set()
            else:
                self.promised += [(session, number) for number in shown(taken).values()]
                for number in shown(taken).values():
                    self.promised_at[number].append(monotonic())

    def was_just_promised(self, number: int) -> bool:
        """Say whether its first promise was made shortly before a kill."""
        first = self.promised_at[number][0]
        return any(0 <= killed - first < LOG_BEHIND_SECONDS for killed in self.killed_at)

    async def until(self, count: int) -> None:
        """Wait until so many numbers more are promised."""
        goal = len(self.promised) + count
        while len(self.promised) < goal:
            await self.store.fill()


async def killed_under_load(folder: Path, policy: str) -> tuple[Load, set[tuple[str, int]]]:
    """Kill a Redis three times at work; give what was promised, and what it keeps in the end."""
    options = ("--appendonly", "yes", "--appendfsync", policy)
    with running(folder, *options) as server:
        store = open_store(server.url, organisation="12345678", wait=WAIT)
        await store.sync(stock(p=range(20_000)))
        load = Load(store)
        visits = [asyncio.create_task(load.visit(f"v{n}")) for n in range(8)]

        for _ in range(3):
            await load.until(200)
            load.has_failed.clear()
            server.stop()
            load.killed_at.append(monotonic())
            await load.has_failed.wait()
            await asyncio.to_thread(server.start)
        await load.until(200)
        load.is_over = True
        await asyncio.gather(*visits)
        held = {(str(h.session), int(h.number.e164[-7:])) for h in await store.held()}
        await store.close()
    print(f"{policy}: {len(load.promised)} promised, {load.failed} calls failed")
    return load, held


async def test_redis_killed_under_load_gives_no_number_twice(tmp_path: Path) -> None:
    load, held = await killed_under_load(tmp_path, "always")

    assert len(load.promised) >= 800
    assert load.failed >= 3
    assert [number for number, moments in load.promised_at.items() if len(moments) > 1] == []
    assert set(load.promised) <= held


async def test_a_redis_that_waits_for_its_disk_loses_the_last_seconds_at_most(
    tmp_path: Path,
) -> None:
    load, held = await killed_under_load(tmp_path, "everysec")

    twice = [number for number, moments in load.promised_at.items() if len(moments) > 1]
    lost = [number for _, number in set(load.promised) - held]
    print(f"{len(twice)} given twice, {len(lost)} lost")
    assert load.failed >= 3
    assert [number for number in {*twice, *lost} if not load.was_just_promised(number)] == []


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_eight_processes_on_one_redis_give_each_number_once(tmp_path: Path) -> None:
    with running(tmp_path, "--appendonly", "yes") as server:
        store = open_store(server.url, organisation="test", wait=WAIT)
        await store.sync(stock(p=range(2 * 8 * 5000)))

        with others("take", server.url, processes=8, count=5000) as started:
            told = await asyncio.to_thread(
                lambda: [line for other in started for line in other.lines()]
            )
            codes = [other.process.wait() for other in started]
        held = await store.held()
        await store.close()

    assert codes == [0] * 8
    assert len(dict(told)) == 8 * 5000
    assert sorted(n for _, numbers in told for n in numbers.values()) == list(range(80_000))
    assert len({lease.number for lease in held}) == len(held) == 80_000


@pytest.mark.slow
async def test_a_cluster_without_one_of_its_masters_fails_and_comes_back(tmp_path: Path) -> None:
    with cluster(tmp_path) as nodes:
        url = "redis+cluster://" + ",".join(f"127.0.0.1:{node.port}" for node in nodes)
        stores = {
            name: open_store(url, organisation=name, wait=timedelta(seconds=2))
            for name in ("a", "b", "c", "d", "e", "f", "g", "h")
        }
        for store in stores.values():
            await store.sync(stock(p=[1]))
        before = {name: shown(await store.take(A, [ask()])) for name, store in stores.items()}
        keys = [int(str(node.ask("DBSIZE"))) for node in nodes]

        nodes[0].stop()
        failed = 0
        for store in stores.values():
            try:
                await store.take(A, [ask()])
            except StoreError:
                failed += 1
        nodes[0].start()
        wait_until(lambda: _is_ok(nodes), "the Cluster does not come back")
        await nodes_know_their_plans(stores)
        after = {name: shown(await store.take(A, [ask()])) for name, store in stores.items()}
        for store in stores.values():
            await store.close()

    assert before == {name: {"A": 1} for name in stores}
    assert all(keys)  # organisations spread over all masters
    assert failed >= 1
    assert after == before


def _is_ok(nodes: list[RedisProcess]) -> bool:
    return all("'cluster_state': 'ok'" in str(node.ask("CLUSTER INFO")) for node in nodes)


async def nodes_know_their_plans(stores: dict[str, LeaseStore]) -> None:
    """This Cluster keeps nothing on its disks: a caller tells the Plan again, as it always may."""
    for store in stores.values():
        assert await store.sync(stock(p=[1]))


@contextmanager
def watched_pair(folder: Path) -> Iterator[tuple[RedisProcess, RedisProcess, RedisProcess, str]]:
    """Run a master, its replica, and three sentinels that watch them; give one, and their URL."""
    options = ("--appendonly", "yes", "--repl-diskless-sync-delay", "0")
    with ExitStack() as ends:
        master = ends.enter_context(running(folder / "master", *options))
        follows = ("--replicaof", f"127.0.0.1 {master.port}")
        replica = ends.enter_context(running(folder / "replica", *options, *follows))
        wait_until(lambda: "'up'" in str(replica.ask("INFO", "replication")), "no replication")
        watch = (
            f"sentinel monitor leases 127.0.0.1 {master.port} 2\n"
            "sentinel down-after-milliseconds leases 500\n"
            "sentinel failover-timeout leases 3000\n"
        )
        ports = []
        for n in range(3):
            sentinel = RedisProcess(binary(), folder / f"sentinel{n}", sentinel=watch)
            ends.callback(sentinel.stop)
            sentinel.start()
            ports.append(sentinel.port)
            last = sentinel
        wait_until(
            lambda: "'num-other-sentinels': 2" in str(last.ask("SENTINEL MASTER", "leases")),
            "the sentinels do not find each other",
        )
        hosts = ",".join(f"127.0.0.1:{port}" for port in (free_port(), *ports))
        yield master, replica, last, f"redis+sentinel://{hosts}/leases/0"


@pytest.mark.slow
async def test_a_failover_is_an_error_for_a_while_and_then_works(tmp_path: Path) -> None:
    with watched_pair(tmp_path) as (master, replica, _, url):
        store = open_store(url, organisation="12345678", wait=timedelta(seconds=2))
        await store.sync(stock(p=[1, 2, 3]))
        before = await store.take(A, [ask()])
        wait_until(lambda: int(str(replica.ask("DBSIZE"))) > 1, "the lease is not replicated")
        master.ask("WAIT", 1, 1000)

        master.stop()
        with pytest.raises(StoreError) as caught:
            await store.take(A, [ask()])
        failed, after = 1, None
        while after is None:
            try:
                after = await store.take(A, [ask()])
            except StoreError:
                failed += 1
        master.start()  # the old one comes back, and becomes a replica
        another = await store.take(SessionId("b"), [ask()])
        await store.close()

    assert str(caught.value).startswith("Redis master leases of the sentinels ")
    assert shown(before) == shown(after) == {"A": 1}
    assert shown(another) == {"A": 2}


@pytest.mark.slow
async def test_a_failover_by_hand_leaves_nobody_at_the_old_master(tmp_path: Path) -> None:
    with watched_pair(tmp_path) as (master, replica, sentinel, url):
        store = open_store(url, organisation="12345678", wait=timedelta(seconds=2))
        await store.sync(stock(p=range(20)))
        await asyncio.gather(*(store.take(SessionId(f"s{n}"), [ask()]) for n in range(10)))
        wait_until(lambda: int(str(replica.ask("DBSIZE"))) > 10, "the leases are not replicated")

        sentinel.ask("SENTINEL", "FAILOVER", "leases")
        wait_until(lambda: _role(replica) == "master", "no failover")
        wait_until(lambda: _role(master) == "slave", "the old master goes on")
        outcomes: Counter[str] = Counter()
        while outcomes["answered"] < 10:
            try:
                taken = await store.take(SessionId("s1"), [ask()])
            except StoreError:
                outcomes["failed"] += 1
            else:
                outcomes["answered"] += 1
                assert len(taken.leases) == 1
        held = await store.held()
        await store.close()

    assert len({lease.number for lease in held}) == len(held) == 10


def _role(server: RedisProcess) -> str:
    found = server.ask("ROLE")
    assert isinstance(found, list)
    return str(found[0])
