"""One request of one visitor: its validator, its cookie, and what is told of it."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from calltrack.errors import OutboxError, StoreError
from calltrack.events import Kind
from calltrack.leases import PoolKey
from calltrack.plan import Method, NumberState, StockNumber
from calltrack.stores.sqlite import SqliteFile
from calltrack.stores.sqlite_outbox import OUTBOX
from tests.calltrack.plans import AMSTERDAM_POOL, EVERYONE, SITE, make_plan
from tests.proxy.campaigns import AGREED, FLYER, FROM_ADS, HERE, PLAN, SPARE, WITH_CONSENT
from tests.proxy.visits import COOKIE_NAME, FIREFOX, NOW, PAGE, Front, FullDisk

DISABLED = StockNumber(AMSTERDAM_POOL[0], PoolKey("amsterdam"), state=NumberState.DISABLED)


async def test_tabs_opened_again_at_once_are_one_visit_with_one_number(front: Front) -> None:
    _, cookie = await front.view()
    front.clock.turn(days=1)
    told = len(await front.events())

    seen = await asyncio.gather(*(front.view(cookie) for _ in range(3)))

    assert len({tuple(shown) for shown, _ in seen}) == 1
    events = (await front.events())[told:]
    kinds = Counter(event.kind for event in events)
    assert (kinds[Kind.SESSION_STARTED], kinds[Kind.PAGE_VIEWED]) == (1, 3)
    assert not front.counted("store.slow")


async def test_a_visitor_who_goes_on_reading_stays_on_one_visit(front: Front) -> None:
    """The numbers are held for so long that none needs a renewal meanwhile."""
    await front.use(make_plan(sites=(replace(SITE, hold=timedelta(hours=24)),)))
    _, cookie = await front.meet()
    for _ in range(5):
        front.clock.turn(minutes=20)
        _, cookie = await front.view(cookie)

    kinds = await front.kinds()
    assert (kinds[Kind.SESSION_STARTED], front.store.asks) == (1, [])


async def test_what_happened_is_in_the_outbox_the_start_first(front: Front) -> None:
    await front.view(target="/contact?utm_source=x")

    events = await front.events()

    assert [event.kind for event in events] == [
        Kind.SESSION_STARTED,
        Kind.LEASE_GIVEN,
        Kind.LEASE_GIVEN,
        Kind.NUMBER_SHOWN,
        Kind.NUMBER_SHOWN,
        Kind.PAGE_VIEWED,
    ]
    assert events[0].data["source"] == "x"
    assert len({event.data["session"] for event in events}) == 1


async def test_what_a_page_showed_is_told_with_its_view(front: Front) -> None:
    _, cookie = await front.meet()
    told = len(await front.events())
    visit = front.visit(cookie=cookie)

    await visit.numbers(front.slots())
    before = len(await front.events())
    await visit.finish(200)
    visit.over()
    await front.desk.close()

    assert before == told
    kinds = [event.kind for event in (await front.events())[told:]]
    assert kinds == [Kind.NUMBER_SHOWN, Kind.NUMBER_SHOWN, Kind.PAGE_VIEWED]


async def test_what_was_shown_to_who_left_before_the_end_is_told_all_the_same(
    front: Front,
) -> None:
    _, cookie = await front.meet()
    told = len(await front.events())
    visit = front.visit(cookie=cookie)

    await visit.numbers(front.slots())
    visit.over()
    await front.desk.close()

    kinds = [event.kind for event in (await front.events())[told:]]
    assert kinds == [Kind.NUMBER_SHOWN, Kind.NUMBER_SHOWN]


async def test_a_disk_that_takes_no_event_costs_no_page(front: Front, tmp_path: Path) -> None:
    full = FullDisk(SqliteFile(tmp_path / "full.db", OUTBOX, error=OutboxError), cap=9)
    front.desk.means.outbox = full

    shown, _ = await front.view()

    assert shown[0] == AMSTERDAM_POOL[0]
    assert front.counted("outbox.late") == 6
    await full.close()


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
    front: Front, change: dict[str, object], is_same: bool
) -> None:
    _, cookie = await front.view()
    before = front.visit(cookie=cookie).etag_suffix

    await front.use(make_plan(**change))

    assert (front.visit(cookie=cookie).etag_suffix == before) is is_same


async def test_two_visitors_never_share_a_suffix(front: Front) -> None:
    _, anna = await front.meet()
    _, bram = await front.meet()

    suffixes = {front.visit(cookie=cookie).etag_suffix for cookie in (anna, bram, None)}

    assert len(suffixes) == 3


async def test_a_page_from_before_the_consent_has_another_suffix(front: Front) -> None:
    await front.use(WITH_CONSENT)
    stranger = front.visit("/")
    show = await stranger.numbers(slots := front.slots(HERE, "/"))
    assert [show(slot) for slot in slots] == [SPARE]

    agreed = front.visit("/", cookie=AGREED)

    assert agreed.etag_suffix not in {None, stranger.etag_suffix}


async def test_a_static_number_of_the_visit_before_is_not_told_to_be_still_good(
    front: Front,
) -> None:
    await front.use(PLAN)
    shown, cookie = await front.view(page=HERE, target=FROM_ADS)
    later, cookie = await front.view(cookie, page=HERE, target="/?utm_source=elsewhere")
    assert shown == later == [FLYER]
    before = front.visit(cookie=cookie).etag_suffix

    front.clock.turn(hours=1)
    assert front.visit(cookie=cookie).etag_suffix not in {None, before}

    shown, _ = await front.view(cookie, page=HERE)
    assert shown == [AMSTERDAM_POOL[0]]


async def test_a_due_renewal_changes_the_suffix_so_that_the_page_comes_whole(front: Front) -> None:
    _, cookie = await front.meet()
    before = front.visit(cookie=cookie).etag_suffix

    front.clock.turn(minutes=4)

    assert front.visit(cookie=cookie).etag_suffix != before


@pytest.mark.parametrize(("scheme", "is_secure"), [("http", False), ("https", True)])
async def test_the_cookie_is_secure_whenever_the_visitor_came_by_https(
    front: Front, scheme: str, is_secure: bool
) -> None:
    header = front.visit(scheme=scheme).cookies()[0]

    assert header.startswith(f"{COOKIE_NAME}=")
    assert ("Secure" in header.split("; ")) is is_secure


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
    front: Front, agent: str, changes: dict[str, object], page: bytes, why: str
) -> None:
    await front.use(make_plan(**changes))
    seen = front.visit(User_Agent=agent)

    show = await seen.numbers(slots := front.slots(page))

    assert {show(slot) for slot in slots} == {None}
    assert seen.why_original == why


async def test_without_its_store_a_stranger_s_page_says_why_it_shows_originals(
    front: Front,
) -> None:
    front.store.error = StoreError("gone")
    seen = front.visit()

    await seen.numbers(front.slots())

    assert seen.why_original == "no_store"
