"""The numbers of one page: promised ones without the store, the others in one call; no error."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from multidict import CIMultiDict, CIMultiDictProxy

from calltrack.cookie import SessionCookie, cookie_name
from calltrack.errors import OutboxError, StoreError
from calltrack.events import Event, Kind
from calltrack.leases import Ask, PoolKey, SessionId, Taken
from calltrack.numbers import PhoneNumber
from calltrack.plan import Method, NumberState, Plan, StockNumber
from calltrack.stores.sqlite import SqliteFile
from calltrack.stores.sqlite_leases import LEASES, SqliteLeaseStore
from calltrack.stores.sqlite_outbox import OUTBOX, SqliteOutbox, open_outbox
from proxy.counters import Counters
from proxy.gate import RequestFacts
from proxy.numbers_for_page import Desk, PageVisit
from proxy.rewrite import Slot, scan
from tests.calltrack.plans import (
    AMSTERDAM_POOL,
    EVERYONE,
    ROTTERDAM_POOL,
    SITE,
    make_plan,
)

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
PAGE = b"<p>020 123 45 67 <p>010 123 45 67 <p>(020) 1234567"
DISABLED = StockNumber(AMSTERDAM_POOL[0], PoolKey("amsterdam"), NumberState.DISABLED)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


class Clock:
    """A clock that you can turn."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def turn(self, **span: float) -> None:
        self.now += timedelta(**span)


class CountingStore(SqliteLeaseStore):
    """A real store whose calls are counted, and that can be made to fail."""

    def __init__(self, file: SqliteFile) -> None:
        super().__init__(file)
        self.asks: list[int] = []
        self.error: Exception | None = None
        self.hangs = False

    async def take(
        self, session: SessionId, asks: Sequence[Ask], *, now: datetime | None = None
    ) -> Taken:
        self.asks.append(len(asks))
        if self.error is not None:
            raise self.error
        if self.hangs:
            await asyncio.Event().wait()
        return await super().take(session, asks, now=now)


class FullDisk(SqliteOutbox):
    """A real outbox on a disk that takes nothing more."""

    async def append(self, events: Sequence[Event]) -> None:
        raise OutboxError(f"the disk is full: {len(events)} events")


@pytest.fixture
async def outbox(tmp_path: Path) -> AsyncIterator[SqliteOutbox]:
    box = open_outbox(tmp_path / "outbox.sqlite3")
    yield box
    await box.close()


@pytest.fixture
async def desk(tmp_path: Path, outbox: SqliteOutbox) -> AsyncIterator[Desk]:
    store = CountingStore(SqliteFile(tmp_path / "leases.sqlite3", LEASES, error=StoreError))
    plan = make_plan()
    await store.sync(plan.stock())
    yield Desk(
        plan=plan,
        store=store,
        outbox=outbox,
        cookie=SessionCookie([b"k" * 32]),
        counters=Counters(),
        clock=Clock(),
        store_budget=timedelta(seconds=30),
    )
    await store.close()


def calls(desk: Desk) -> list[int]:
    assert isinstance(desk.store, CountingStore)
    return desk.store.asks


def break_store(desk: Desk, error: Exception | None) -> None:
    assert isinstance(desk.store, CountingStore)
    desk.store.error = error


def turn(desk: Desk, **span: float) -> None:
    assert isinstance(desk.clock, Clock)
    desk.clock.turn(**span)


def visit(
    desk: Desk, *, cookie: str | None = None, scheme: str = "http", agent: str = FIREFOX
) -> PageVisit:
    names = {"User-Agent": agent, "Accept": "text/html"}
    if cookie is not None:
        names["Cookie"] = cookie
    facts = RequestFacts(
        method="GET",
        scheme=scheme,
        authority="localhost:8080",
        host="localhost",
        target="/contact?utm_source=x",
        peer="127.0.0.1",
        client="127.0.0.1",
        is_trusted=False,
        headers=CIMultiDictProxy(CIMultiDict(names)),
        fields=[],
    )
    found = desk.begin(facts)
    assert isinstance(found, PageVisit)
    return found


def slots_of(desk: Desk, page: bytes = PAGE) -> list[Slot]:
    pieces = scan(page, desk.bindings_of(SITE))
    return [piece for piece in pieces if isinstance(piece, Slot)]


