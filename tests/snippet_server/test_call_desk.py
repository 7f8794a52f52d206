"""One webhook from start to end, over a socket: recorded, routed, answered, its number kept."""

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta

import pytest

from calltrack.calls import Phase
from calltrack.errors import StoreError
from calltrack.events import Kind
from calltrack.leases import PoolKey
from calltrack.numbers import PhoneNumber
from calltrack.plan import CampaignKey, StockNumber
from snippet_server import call_desk, pins
from tests.calltrack.plans import (
    AMSTERDAM_NUMBER,
    EVERYONE,
    ROTTERDAM,
    ROTTERDAM_NUMBER,
    SITE,
    make_plan,
)
from tests.snippet_server.calling import (
    ANNA,
    CALLER,
    NOW,
    NUMBER,
    WEBHOOKS,
    Client,
    Exchange,
    call,
    signed,
    told,
)


async def test_a_call_is_on_the_disk_when_its_carrier_is_answered(
    exchange: Exchange, client: Client
) -> None:
    said = await call(client)

    (report,) = await exchange.reports()
    assert said["connect"] == AMSTERDAM_NUMBER.e164
    assert said["callback_url"] == f"https://www.example.nl{WEBHOOKS}"
    assert (report.phase, report.caller, report.number) == (Phase.OFFERED, CALLER, NUMBER.e164)
    assert (report.vestiging, report.forwarded_to) == ("amsterdam", AMSTERDAM_NUMBER.e164)


async def test_a_call_goes_to_the_vestiging_that_its_number_was_leased_for(
    exchange: Exchange, client: Client
) -> None:
    campaign = replace(EVERYONE, pool=PoolKey("amsterdam"))
    await exchange.use(make_plan(telephony=exchange.plan.telephony, campaigns=(campaign,)))
    number = await exchange.take(vestiging="rotterdam")

    said = await call(client, number=number.e164)

    assert said["connect"] == ROTTERDAM_NUMBER.e164
    assert exchange.counted("call.to_holder") == 1


async def test_a_number_in_a_call_is_kept_and_promised_for_the_longest_hold_afterwards(
    exchange: Exchange, client: Client
) -> None:
    longer = replace(SITE, hold=timedelta(hours=2))
    exchange.plan = replace(exchange.plan, sites=(SITE, longer))
    await exchange.take()

    await call(client)
    during = await exchange.lease()
    exchange.now += timedelta(minutes=1)
    await call(client, "answered")
    await call(client, "ended", status="answered")
    await exchange.calls.settle()

    after = await exchange.lease()
    pinned, unpinned = await exchange.events(Kind.LEASE_PINNED, Kind.LEASE_UNPINNED)
    assert during is not None
    assert during.pinned_until == NOW + timedelta(hours=4)
    assert after is not None
    assert after.promised_until == exchange.now + timedelta(hours=2)
    assert (pinned.data["session"], unpinned.data["session"]) == (ANNA, ANNA)


@pytest.mark.parametrize("first", ["ringing", "answered"])
async def test_a_call_whose_offer_nobody_heard_of_is_kept_too(
    exchange: Exchange, client: Client, first: str
) -> None:
    await exchange.take()

    await call(client, first)
    await exchange.calls.settle()

    lease = await exchange.lease()
    assert lease is not None
    assert lease.pinned_until == NOW + timedelta(hours=4)


@pytest.mark.parametrize("late", ["ringing", "answered"])
async def test_what_is_told_late_of_a_call_that_nobody_here_heard_of_keeps_no_number(
    exchange: Exchange, client: Client, late: str
) -> None:
    await exchange.take()

    await call(client, late, at=(NOW - timedelta(seconds=61)).isoformat())
    await exchange.calls.settle()

    lease = await exchange.lease()
    assert lease is not None
    assert lease.pinned_until is None
    assert exchange.calls.look_at().under_way == 0
    assert len(await exchange.reports()) == 1


