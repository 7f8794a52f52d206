"""One call that several processes of an edge hear of, each a part of it."""

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from calltrack.errors import StoreError
from calltrack.events import Kind
from tests.snippet_server.calling import NUMBER, Exchange, call


@pytest.fixture
async def pair(tmp_path: Path) -> AsyncIterator[tuple[Exchange, Exchange]]:
    """Give two desks on one store and one outbox, who tell each other."""
    here, there = Exchange(tmp_path), Exchange(tmp_path)
    await here.use(here.plan)
    _tell(here, there)
    _tell(there, here)
    yield here, there
    await here.close()
    await there.close()


def _tell(one: Exchange, other: Exchange) -> None:
    def tell(told: Mapping[str, Any]) -> None:
        other.calls.hear(json.loads(json.dumps(told)))  # it goes from process to process

    one.calls.means = replace(one.calls.means, tell=tell)


async def test_a_call_that_began_at_one_ends_at_another(pair: tuple[Exchange, Exchange]) -> None:
    here, there = pair
    await here.take()
    async with here.client() as first, there.client() as second:
        await call(first)
        both = [len(one.calls.under_way) for one in pair]
        await call(second, "ended")
        await here.calls.settle()
        await there.calls.settle()

    lease = await here.lease()
    assert both == [1, 1]
    assert [len(one.calls.under_way) for one in pair] == [0, 0]
    assert lease is not None
    assert lease.pinned_until is None or lease.pinned_until <= here.now


async def test_what_is_told_late_of_a_call_that_ended_elsewhere_keeps_no_number(
    pair: tuple[Exchange, Exchange],
) -> None:
    here, there = pair
    async with here.client() as first, there.client() as second:
        await call(first)
        await call(second, "ended")
        await there.calls.settle()
        await call(first, "answered")
        await here.calls.settle()

    assert len(here.calls.under_way) == 0
    assert here.counted("store.pin") == 1
    assert there.counted("store.unpin") == 1


async def test_a_pin_that_the_store_has_not_heard_of_is_forgotten_with_the_call(
    pair: tuple[Exchange, Exchange],
) -> None:
    here, there = pair
    here.store.error = StoreError("away")
    async with here.client() as first, there.client() as second:
        await call(first)
        owed = here.calls.means.pins.owed
        await call(second, "ended")
        await there.calls.settle()
    here.store.error = None

    assert (owed, here.calls.means.pins.owed) == (1, 0)


async def test_the_same_webhook_at_two_is_one_event_and_one_answer(
    pair: tuple[Exchange, Exchange],
) -> None:
    here, there = pair
    await here.take()
    async with here.client() as first, there.client() as second:
        said = [await call(first, number=NUMBER.e164), await call(second, number=NUMBER.e164)]

    assert said[0]["connect"] == said[1]["connect"]
    assert len(await here.events(Kind.CALL_REPORTED)) == 1