async def view(
    desk: Desk, cookie: str | None = None, page: bytes = PAGE
) -> tuple[list[PhoneNumber | None], str | None]:
    """View a page; give the numbers shown, and the browser's cookie afterwards."""
    seen = visit(desk, cookie=cookie)
    slots = slots_of(desk, page)
    show = await seen.numbers(slots)
    header = seen.cookie()
    await seen.finish(200)
    return [show(slot) for slot in slots], header.split(";")[0] if header else cookie


async def test_two_visitors_see_different_numbers_each_the_same_everywhere(desk: Desk) -> None:
    first, _ = await view(desk)
    second, _ = await view(desk)

    assert first == [AMSTERDAM_POOL[0], ROTTERDAM_POOL[0], AMSTERDAM_POOL[0]]
    assert second == [AMSTERDAM_POOL[1], ROTTERDAM_POOL[1], AMSTERDAM_POOL[1]]


async def test_all_numbers_of_a_page_are_taken_in_one_call(desk: Desk) -> None:
    await view(desk)

    assert calls(desk) == [2]


async def test_a_page_without_slots_leases_nothing(desk: Desk) -> None:
    await view(desk, page=b"<p>no number")

    assert calls(desk) == []


async def test_a_known_visitor_s_page_needs_no_store_until_a_renewal_is_due(desk: Desk) -> None:
    shown, cookie = await view(desk)

    turn(desk, minutes=3)
    again, same = await view(desk, cookie)
    assert (again, same, calls(desk)) == (shown, cookie, [2])

    turn(desk, seconds=1)
    again, renewed = await view(desk, cookie)
    assert (again, calls(desk)) == (shown, [2, 2])
    assert renewed != cookie


async def test_a_visitor_who_goes_on_reading_stays_on_one_visit(
    desk: Desk, outbox: SqliteOutbox
) -> None:
    """The numbers are held for so long that none needs a renewal meanwhile."""
    desk.plan = make_plan(sites=(replace(SITE, hold=timedelta(hours=24)),))
    cookie: str | None = None
    for _ in range(5):
        _, cookie = await view(desk, cookie)
        turn(desk, minutes=20)

    kinds = Counter(event.kind for event in await outbox.pending(limit=100))
    assert (kinds[Kind.SESSION_STARTED], calls(desk)) == (1, [2])


async def test_an_empty_pool_leaves_the_original_and_no_validator(desk: Desk) -> None:
    await view(desk)
    await view(desk)

    third = visit(desk)
    slots = slots_of(desk)
    show = await third.numbers(slots)

    assert [show(slot) for slot in slots] == [None, None, None]
    assert third.etag_suffix is None
    assert desk.counters.snapshot() == {"pool.exhausted": 2}


async def test_a_returning_visitor_gets_the_old_number_back(desk: Desk) -> None:
    await view(desk)
    shown, cookie = await view(desk)

    turn(desk, days=1)
    again, _ = await view(desk, cookie)

    assert again == shown


async def test_tabs_opened_again_at_once_are_one_visit_with_one_number(
    desk: Desk, outbox: SqliteOutbox
) -> None:
    _, cookie = await view(desk)
    turn(desk, days=1)
    told = len(await outbox.pending(limit=100))

    seen = await asyncio.gather(*(view(desk, cookie) for _ in range(3)))

    assert len({tuple(shown) for shown, _ in seen}) == 1
    events = (await outbox.pending(limit=100))[told:]
    kinds = Counter(event.kind for event in events)
    assert (kinds[Kind.SESSION_STARTED], kinds[Kind.PAGE_VIEWED]) == (1, 3)
    assert desk.counters.snapshot() == {}


async def test_without_its_store_a_page_shows_what_the_cookie_promises(desk: Desk) -> None:
    shown, cookie = await view(desk)
    break_store(desk, StoreError("gone"))

    turn(desk, minutes=20)
    assert (await view(desk, cookie))[0] == shown
    assert (await view(desk))[0] == [None, None, None]

    turn(desk, minutes=13)  # the promise of 33 minutes is over
    assert (await view(desk, cookie))[0] == [None, None, None]
    assert desk.counters.snapshot() == {"store.down": 3}


