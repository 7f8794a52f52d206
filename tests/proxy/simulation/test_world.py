"""Browsers, the decision and a real store, on a turned clock."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from calltrack.leases import LeaseStore
from calltrack.stores.sqlite_leases import open_lease_store
from proxy.simulation.figures import Figures
from proxy.simulation.traffic import BROWSERS, DIRECT, Act, Happening, Request, Visitor
from proxy.simulation.world import POOL, World, make_plan

START = datetime(2026, 3, 2, tzinfo=UTC)
ANNA, BORIS = (Visitor(i, DIRECT, BROWSERS[0]) for i in range(2))
LANDING, NEXT = Request("/"), Request("/contact/", is_internal=True)
IMAGE = Request("/static/site.css")


def at(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


def page(minute: float, visitor: Visitor, request: Request = NEXT) -> Happening:
    return Happening(at(minute), visitor, Act.PAGE, request)


def image(minute: float, visitor: Visitor) -> Happening:
    return Happening(at(minute), visitor, Act.ASSET, IMAGE)


def call(minute: float, visitor: Visitor) -> Happening:
    return Happening(at(minute), visitor, Act.CALL)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[LeaseStore]:
    opened = open_lease_store(tmp_path / "leases.sqlite3", durable=False)
    yield opened
    await opened.close()


async def played(store: LeaseStore, *all_of_it: Happening, numbers: int = 1) -> Figures:
    plan = make_plan(numbers, hold=timedelta(minutes=30), rest=timedelta(0))
    await store.sync(plan.stock())
    figures = Figures()
    world = World(plan, store, figures)
    for one in all_of_it:
        await world.happen(one)
    figures.close(at(1000))
    return figures


async def test_a_known_number_needs_no_store_and_a_due_one_is_renewed(store: LeaseStore) -> None:
    figures = await played(
        store, page(0, ANNA, LANDING), page(1, ANNA), page(2, ANNA), page(10, ANNA)
    )

    assert (figures.pages, figures.visits) == (4, 1)
    assert figures.store_calls == 3  # given, confirmed, renewed
    (lease,) = await store.held(now=at(11))
    assert (lease.given_at, lease.promised_until) == (at(0), at(43))


async def test_a_single_page_is_unconfirmed_until_a_picture_is_fetched(store: LeaseStore) -> None:
    await played(store, page(0, ANNA, LANDING))
    (before,) = await store.held(now=at(0))
    await played(store, page(0.5, BORIS, LANDING), image(0.6, BORIS), numbers=2)
    found = {lease.session: lease for lease in await store.held(now=at(0.7))}

    assert not before.is_confirmed
    assert sorted(lease.is_confirmed for lease in found.values()) == [False, True]


async def test_a_pool_without_a_free_number_leaves_the_original(store: LeaseStore) -> None:
    figures = await played(
        store, page(0, ANNA, LANDING), page(1, ANNA), page(2, BORIS, LANDING), call(3, BORIS)
    )

    assert figures.exhausted == 1
    assert figures.calls_without_number == 1


async def test_a_number_is_taken_back_from_who_saw_one_page(store: LeaseStore) -> None:
    figures = await played(
        store, page(0, ANNA, LANDING), page(2, BORIS, LANDING), call(3, ANNA), call(4, BORIS)
    )

    assert figures.exhausted == 0
    assert figures.calls == {("within_hold", "wrong"): 1, ("within_hold", "right"): 1}


async def test_who_comes_back_gets_the_old_number(store: LeaseStore) -> None:
    figures = await played(
        store, page(0, ANNA, LANDING), page(1, ANNA), page(120, ANNA, LANDING), call(121, ANNA)
    )

    assert figures.calls == {("within_hold", "right"): 1}
    assert figures.releases == 1  # at the very end: the visitor's own return made none


async def test_a_late_call_may_be_of_each_who_had_the_number_that_day(store: LeaseStore) -> None:
    figures = await played(
        store, page(0, ANNA, LANDING), call(50, ANNA), page(60, BORIS, LANDING), call(200, BORIS)
    )

    assert figures.calls == {("later", "right"): 1, ("later", "ambiguous"): 1}


def test_the_plan_is_one_pool_of_so_many_numbers() -> None:
    plan = make_plan(70, hold=timedelta(minutes=20), rest=timedelta(minutes=5))

    assert len(set(plan.stock().pools[POOL])) == 70
    assert plan.sites[0].hold == timedelta(minutes=20)
    assert plan.pools[POOL].rest == timedelta(minutes=5)
