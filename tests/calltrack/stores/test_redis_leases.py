"""What the Redis lease store adds to the contract: one round trip, keys, warnings, the clock."""

import logging
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
import redis

from calltrack.leases import Ask, Client, LeaseStore, SessionId
from calltrack.stores.opening import open_store
from tests.calltrack.stores.words import HOME, START, ask, at, number, shown, stock
from tests.redis_servers import RedisProcess, places, running

WAIT = timedelta(seconds=5)
A, B = SessionId("a"), SessionId("b")


@pytest.fixture(params=[place for place in places() if place != "address"] or ["missing"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RedisProcess]:
    with running(tmp_path, "--appendonly", "yes", place=request.param) as started:
        yield started


@pytest.fixture
async def store(server: RedisProcess) -> AsyncIterator[LeaseStore]:
    opened = open_store(server.url, organisation="12345678", wait=WAIT)
    yield opened
    await opened.close()


async def test_two_organisations_on_one_server_do_not_see_each_other(
    server: RedisProcess, store: LeaseStore
) -> None:
    other = open_store(server.url, organisation="1234567", wait=WAIT)
    for user in (store, other):
        await user.sync(stock(p=[1, 2]))

    given = [shown(await user.take(A, [ask()], now=START)) for user in (store, other)]
    await other.sync(stock(2, q=[1]))
    seen = [[fill.pool for fill in await user.fill()] for user in (store, other)]
    held = [[lease.number for lease in await user.held(now=START)] for user in (store, other)]
    await other.close()

    assert given == [{"A": 1}, {"A": 1}]
    assert seen == [["p"], ["q"]]
    assert held == [[number(1)], [number(1)]]


async def test_every_key_carries_the_organisations_tag(
    server: RedisProcess, store: LeaseStore
) -> None:
    await store.sync(stock(p=[1, 2], released={2: 0}))
    await store.take(A, [ask("A", share=True), ask("B", share=True)], now=START)
    await store.take(B, [ask("A", share=True), ask("B", share=True)], now=START)
    with redis.Redis(port=server.port, decode_responses=True) as client:
        keys = sorted(client.scan_iter())
        expiring = [key for key in keys if client.ttl(key) >= 0]

    assert len(keys) >= 10
    assert [key for key in keys if not key.startswith("calltrack:{12345678}:")] == []
    assert expiring == []


def _commands(server: RedisProcess) -> dict[str, int]:
    with redis.Redis(port=server.port, decode_responses=True) as client:
        told = client.info("commandstats")
    return {name.removeprefix("cmdstat_"): facts["calls"] for name, facts in told.items()}


@pytest.mark.parametrize(
    "asks",
    [
        pytest.param([ask("A", "p")], id="one branch"),
        pytest.param([ask(f"v{n}", f"p{n}") for n in range(200)], id="200 branches"),
    ],
)
async def test_a_page_is_one_round_trip_whatever_is_on_it(
    server: RedisProcess, store: LeaseStore, asks: Sequence[Ask]
) -> None:
    pools = {str(wanted.pool): [n] for n, wanted in enumerate(asks)}
    await store.sync(stock(1, released=None, **pools))
    await store.take(B, asks)
    server.ask("CONFIG", "RESETSTAT")

    await store.take(A, asks)

    commands = _commands(server)
    assert commands["evalsha"] == 1
    assert "eval" not in commands


@pytest.mark.parametrize(
    ("taken", "client", "kind"),
    [
        pytest.param(0.5, None, "lease.given", id="half is free"),
        pytest.param(1, HOME, "lease.ended", id="all unconfirmed: one is taken back"),
        pytest.param(1, None, "lease.given", id="all held: one is shared"),
    ],
)
async def test_the_work_of_a_take_does_not_grow_with_its_pool(
    server: RedisProcess, store: LeaseStore, taken: float, client: Client | None, kind: str
) -> None:
    work = []
    for serial, size in enumerate((20, 1000), start=1):
        pool = f"p{size}"
        first = serial * 10_000
        await store.sync(stock(serial, released=None, **{pool: range(first, first + size)}))
        for n in range(int(size * taken)):
            await store.take(
                SessionId(f"{size}-{n}"), [ask("A", pool)], client=client, now=at(10 * serial)
            )
        server.ask("CONFIG", "RESETSTAT")

        found = await store.take(
            SessionId(pool), [ask("A", pool, share=True)], now=at(10 * serial + 5)
        )

        work.append(sum(_commands(server).values()))
        assert (len(found.leases), found.events[0].kind) == (1, kind)
    assert abs(work[0] - work[1]) < 5
    assert max(work) < 40


async def test_a_large_plan_enters_and_the_next_one_costs_what_changes(
    server: RedisProcess, store: LeaseStore
) -> None:
    numbers = list(range(20_000))
    await store.sync(stock(1, p=numbers))
    server.ask("CONFIG", "RESETSTAT")

    await store.sync(stock(2, p=[n for n in numbers if n != 7], q=[7]))

    assert [(fill.pool, fill.numbers) for fill in await store.fill()] == [("p", 19_999), ("q", 1)]
    assert sum(_commands(server).values()) < 60


async def test_numbers_that_come_between_keep_the_order_of_the_plan(store: LeaseStore) -> None:
    await store.sync(stock(1, p=[1, 2, 3, 4]))
    await store.sync(stock(2, p=[2, 9, 8, 3, 1]))

    given = [shown(await store.take(SessionId(s), [ask()], now=START))["A"] for s in "abcde"]

    assert given == [2, 9, 8, 3, 1]


async def test_a_number_that_joins_after_one_left_stands_last(store: LeaseStore) -> None:
    await store.sync(stock(1, p=[1, 2, 9]))
    await store.sync(stock(2, p=[2, 9]))
    await store.sync(stock(3, p=[2, 9, 3]))

    given = [shown(await store.take(SessionId(s), [ask()], now=START))["A"] for s in "abc"]

    assert given == [2, 9, 3]


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        pytest.param([], [], id="as it should be"),
        pytest.param(
            [("maxmemory-policy", "allkeys-lru")], ["maxmemory-policy allkeys-lru"], id="evicts"
        ),
        pytest.param([("appendonly", "no")], ["appendonly no"], id="no log"),
    ],
)
async def test_a_server_that_may_forget_is_told_once(
    server: RedisProcess,
    store: LeaseStore,
    settings: Sequence[tuple[str, str]],
    words: Sequence[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    for name, value in settings:
        server.ask("CONFIG", "SET", name, value)

    for serial in (1, 2):
        await store.sync(stock(serial, p=[1]))

    told = [record.message for record in caplog.records if record.levelno == logging.WARNING]
    assert len(told) == len(words)
    assert all(word in line for word, line in zip(words, told, strict=True))


async def test_where_nothing_may_be_asked_nothing_is_told(
    server: RedisProcess, caplog: pytest.LogCaptureFixture
) -> None:
    server.ask("CONFIG", "SET", "appendonly", "no")
    rights = "+@read", "+@write", "+@scripting", "+@fast", "-info", "-config"
    server.ask("ACL", "SETUSER", "edge", "on", ">pass", "~calltrack:*", *rights)
    url = f"redis://edge:pass@127.0.0.1:{server.port}"
    store = open_store(url, organisation="12345678", wait=WAIT)

    assert await store.sync(stock(p=[1]))
    taken = await store.take(A, [ask()])
    await store.close()

    assert shown(taken) == {"A": 1}
    assert caplog.records == []


async def test_the_rights_that_the_docs_list_are_enough(server: RedisProcess) -> None:
    text = (Path(__file__).parents[3] / "docs" / "stores.md").read_text(encoding="utf-8")
    listed = text.partition("ACL SETUSER calltrack on >PASSWORD ")[2].partition("```")[0].split()
    server.ask("ACL", "SETUSER", "calltrack", "on", ">pass", *listed)
    url = f"redis://calltrack:pass@127.0.0.1:{server.port}"
    store = open_store(url, organisation="12345678", wait=WAIT)
    unconfirmed = [ask("A", cap=1, share=True)]

    await store.sync(stock(1, p=[1, 2], q=[3], released={2: 0}))
    await store.take(A, [ask("A", share=True), ask("B", "q")], client=HOME, now=START)
    for minute, session in enumerate("bcde"):
        await store.take(SessionId(session), unconfirmed, client=HOME, now=at(minute * 2))
        await store.pin(number(1), timedelta(minutes=1))
        await store.unpin(number(1), timedelta(minutes=1))
    await store.release(A)
    await store.sync(stock(2, p=[2]))
    fills = await store.fill()
    held = await store.held(now=at(1))
    await store.close()

    assert len(listed) > 20
    assert [fill.pool for fill in fills] == ["p"]
    assert held != []


async def test_a_clock_far_behind_the_leases_is_told_once(
    store: LeaseStore, caplog: pytest.LogCaptureFixture
) -> None:
    await store.sync(stock(p=[1]))
    ahead = at(60 * 24 * 4000)
    await store.take(A, [ask()], now=ahead)

    taken = [await store.take(A, [ask()]) for _ in range(2)]

    assert [next(iter(one.leases.values())).given_at for one in taken] == [ahead, ahead]
    assert ["is behind its leases" in record.message for record in caplog.records] == [True]


async def test_moments_are_exact_to_the_microsecond(store: LeaseStore) -> None:
    now = START + timedelta(microseconds=123_457)
    await store.sync(stock(p=[1]))

    (lease,) = (await store.take(A, [ask(hold=1 / 3)], now=now)).leases.values()
    (held,) = await store.held(now=now)

    assert lease.given_at == now
    assert lease.promised_until == now + timedelta(seconds=22)
    assert held == lease