async def test_without_its_store_a_page_shows_no_number_that_the_plan_disabled(desk: Desk) -> None:
    _, cookie = await view(desk)
    await use(desk, replace(desk.plan, serial=2, numbers=(DISABLED, *desk.plan.numbers[1:])))
    break_store(desk, StoreError("gone"))

    assert (await view(desk, cookie))[0] == [None, ROTTERDAM_POOL[0], None]


async def test_a_number_shown_without_its_store_leaves_no_validator(desk: Desk) -> None:
    _, cookie = await view(desk)
    break_store(desk, StoreError("gone"))
    turn(desk, minutes=20)

    late = visit(desk, cookie=cookie)
    await late.numbers(slots_of(desk))

    assert late.etag_suffix is None


async def test_a_store_that_hangs_costs_the_budget_and_not_the_page(desk: Desk) -> None:
    assert isinstance(desk.store, CountingStore)
    desk.store.hangs = True
    desk.store_budget = timedelta(milliseconds=1)

    assert (await view(desk))[0] == [None, None, None]
    assert desk.counters.snapshot() == {"store.slow": 1}


async def test_an_answer_that_waited_for_us_counts(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def while_busy(
        store: CountingStore, session: SessionId, asks: Sequence[Ask], *, now: datetime | None
    ) -> Taken:
        asking = asyncio.ensure_future(SqliteLeaseStore.take(store, session, asks, now=now))
        await asyncio.sleep(0)  # now the store's thread has it
        time.sleep(0.2)  # noqa: ASYNC251 - other pages keep the event loop busy
        return await asking

    monkeypatch.setattr(CountingStore, "take", while_busy)
    desk.store_budget = timedelta(milliseconds=50)

    assert (await view(desk))[0][0] == AMSTERDAM_POOL[0]
    assert desk.counters.snapshot() == {}


async def test_a_number_that_the_plan_disables_is_shown_no_more(desk: Desk) -> None:
    _, cookie = await view(desk)
    await use(desk, replace(desk.plan, serial=2, numbers=(DISABLED, *desk.plan.numbers[1:])))

    again, _ = await view(desk, cookie)

    assert again == [AMSTERDAM_POOL[1], ROTTERDAM_POOL[0], AMSTERDAM_POOL[1]]


async def use(desk: Desk, plan: Plan) -> None:
    desk.plan = plan
    await desk.store.sync(plan.stock())


async def test_what_happened_is_in_the_outbox_the_start_first(
    desk: Desk, outbox: SqliteOutbox
) -> None:
    await view(desk)

    events = await outbox.pending(limit=100)

    assert [event.kind for event in events] == [
        Kind.SESSION_STARTED,
        Kind.LEASE_GIVEN,
        Kind.LEASE_GIVEN,
        Kind.NUMBER_SHOWN,
        Kind.NUMBER_SHOWN,
        Kind.PAGE_VIEWED,
    ]
    assert events[0].data["query"] == "utm_source=x"
    assert len({event.data["session"] for event in events}) == 1


class TestPageThatGoesOn:
    """A page that is filled while it streams asks for its numbers part by part."""

    async def test_what_was_shown_for_a_vestiging_stays_to_the_pages_end(self, desk: Desk) -> None:
        """The store comes back in the middle: text and link must not disagree."""
        seen = visit(desk)
        slots = slots_of(desk)
        break_store(desk, StoreError("gone"))
        first = (await seen.numbers(slots[:1]))(slots[0])
        break_store(desk, None)

        second, third = slots[1:]
        show = await seen.numbers([second, third])

        assert (first, show(second), show(third)) == (None, ROTTERDAM_POOL[0], None)
        assert calls(desk) == [1, 1]

    async def test_an_empty_pool_is_asked_and_told_once(
        self, desk: Desk, outbox: SqliteOutbox
    ) -> None:
        await view(desk)
        await view(desk)
        third = visit(desk)

        for slot in slots_of(desk) * 3:
            await third.numbers([slot])

        kinds = Counter(event.kind for event in await outbox.pending(limit=100))
        assert kinds[Kind.POOL_EXHAUSTED] == 2
        assert desk.counters.snapshot() == {"pool.exhausted": 2}

    async def test_a_number_is_told_once_as_shown(self, desk: Desk, outbox: SqliteOutbox) -> None:
        seen = visit(desk)

        for slot in slots_of(desk) * 3:
            await seen.numbers([slot])

        kinds = Counter(event.kind for event in await outbox.pending(limit=100))
        assert (kinds[Kind.NUMBER_SHOWN], kinds[Kind.LEASE_GIVEN]) == (2, 2)


async def test_a_disk_that_takes_no_event_costs_no_page(desk: Desk, tmp_path: Path) -> None:
    desk.outbox = FullDisk(SqliteFile(tmp_path / "full.db", OUTBOX, error=OutboxError), cap=9)

    shown, _ = await view(desk)

    assert shown[0] == AMSTERDAM_POOL[0]
    assert desk.counters.snapshot() == {"outbox.late": 6}
    await desk.outbox.close()


@pytest.mark.parametrize(
    ("change", "is_same"),
    [
        pytest.param({}, True, id="nothing"),
        pytest.param({"serial": 2}, False, id="the Plan's serial"),
        pytest.param({"campaigns": (replace(EVERYONE, paused=True),)}, False, id="a pause"),
        pytest.param({"campaigns": (replace(EVERYONE, ends_at=NOW),)}, False, id="a window"),
        pytest.param(
            {"campaigns": (replace(EVERYONE, method=Method.ORIGINAL),)}, False, id="a method"
        ),
        pytest.param(
            {"numbers": (DISABLED, *make_plan().numbers[1:])}, False, id="a number held is disabled"
        ),
    ],
)
async def test_the_suffix_names_all_that_the_page_depends_on(
    desk: Desk, change: dict[str, object], is_same: bool
) -> None:
    _, cookie = await view(desk)
    before = visit(desk, cookie=cookie).etag_suffix

    desk.plan = make_plan(**change)

    assert (visit(desk, cookie=cookie).etag_suffix == before) is is_same


async def test_two_visitors_never_share_a_suffix(desk: Desk) -> None:
    _, anna = await view(desk)
    _, bram = await view(desk)

    suffixes = {visit(desk, cookie=cookie).etag_suffix for cookie in (anna, bram, None)}

    assert len(suffixes) == 3


async def test_a_due_renewal_changes_the_suffix_so_that_the_page_comes_whole(desk: Desk) -> None:
    _, cookie = await view(desk)
    before = visit(desk, cookie=cookie).etag_suffix

    turn(desk, minutes=4)

    assert visit(desk, cookie=cookie).etag_suffix != before


@pytest.mark.parametrize(("scheme", "is_secure"), [("http", False), ("https", True)])
async def test_the_cookie_is_secure_whenever_the_visitor_came_by_https(
    desk: Desk, scheme: str, is_secure: bool
) -> None:
    header = visit(desk, scheme=scheme).cookie() or ""

    assert header.startswith(f"{cookie_name(SITE.key)}=")
    assert ("Secure" in header.split("; ")) is is_secure


async def test_a_campaign_of_originals_leases_nothing(desk: Desk) -> None:
    desk.plan = make_plan(campaigns=(replace(EVERYONE, method=Method.ORIGINAL),))

    assert (await view(desk))[0] == [None, None, None]
    assert calls(desk) == []


@pytest.mark.parametrize(
    ("agent", "changes", "page", "why"),
    [
        pytest.param("Googlebot/2.1", {}, PAGE, "crawler", id="a crawler"),
        pytest.param(FIREFOX, {"numbers": ()}, PAGE, "exhausted", id="no number is free"),
        pytest.param(
            FIREFOX, {"campaigns": (replace(EVERYONE, paused=True),)}, PAGE, "paused", id="paused"
        ),
        pytest.param(
            FIREFOX,
            {},
            b'<p class="qooqie-number-placeholder" data-vestiging="nowhere">020 123 45 67</p>',
            "no_vestiging",
            id="nobody's place",
        ),
    ],
)
async def test_why_a_page_shows_originals_is_said_in_one_word(
    desk: Desk, agent: str, changes: dict[str, object], page: bytes, why: str
) -> None:
    await use(desk, make_plan(**changes))
    seen = visit(desk, agent=agent)

    show = await seen.numbers(slots := slots_of(desk, page))

    assert {show(slot) for slot in slots} == {None}
    assert seen.why_original == why


async def test_without_its_store_a_stranger_s_page_says_why_it_shows_originals(desk: Desk) -> None:
    break_store(desk, StoreError("gone"))
    seen = visit(desk)

    await seen.numbers(slots_of(desk))

    assert seen.why_original == "no_store"