async def test_a_call_that_has_ended_keeps_no_number_whatever_is_told_of_it(
    exchange: Exchange, client: Client
) -> None:
    await exchange.take()
    for event in ("offered", "ended", "answered", "offered"):
        await call(client, event)
    await exchange.calls.settle()

    lease = await exchange.lease()
    assert lease is not None
    assert lease.pinned_until is None
    assert exchange.calls.look_at().under_way == 0
    assert len(await exchange.reports()) == 3  # the second telling is the first


async def test_a_call_back_by_the_firm_keeps_no_number(exchange: Exchange, client: Client) -> None:
    await exchange.take()

    await call(client, "answered", direction="out")
    await exchange.calls.settle()

    lease = await exchange.lease()
    assert lease is not None
    assert lease.pinned_until is None


async def test_a_number_is_kept_until_the_last_of_its_calls_is_over(
    exchange: Exchange, client: Client
) -> None:
    await exchange.take()
    await asyncio.gather(call(client, call="one"), call(client, call="two"))

    await call(client, "ended", call="one")
    await exchange.calls.settle()
    during = await exchange.lease()
    await call(client, "ended", call="two")
    await exchange.calls.settle()
    after = await exchange.lease()

    assert during is not None
    assert during.pinned_until is not None
    assert after is not None
    assert after.pinned_until is None


async def test_a_call_whose_end_another_process_heard_of_keeps_its_number_from_no_later_call(
    exchange: Exchange, client: Client
) -> None:
    await exchange.take()
    await call(client, call="ended elsewhere")

    exchange.now += timedelta(minutes=31)
    for event in ("offered", "ended"):
        body = told(event, call="later")
        headers = signed(body, at=exchange.now)
        await client.post(WEBHOOKS, data=body, headers=headers)
    await exchange.calls.settle()

    lease = await exchange.lease()
    assert lease is not None
    assert lease.pinned_until is None


async def test_a_carrier_that_asks_again_hears_the_same(exchange: Exchange, client: Client) -> None:
    await exchange.take()
    first = await call(client)
    turned = dict(reversed(list(exchange.plan.vestigingen.items())))
    exchange.plan = replace(exchange.plan, vestigingen=turned, numbers=())

    again = await call(client)
    other = await call(client, call="call-2")

    assert again["connect"] == first["connect"]
    assert other["connect"] == ROTTERDAM_NUMBER.e164  # now the first, and the number unknown


