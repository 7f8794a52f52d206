"""What is refused, over a socket: with its status, counted, and nothing of it stored."""

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from calltrack.plan import AccountKey, Provider
from snippet_server import app, bodies
from tests.calltrack.plans import CARRIER
from tests.snippet_server.calling import (
    ENVIRONMENT,
    NOW,
    OTHER_SECRET,
    WEBHOOKS,
    Client,
    Exchange,
    signed,
    told,
)

LATE = NOW - timedelta(minutes=10)
TWILIO = replace(CARRIER, key=AccountKey("twilio"), provider=Provider.TWILIO)


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [
        pytest.param("/_calltrack/calls/nobody/", "POST", 404, id="an account not in the Plan"),
        pytest.param("/_calltrack/calls/", "POST", 404, id="no account"),
        pytest.param("/_calltrack/calls//main-line/", "POST", 404, id="an empty account"),
        pytest.param("/_calltrack/", "GET", 404, id="the prefix"),
        pytest.param("/", "GET", 404, id="nothing of ours"),
        pytest.param(WEBHOOKS, "PUT", 405, id="a method no carrier uses"),
        pytest.param(WEBHOOKS, "GET", 403, id="an address typed by hand"),
    ],
)
async def test_what_is_no_webhook_is_refused_in_a_word(
    client: Client, path: str, method: str, status: int
) -> None:
    async with client.request(method, path) as answer:
        text = await answer.text()

    assert (answer.status, text) == (status, f"{status}\n")
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("headers", "verdict"),
    [
        pytest.param({}, "unsigned", id="not signed"),
        pytest.param(signed(told(), secret=OTHER_SECRET), "forged", id="another key"),
        pytest.param(signed(told("ended")), "forged", id="another text"),
        pytest.param(signed(told(), at=LATE), "late", id="a replay ten minutes later"),
        pytest.param(
            {**signed(told()), "webhook-timestamp": "now"}, "forged", id="junk for a moment"
        ),
        pytest.param({**signed(told()), "webhook-signature": "v1,é"}, "forged", id="junk"),
    ],
)
async def test_what_is_not_the_carriers_is_refused_and_counted(
    exchange: Exchange, client: Client, headers: dict[str, str], verdict: str
) -> None:
    async with client.post(WEBHOOKS, data=told(), headers=headers) as answer:
        assert answer.status == 403

    (standing,) = exchange.calls.standings()
    assert (standing.refused, standing.seen) == ({verdict: 1}, 0)
    assert exchange.counted(f"webhook.generic.{verdict}") == 1
    assert await exchange.events() == []


async def test_a_webhook_of_another_account_at_the_carrier_is_refused(
    exchange: Exchange, client: Client
) -> None:
    exchange.plan = replace(
        exchange.plan, telephony={CARRIER.key: replace(CARRIER, account="exchange-1")}
    )
    body = told(account="exchange-2")

    async with client.post(WEBHOOKS, data=body, headers=signed(body)) as answer:
        assert answer.status == 403

    assert exchange.counted("webhook.generic.other_account") == 1


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 50_000])
async def test_junk_is_refused(exchange: Exchange, client: Client, body: bytes) -> None:
    headers = {"webhook-id": "1", "webhook-timestamp": "1", "webhook-signature": "v1,x"}

    async with client.post(WEBHOOKS, data=body, headers=headers) as answer:
        assert answer.status == 403

    assert exchange.counted("webhook.generic.forged") == 1


async def test_a_body_that_is_too_long_is_refused(client: Client) -> None:
    async with client.post(WEBHOOKS, data=b"x" * (bodies.LARGEST_BYTES + 1)) as answer:
        assert answer.status == 413


async def test_a_packed_body_is_refused(client: Client) -> None:
    headers = {"Content-Encoding": "br"}

    async with client.post(WEBHOOKS, data=b"x", headers=headers) as answer:
        assert answer.status == 415


async def test_a_body_that_does_not_come_is_not_waited_for(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "BODY_SECONDS", 0.05)
    reader, writer = await asyncio.open_connection("127.0.0.1", client.port)
    head = f"POST {WEBHOOKS} HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n"

    writer.write(head.encode())
    line = await reader.readline()
    writer.close()

    assert line.startswith(b"HTTP/1.1 408 ")


async def test_an_account_whose_secret_is_missing_gets_503_and_ops_the_variable(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    found = Exchange(tmp_path, environment={})
    await found.calls.look(found.plan)
    async with (
        found.client() as client,
        client.post(WEBHOOKS, data=told(), headers=signed(told())) as answer,
    ):
        assert answer.status == 503
        assert answer.headers["Retry-After"] == "5"

    (standing,) = found.calls.standings()
    await found.close()
    assert "CALLTRACK_SECRET_MAIN_LINE is not set" in standing.problem
    assert standing.refused == {"not_set_up": 1}
    assert [r.getMessage().split(" is ")[0] for r in caplog.records] == [
        "CALLTRACK_SECRET_MAIN_LINE"
    ]


async def test_a_provider_that_signs_the_address_needs_to_know_it(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    found = Exchange(tmp_path, environment=ENVIRONMENT, origin="")
    found.plan = replace(found.plan, telephony={CARRIER.key: CARRIER, TWILIO.key: TWILIO})
    await found.calls.look(found.plan)
    await found.calls.look(found.plan)
    async with found.client() as client:
        async with client.post("/_calltrack/calls/twilio/", data=b"") as answer:
            assert answer.status == 503
        async with client.post(WEBHOOKS, data=told(), headers=signed(told())) as answer:
            assert answer.status == 200

    await found.close()
    assert [r.getMessage() for r in caplog.records if r.levelno >= logging.WARNING] == [
        "telephony «twilio» (twilio): --public-url is missing: the address that the carrier calls"
    ]


async def test_a_path_below_the_accounts_own_is_the_carriers(
    exchange: Exchange, client: Client
) -> None:
    async with client.post(f"{WEBHOOKS}events/call", data=told(), headers=signed(told())) as answer:
        assert answer.status == 200

    assert len(await exchange.reports()) == 1


async def test_what_there_is_no_room_for_is_to_come_again(
    client: Client, exchange: Exchange
) -> None:
    room = exchange.app[app.ROOM]
    room.taken_bytes = bodies.ROOM_BYTES

    async with client.post(WEBHOOKS, data=told(), headers=signed(told())) as answer:
        assert (answer.status, answer.headers["Retry-After"]) == (503, "5")

    assert room.taken_bytes == bodies.ROOM_BYTES  # what was refused takes none


async def test_many_who_send_slowly_keep_no_carrier_out(client: Client, exchange: Exchange) -> None:
    head = f"POST {WEBHOOKS} HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n{{"
    slow = [await asyncio.open_connection("127.0.0.1", client.port) for _ in range(300)]
    for _, writer in slow:
        writer.write(head.encode())
        await writer.drain()

    async with client.post(WEBHOOKS, data=told(), headers=signed(told())) as answer:
        assert answer.status == 200

    for _, writer in slow:
        writer.close()
    assert len(await exchange.reports()) == 1
