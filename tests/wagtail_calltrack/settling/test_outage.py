"""Wagtail is away while people call: the edge keeps what happened, and tells it later."""

import asyncio
import gzip
import logging
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from calltrack.events import Event, EventId, Kind
from calltrack.link.batches import make_batch
from calltrack.link.receipts import Settled, read_receipt
from calltrack.stores.sqlite_outbox import open_outbox
from tests.wagtail_calltrack.ingest.samples import EDGE, Json, minute, new_token, send
from tests.wagtail_calltrack.settling.story import (
    ANNA,
    BERT,
    NUMBER,
    OTHER,
    by_ad,
    called,
    channels,
    leased,
    outcome,
    shown,
    tell,
    the_call,
)
from tests.wagtail_calltrack.settling.test_any_order import clear
from wagtail_calltrack.ingest import after, storing
from wagtail_calltrack.models import Call, Edge, Lead

pytestmark = pytest.mark.django_db

TEN_MINUTES: list[Json] = [
    *(by_ad(0), leased(0), shown(0)),
    *called(1, "CA1", NUMBER, ANNA),
    *(by_ad(4, "S2", "V2"), leased(4, "S2", OTHER), shown(4, "S2", OTHER)),
    *called(7, "CA2", OTHER, BERT),
]


@pytest.fixture
def token() -> str:
    return new_token()


def event_of(raw: Json) -> Event:
    at = datetime.fromisoformat(raw["at"])
    return Event(Kind(raw["kind"]), at, raw["data"], EventId(raw["id"]))


def ship(path: Path, client: Client, token: str, size: int) -> list[object]:
    """Do what the shipper does with an outbox, until it is empty or Wagtail does not answer."""
    receipts: list[object] = []
    while pending := asyncio.run(_pending(path, size)):
        batch = make_batch(EDGE, pending)
        answer = _post(client, token, batch.body)
        receipt = read_receipt(answer.status_code, answer.content, sent=batch.ids, now=minute(60))
        receipts.append(receipt)
        if not isinstance(receipt, Settled):
            break
        asyncio.run(_shipped(path, batch.ids))
    return receipts


async def _pending(path: Path, size: int) -> Sequence[Event]:
    outbox = open_outbox(path)
    try:
        return await outbox.pending(limit=size)
    finally:
        await outbox.close()


async def _shipped(path: Path, ids: Sequence[EventId]) -> None:
    outbox = open_outbox(path)
    await outbox.shipped(ids)
    await outbox.close()


def _post(client: Client, token: str, body: bytes) -> Any:
    return send(client, token, gzip.compress(body), **{"Content-Encoding": "gzip"})


def keep(path: Path, events: Sequence[Json]) -> None:
    async def write() -> None:
        outbox = open_outbox(path)
        for one in events:
            await outbox.append([event_of(one)])
        await outbox.close()

    asyncio.run(write())


@pytest.mark.parametrize("size", [3, 1000])
def test_nothing_is_lost_of_ten_minutes(
    client: Client, token: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    tell(*TEN_MINUTES)
    right = outcome()
    clear()
    path = tmp_path / "outbox.sqlite3"
    keep(path, TEN_MINUTES)

    def away(*_args: Any) -> None:
        raise OperationalError("the database is away")

    with monkeypatch.context() as patch:
        patch.setattr(storing, "_note_edge", away)
        (refused,) = ship(path, client, token, size)
    while_away = Call.objects.count()
    receipts = ship(path, client, token, size)

    assert not isinstance(refused, Settled)
    assert while_away == 0
    assert sum(one.stored for one in receipts if isinstance(one, Settled)) == len(TEN_MINUTES)
    assert outcome() == right
    assert (the_call("CA1").session, the_call("CA2").session) == ("S1", "S2")
    assert channels("CA2") == {"paid_search": "1"}
    assert Lead.objects.count() == 2


def test_who_dies_before_late_facts_are_marked_is_sent_them_again(
    client: Client, token: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(*called(5))
    path = tmp_path / "outbox.sqlite3"
    keep(path, [by_ad(0), leased(0)])

    def dies(_late: Any) -> list[int]:
        raise OperationalError("gone")

    with monkeypatch.context() as patch:
        patch.setattr(storing, "unsettle_touched", dies)
        (refused,) = ship(path, client, token, 1000)
    before = the_call()
    ship(path, client, token, 1000)

    assert not isinstance(refused, Settled)
    assert before.step == "misdial"
    assert (the_call().step, channels()) == ("live", {"paid_search": "1"})


def test_what_goes_wrong_behind_a_batch_does_not_fail_it(
    client: Client, token: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)

    def fails(*_args: Any, **_options: Any) -> None:
        raise OperationalError(f"Key (caller)=({ANNA}) is locked")

    with monkeypatch.context() as patch:
        patch.setattr(after, "settle_marked", fails)
        patch.setattr(after, "settle", fails)
        batch = make_batch(EDGE, [event_of(one) for one in TEN_MINUTES])
        answer = _post(client, token, batch.body)
    waiting = Call.objects.filter(is_settled=False).count()
    after.after_batch(list(Call.objects.values_list("pk", flat=True)))

    assert (answer.status_code, answer.json()["stored"]) == (200, len(TEN_MINUTES))
    assert (waiting, Call.objects.filter(is_settled=False).count()) == (2, 0)
    assert "settling calls failed: OperationalError in fails" in caplog.text
    assert "612345678" not in caplog.text
    assert Edge.objects.exists()