class TestStoreAway:
    async def test_a_store_that_fails_is_told_again_without_another_webhook(
        self, exchange: Exchange, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(pins, "AGAIN", timedelta(milliseconds=20))
        await exchange.take()
        exchange.store.error = StoreError("it is gone")

        said = await call(client)
        owed = exchange.calls.look_at().owed
        exchange.store.error = None
        async with asyncio.timeout(60):
            await exchange.store.has_pinned.wait()
        await exchange.calls.settle()

        lease = await exchange.lease()
        assert (said["connect"], owed) == (AMSTERDAM_NUMBER.e164, 1)
        assert exchange.counted("call.to_pool") == 1
        assert exchange.calls.look_at().owed == 0
        assert lease is not None
        assert lease.pinned_until is not None

    async def test_a_store_that_hangs_is_waited_for_a_moment(
        self, exchange: Exchange, client: Client
    ) -> None:
        await exchange.take()
        exchange.store.open.clear()
        exchange.lose_patience()

        said = await call(client)

        (report,) = await exchange.reports()
        assert said["connect"] == AMSTERDAM_NUMBER.e164
        assert report.vestiging == "amsterdam"
        assert exchange.counted("store.slow") == 1

    async def test_a_pin_under_way_is_followed_by_its_end(
        self, exchange: Exchange, client: Client
    ) -> None:
        await exchange.take()
        exchange.store.open.clear()
        exchange.lose_patience()
        await call(client)
        await call(client, "ended")

        exchange.store.open.set()
        await exchange.calls.settle()

        lease = await exchange.lease()
        assert lease is not None
        assert lease.pinned_until is None
        assert exchange.calls.look_at().owed == 0


class TestDisk:
    async def test_a_slow_disk_is_waited_for_a_moment_and_goes_on_writing(
        self, exchange: Exchange, client: Client
    ) -> None:
        exchange.disk.open.clear()
        exchange.lose_patience()

        said = await call(client)

        in_memory = exchange.writer.waiting
        exchange.disk.open.set()
        await exchange.writer.flush()
        assert said["connect"] == AMSTERDAM_NUMBER.e164
        assert in_memory == 1
        assert exchange.counted("outbox.late") == 1
        assert len(await exchange.reports()) == 1

    async def test_a_disk_that_another_process_has_is_asked_again(
        self, exchange: Exchange, client: Client
    ) -> None:
        exchange.disk.refuses = 3

        await call(client)

        assert len(await exchange.reports()) == 1
        assert exchange.counted("outbox.late") == 0

    async def test_a_disk_and_a_store_that_hang_keep_nobody_waiting(
        self, exchange: Exchange, client: Client
    ) -> None:
        exchange.disk.open.clear()
        exchange.store.open.clear()
        exchange.lose_patience()

        said = await call(client)

        assert said["connect"] == AMSTERDAM_NUMBER.e164
        assert not exchange.disk.open.is_set()

    def test_both_together_are_waited_for_less_than_a_second(self) -> None:
        assert timedelta(seconds=1) > pins.WAIT + call_desk.DISK


@pytest.mark.parametrize(
    ("number", "expected", "why"),
    [
        pytest.param(NUMBER.e164, AMSTERDAM_NUMBER, "to_pool", id="a pool's, never given"),
        pytest.param("+31107654301", ROTTERDAM_NUMBER, "to_pool", id="another pool's"),
        pytest.param("+31307654301", ROTTERDAM_NUMBER, "to_static", id="a static one"),
        pytest.param("+31101234567", ROTTERDAM_NUMBER, "to_own", id="the vestiging's own"),
        pytest.param("+31207777777", AMSTERDAM_NUMBER, "to_unknown", id="not in the Plan"),
        pytest.param("", AMSTERDAM_NUMBER, "to_unknown", id="none at all"),
    ],
)
async def test_every_call_is_connected(
    exchange: Exchange, client: Client, number: str, expected: object, why: str
) -> None:
    static = StockNumber(
        PhoneNumber("+31307654301"), campaign=CampaignKey("everyone"), vestiging=ROTTERDAM
    )
    await exchange.use(replace(exchange.plan, numbers=(*exchange.plan.numbers, static)))

    said = await call(client, number=number)

    assert said["connect"] == str(expected)
    assert exchange.counted(f"call.{why}") == 1


async def test_a_webhook_that_cannot_be_read_is_answered_as_one_that_asks(
    exchange: Exchange, client: Client
) -> None:
    body = told(at="yesterday")

    async with client.post(WEBHOOKS, data=body, headers=signed(body)) as answer:
        said = await answer.json()

    (standing,) = exchange.calls.standings()
    assert said["connect"] == AMSTERDAM_NUMBER.e164
    assert (standing.seen, standing.unreadable) == (1, 1)
    assert await exchange.reports() == []


async def test_no_number_is_in_the_log_or_in_what_is_counted(
    exchange: Exchange, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    exchange.store.error = StoreError("it is gone")
    for event in ("offered", "answered", "ended"):
        await call(client, event)
    body = told(at=CALLER)
    await client.post(f"{WEBHOOKS}?to={CALLER}", data=body, headers=signed(body))
    await client.post(f"{WEBHOOKS}?to={CALLER}", data=body)
    await exchange.calls.settle()

    ours = "\n".join(r.getMessage() for r in caplog.records if r.name.startswith("calltrack"))
    said = f"{ours} {exchange.calls.facts()} {exchange.counters.snapshot()}"
    assert "unsigned" in ours
    assert [digits for digits in (CALLER[3:], NUMBER.e164[3:]) if digits in said] == []


async def test_a_call_whose_end_nobody_tells_is_over_after_four_hours(
    exchange: Exchange, client: Client
) -> None:
    await exchange.take()
    await call(client)

    exchange.now += timedelta(hours=4, seconds=1)

    lease = await exchange.lease()
    assert exchange.calls.look_at().under_way == 0
    assert lease is None
