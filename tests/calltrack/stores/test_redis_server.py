"""Connections to a real Redis: what ops are told when it fails, giving up, coming back, bounds."""

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from calltrack.errors import StoreError
from calltrack.leases import SessionId
from calltrack.stores import redis_server
from calltrack.stores.opening import open_store
from calltrack.stores.redis_leases import RedisLeaseStore
from calltrack.stores.redis_server import TURNS
from tests.calltrack.stores.words import ask, shown, stock
from tests.redis_servers import RedisProcess, free_port, places, running, wait_until

WAIT = timedelta(seconds=5)
SHORT = timedelta(milliseconds=50)
SECRET = "s3cr3t"
A, B = SessionId("a"), SessionId("b")


@pytest.fixture(params=[place for place in places() if place != "address"] or ["missing"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RedisProcess]:
    with running(tmp_path, "--appendonly", "yes", place=request.param) as started:
        yield started


@asynccontextmanager
async def opened(url: str, *, wait: timedelta = WAIT) -> AsyncIterator[RedisLeaseStore]:
    store = open_store(url, organisation="12345678", wait=wait)
    assert isinstance(store, RedisLeaseStore)
    try:
        yield store
    finally:
        await store.close()


async def test_nobody_there_is_an_error_that_names_the_address() -> None:
    port = free_port()

    async with opened(f"redis://edge:{SECRET}@127.0.0.1:{port}/0") as store:
        with pytest.raises(StoreError) as caught:
            await store.take(A, [ask()])

    assert str(caught.value).startswith(f"Redis at 127.0.0.1:{port} cannot be reached (")
    assert SECRET not in str(caught.value)


def _make_full(server: RedisProcess) -> None:
    server.ask("CONFIG", "SET", "maxmemory", 1)


def _make_a_replica(server: RedisProcess) -> None:
    server.ask("REPLICAOF", "127.0.0.1", 1)


def _make_it_want_replicas(server: RedisProcess) -> None:
    server.ask("CONFIG", "SET", "min-replicas-to-write", 1)


def _make_it_want_a_password(server: RedisProcess) -> None:
    server.ask("CONFIG", "SET", "requirepass", "another")


def _forbid_scripts(server: RedisProcess) -> None:
    server.ask("ACL", "SETUSER", "default", "-@scripting")


def _forbid_our_keys(server: RedisProcess) -> None:
    server.ask("ACL", "SETUSER", "default", "resetkeys", "~other:*")


def _forbid_a_command(server: RedisProcess) -> None:
    server.ask("ACL", "SETUSER", "default", "-zadd")


def _make_its_disk_fail(server: RedisProcess) -> None:
    # A snapshot that fails stops all writes, where snapshots are asked for.
    server.ask("CONFIG", "SET", "appendonly", "no")
    server.ask("CONFIG", "SET", "save", "3600 1")
    (server.folder / "dump.rdb" / "in the way").mkdir(parents=True)
    server.ask("BGSAVE")
    wait_until(
        lambda: "'err'" in str(server.ask("INFO", "persistence")), "the snapshot does not fail"
    )


@pytest.mark.parametrize(
    ("happening", "sentence"),
    [
        pytest.param(_make_full, "is full: its maxmemory is reached", id="memory"),
        pytest.param(_make_a_replica, "is a replica and takes no writes", id="replica"),
        pytest.param(_make_it_want_replicas, "has too few replicas", id="too few replicas"),
        pytest.param(_make_it_want_a_password, "wants a password", id="password"),
        pytest.param(_forbid_scripts, "does not let this user", id="no scripts"),
        pytest.param(_forbid_our_keys, "does not let this user", id="no keys"),
        pytest.param(_forbid_a_command, "does not let this user", id="no command"),
        pytest.param(_make_its_disk_fail, "cannot save to its disk", id="disk"),
    ],
)
async def test_what_redis_refuses_is_told_in_a_sentence(
    server: RedisProcess, happening: Callable[[RedisProcess], None], sentence: str
) -> None:
    async with opened(server.url) as store:
        await store.sync(stock(p=[1, 2]))
        happening(server)
    async with opened(server.url) as store:
        with pytest.raises(StoreError) as caught:
            await store.take(SessionId("a-session"), [ask()])

    assert sentence in str(caught.value)
    assert str(caught.value).startswith(f"Redis at 127.0.0.1:{server.port} ")
    assert "a-session" not in str(caught.value)


@pytest.mark.parametrize(
    "happening",
    [
        pytest.param(_make_full, id="memory"),
        pytest.param(_make_a_replica, id="replica"),
        pytest.param(_make_it_want_replicas, id="too few replicas"),
        pytest.param(_make_its_disk_fail, id="disk"),
    ],
)
async def test_a_server_that_takes_no_writes_is_not_well_when_a_plan_says_nothing_new(
    server: RedisProcess, happening: Callable[[RedisProcess], None]
) -> None:
    async with opened(server.url) as store:
        await store.sync(stock(p=[1, 2]))
        assert await store.sync(stock(p=[1, 2]))

        happening(server)

        with pytest.raises(StoreError):
            await store.sync(stock(p=[1, 2]))


async def test_a_wrong_password_is_told_and_not_repeated(server: RedisProcess) -> None:
    server.ask("ACL", "SETUSER", "edge", "on", ">right", "~calltrack:*", "+@all")
    wrong, right = (f"redis://edge:{word}@127.0.0.1:{server.port}" for word in (SECRET, "right"))

    async with opened(wrong) as store:
        with pytest.raises(StoreError, match="refuses the user or the password") as caught:
            await store.take(A, [ask()])
    async with opened(right) as store:
        await store.sync(stock(p=[1]))
        taken = await store.take(A, [ask()])

    assert SECRET not in str(caught.value)
    assert shown(taken) == {"A": 1}


async def test_one_server_is_no_cluster(server: RedisProcess) -> None:
    async with opened(f"redis+cluster://127.0.0.1:{server.port}") as store:
        with pytest.raises(StoreError, match="is no Cluster: use redis://"):
            await store.take(A, [ask()])


async def test_a_server_that_hangs_keeps_no_page_longer_than_it_may_wait(
    server: RedisProcess,
) -> None:
    async with opened(server.url, wait=SHORT) as store:
        await store.sync(stock(p=[1]))
        loop = asyncio.get_running_loop()

        server.signal(signal.SIGSTOP)
        began = loop.time()
        with pytest.raises(StoreError, match="did not answer within 50 ms"):
            await store.take(A, [ask()])
        waited = loop.time() - began
        server.signal(signal.SIGCONT)
        found = await store.held()  # behind what was given up, on the same server

    assert waited < 1
    assert [lease.session for lease in found] == ["a"]


async def test_who_gives_up_leaves_no_answer_for_another(server: RedisProcess) -> None:
    """At every moment of a call, and with all connections used again and again."""
    async with opened(server.url) as store:
        await store.sync(stock(p=range(500)))
        wrong = 0
        for steps in range(60):
            calls = [
                asyncio.create_task(store.take(SessionId(f"{steps}-{n}"), [ask()]))
                for n in range(8)
            ]
            for _ in range(steps % 20):
                await asyncio.sleep(0)
            for call in calls[::2]:
                call.cancel()
            answers = await asyncio.gather(*calls, return_exceptions=True)
            for n, answer in enumerate(answers):
                if isinstance(answer, asyncio.CancelledError):
                    continue
                assert not isinstance(answer, BaseException)
                wrong += {lease.session for lease in answer.leases.values()} != {f"{steps}-{n}"}
        held = await store.held()

    assert wrong == 0
    assert len({lease.number for lease in held}) == len(held) >= 240


async def test_calls_that_are_ended_for_good_leave_no_answer_for_others(
    server: RedisProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(server.url, wait=WAIT) as store:
        await store.sync(stock(p=range(100)))
        await asyncio.gather(*(store.take(SessionId(f"a{n}"), [ask()]) for n in range(TURNS)))
        monkeypatch.setattr(redis_server, "PATIENCE", SHORT)
        store._wait = SHORT
        server.signal(signal.SIGSTOP)
        late = [store.take(SessionId(f"b{n}"), [ask()]) for n in range(TURNS)]
        failed = await asyncio.gather(*late, return_exceptions=True)
        await asyncio.gather(*store._server._running, return_exceptions=True)
        server.signal(signal.SIGCONT)
        monkeypatch.setattr(redis_server, "PATIENCE", WAIT)
        store._wait = WAIT
        taken = await asyncio.gather(
            *(store.take(SessionId(f"c{n}"), [ask()]) for n in range(TURNS))
        )

    assert {type(error) for error in failed} == {StoreError}
    sessions = [lease.session for one in taken for lease in one.leases.values()]
    assert sessions == [f"c{n}" for n in range(TURNS)]


async def test_a_call_given_up_before_its_turn_never_runs(server: RedisProcess) -> None:
    async with opened(server.url) as store:
        await store.sync(stock(p=range(100)))
        server.signal(signal.SIGSTOP)
        first = [asyncio.create_task(store.take(SessionId(f"a{n}"), [ask()])) for n in range(TURNS)]
        late = [asyncio.create_task(store.take(SessionId(f"b{n}"), [ask()])) for n in range(5)]
        await asyncio.sleep(0)
        for call in late:
            call.cancel()
        server.signal(signal.SIGCONT)
        await asyncio.gather(*first)
        await asyncio.gather(*late, return_exceptions=True)
        held = await store.held()

    assert {lease.session[0] for lease in held} == {"a"}


async def test_a_process_has_a_bounded_number_of_connections(server: RedisProcess) -> None:
    async with opened(server.url) as store:
        await store.sync(stock(p=range(300)))
        await asyncio.gather(*(store.take(SessionId(f"s{n}"), [ask()]) for n in range(300)))
        clients = str(server.ask("CLIENT", "LIST"))

    assert 1 <= clients.count("cmd=evalsha") <= TURNS


async def test_a_server_that_comes_back_is_used_at_once(server: RedisProcess) -> None:
    async with opened(server.url) as store:
        await store.sync(stock(p=range(100)))
        await asyncio.gather(*(store.take(SessionId(f"s{n}"), [ask()]) for n in range(20)))

        server.stop()
        with pytest.raises(StoreError, match="cannot be reached"):
            await store.take(A, [ask()])
        server.start()
        taken = await asyncio.gather(*(store.take(SessionId(f"s{n}"), [ask()]) for n in range(20)))

    assert [len(one.leases) for one in taken] == [1] * 20  # no call failed, on any connection
    assert {event.kind.value for one in taken for event in one.events} == {"lease.renewed"}


async def test_a_server_that_forgot_our_scripts_learns_them_again(server: RedisProcess) -> None:
    async with opened(server.url) as store:
        await store.sync(stock(p=[1]))
        await store.take(A, [ask()])
        server.ask("SCRIPT", "FLUSH")

        taken = await store.take(A, [ask()])
        server.ask("CONFIG", "RESETSTAT")
        await store.take(A, [ask()])
        told = str(server.ask("INFO", "commandstats"))

    assert shown(taken) == {"A": 1}
    assert "cmdstat_evalsha" in told
    assert "cmdstat_eval'" not in told


async def test_closing_ends_the_calls_that_run(server: RedisProcess) -> None:
    async with opened(server.url) as store:
        await store.sync(stock(p=[1]))
        server.signal(signal.SIGSTOP)
        call = asyncio.create_task(store.take(A, [ask()]))
        await asyncio.sleep(0)

        await store.close()
        with pytest.raises(StoreError, match="was closed"):
            await call
        server.signal(signal.SIGCONT)

    with pytest.raises(StoreError, match="was closed"):
        await store.held()


async def test_closing_ends_the_calls_that_wait_for_a_turn(server: RedisProcess) -> None:
    async with opened(server.url) as store:
        await store.sync(stock(p=[1]))
        server.signal(signal.SIGSTOP)
        takes = (store.take(SessionId(f"s{n}"), [ask()]) for n in range(2 * TURNS))
        calls = [asyncio.create_task(take) for take in takes]
        await asyncio.sleep(0)

        await store.close()
        ends = await asyncio.gather(*calls, return_exceptions=True)
        server.signal(signal.SIGCONT)

    assert [str(end).endswith("was closed here") for end in ends] == [True] * (2 * TURNS)


async def test_a_failure_nobody_waits_for_is_no_noise(
    server: RedisProcess, caplog: pytest.LogCaptureFixture
) -> None:
    async with opened(server.url, wait=SHORT) as store:
        await store.sync(stock(p=[1]))
        caplog.clear()
        server.signal(signal.SIGSTOP)
        with pytest.raises(StoreError):
            await store.take(A, [ask()])
        server.stop()
        with pytest.raises(StoreError):
            await store.take(B, [ask()])

    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []
