"""The numbers of one page: promised ones without the store, the others in one call; no error."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from calltrack.errors import StoreError
from calltrack.events import Kind
from calltrack.leases import Ask, PoolKey, SessionId, Taken
from calltrack.plan import Method, NumberState, StockNumber
from calltrack.stores.sqlite_leases import SqliteLeaseStore
from tests.calltrack.plans import AMSTERDAM_POOL, EVERYONE, ROTTERDAM_POOL, make_plan
from tests.proxy.visits import CountingStore, Front

DISABLED = StockNumber(AMSTERDAM_POOL[0], PoolKey("amsterdam"), state=NumberState.DISABLED)


async def test_two_visitors_see_different_numbers_each_the_same_everywhere(front: Front) -> None:
    first, _ = await front.view()
    second, _ = await front.view()

    assert first == [AMSTERDAM_POOL[0], ROTTERDAM_POOL[0], AMSTERDAM_POOL[0]]
    assert second == [AMSTERDAM_POOL[1], ROTTERDAM_POOL[1], AMSTERDAM_POOL[1]]


async def test_all_numbers_of_a_page_are_taken_in_one_call(front: Front) -> None:
    await front.view()

    assert front.store.asks == [2]


async def test_a_page_without_slots_leases_nothing(front: Front) -> None:
    await front.view(page=b"<p>no number")

    assert front.store.asks == []


async def test_a_known_visitor_s_page_needs_no_store_until_a_renewal_is_due(front: Front) -> None:
    shown, cookie = await front.meet()

    front.clock.turn(minutes=3)
    again, same = await front.view(cookie)
    assert (again, same, front.store.asks) == (shown, cookie, [])

    front.clock.turn(seconds=1)
    again, renewed = await front.view(cookie)
    assert (again, front.store.asks) == (shown, [2])
    assert renewed != cookie


async def test_an_empty_pool_leaves_the_original_and_no_validator(front: Front) -> None:
    await front.view()
    await front.view()

    third = front.visit()
    slots = front.slots()
    show = await third.numbers(slots)

    assert [show(slot) for slot in slots] == [None, None, None]
    assert third.etag_suffix is None
    assert front.counted("pool.exhausted") == 2


async def test_a_returning_visitor_gets_the_old_number_back(front: Front) -> None:
    await front.view()
    shown, cookie = await front.view()

    front.clock.turn(days=1)
    again, _ = await front.view(cookie)

    assert again == shown


async def test_without_its_store_a_page_shows_what_the_cookie_promises(front: Front) -> None:
    shown, cookie = await front.meet()
    front.store.error = StoreError("gone")

    front.clock.turn(minutes=20)
    assert (await front.view(cookie))[0] == shown
    assert (await front.view())[0] == [None, None, None]

    front.clock.turn(minutes=13)  # the promise of 33 minutes is over
    assert (await front.view(cookie))[0] == [None, None, None]
    assert front.counted("store.down") == 3


async def test_without_its_store_a_page_shows_no_number_that_the_plan_disabled(
    front: Front,
) -> None:
    _, cookie = await front.view()
    await front.use(replace(front.plan, serial=2, numbers=(DISABLED, *front.plan.numbers[1:])))
    front.store.error = StoreError("gone")

    assert (await front.view(cookie))[0] == [None, ROTTERDAM_POOL[0], None]


async def test_a_number_shown_without_its_store_leaves_no_validator(front: Front) -> None:
    _, cookie = await front.view()
    front.store.error = StoreError("gone")
    front.clock.turn(minutes=20)

    late = front.visit(cookie=cookie)
    await late.numbers(front.slots())

    assert late.etag_suffix is None


async def test_a_store_that_hangs_costs_the_budget_and_not_the_page(front: Front) -> None:
    front.store.hangs = True
    front.desk.means.store_budget = timedelta(milliseconds=1)

    assert (await front.view())[0] == [None, None, None]
    assert front.counted("store.slow") == 1


async def test_an_answer_that_waited_for_us_counts(
    front: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def while_busy(
        store: CountingStore, session: SessionId, asks: Sequence[Ask], **named: Any
    ) -> Taken:
        asking = asyncio.ensure_future(SqliteLeaseStore.take(store, session, asks, **named))
        await asyncio.sleep(0)  # now the store's thread has it
        time.sleep(0.2)  # noqa: ASYNC251 - other pages keep the event loop busy
        return await asking

    monkeypatch.setattr(CountingStore, "take", while_busy)
    front.desk.means.store_budget = timedelta(milliseconds=50)

    assert (await front.view())[0][0] == AMSTERDAM_POOL[0]
    assert not front.counted("store.slow")


async def test_a_number_that_the_plan_disables_is_shown_no_more(front: Front) -> None:
    _, cookie = await front.view()
    await front.use(replace(front.plan, serial=2, numbers=(DISABLED, *front.plan.numbers[1:])))

    again, _ = await front.view(cookie)

    assert again == [AMSTERDAM_POOL[1], ROTTERDAM_POOL[0], AMSTERDAM_POOL[1]]


class TestPageThatGoesOn:
    """A page that is filled while it streams asks for its numbers part by part."""

    async def test_what_was_shown_for_a_vestiging_stays_to_the_pages_end(
        self, front: Front
    ) -> None:
        """The store comes back in the middle: text and link must not disagree."""
        seen = front.visit()
        slots = front.slots()
        front.store.error = StoreError("gone")
        first = (await seen.numbers(slots[:1]))(slots[0])
        front.store.error = None

        second, third = slots[1:]
        show = await seen.numbers([second, third])

        assert (first, show(second), show(third)) == (None, ROTTERDAM_POOL[0], None)
        assert front.store.asks == [1, 1]

    async def test_an_empty_pool_is_asked_and_told_once(self, front: Front) -> None:
        await front.view()
        await front.view()
        third = front.visit()

        for slot in front.slots() * 3:
            await third.numbers([slot])

        kinds = await front.kinds()
        assert kinds[Kind.POOL_EXHAUSTED] == 2
        assert front.counted("pool.exhausted") == 2

    async def test_a_number_is_told_once_as_shown(self, front: Front) -> None:
        seen = front.visit()

        for slot in front.slots() * 3:
            await seen.numbers([slot])

        kinds = await front.kinds()
        assert (kinds[Kind.NUMBER_SHOWN], kinds[Kind.LEASE_GIVEN]) == (2, 2)


async def test_a_campaign_of_originals_leases_nothing(front: Front) -> None:
    await front.use(make_plan(campaigns=(replace(EVERYONE, method=Method.ORIGINAL),)))

    assert (await front.view())[0] == [None, None, None]
    assert front.store.asks == []
