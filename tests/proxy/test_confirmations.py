"""A browser that shows itself again keeps its numbers, and no answer waits for it."""

import asyncio
from datetime import timedelta

import pytest

from calltrack.errors import StoreError
from calltrack.events import Kind
from proxy import confirmations
from tests.proxy.visits import Front, facts

ABROAD = "203.0.113.5"
ASSET = {"Sec_Fetch_Mode": "no-cors", "Accept": "image/avif"}


async def land(front: Front) -> str:
    """See a page as a stranger from the Internet; give the cookie."""
    _, cookie = await front.view(client=ABROAD)
    assert cookie is not None
    return cookie


async def confirmed(front: Front) -> list[bool]:
    return [lease.is_confirmed for lease in await front.store.held(now=front.clock.now)]


async def test_a_stranger_s_numbers_are_promised_for_a_minute_alone(front: Front) -> None:
    await land(front)

    held = await front.store.held(now=front.clock.now)

    assert [lease.is_confirmed for lease in held] == [False, False]
    assert {lease.promised_until - front.clock.now for lease in held} == {timedelta(minutes=1)}


@pytest.mark.parametrize(
    ("target", "headers"),
    [
        pytest.param("/logo.avif", ASSET, id="an image"),
        pytest.param("/", {}, id="a page without numbers"),
        pytest.param("/cms/logo.avif", ASSET, id="under a path that is never rewritten"),
        pytest.param("/", {"Sec_Purpose": "prefetch"}, id="a page fetched ahead"),
        pytest.param("/part", {"HX_Request": "true"}, id="a fragment"),
    ],
)
async def test_whatever_the_browser_asks_for_next_confirms(
    front: Front, target: str, headers: dict[str, str]
) -> None:
    cookie = await land(front)

    front.desk.begin(facts(target, cookie=cookie, client=ABROAD, **headers)).over()
    await front.desk.close()

    assert await confirmed(front) == [True, True]
    assert front.counted("store.confirm") == 1
    assert (await front.kinds())[Kind.LEASE_RENEWED] == 2


async def test_a_stranger_s_own_requests_confirm_nothing(front: Front) -> None:
    await land(front)

    front.visit("/logo.avif", client=ABROAD, **ASSET).over()
    await front.desk.close()

    assert await confirmed(front) == [False, False]


async def test_a_session_is_confirmed_once_by_a_process(front: Front) -> None:
    cookie = await land(front)

    for _ in range(5):
        front.visit("/logo.avif", cookie=cookie, client=ABROAD, **ASSET).over()
    await front.desk.close()
    front.visit("/logo.avif", cookie=cookie, client=ABROAD, **ASSET).over()
    await front.desk.close()

    assert front.counted("store.confirm") == 1


async def test_the_next_page_confirms_by_taking_and_the_cookie_knows(front: Front) -> None:
    """Rotterdam's number is not on it: it is confirmed along with Amsterdam's, in the same call."""
    cookie = await land(front)

    _, renewed = await front.view(cookie, page=b"<p>020 123 45 67", client=ABROAD)
    _, same = await front.view(renewed, client=ABROAD)

    assert front.store.asks == [2, 2]
    assert await confirmed(front) == [True, True]
    assert same == renewed
    assert not front.counted("store.confirm")
    assert front.counted("view.known_confirming") == 1
    assert front.counted("view.known_without_store") == 1


async def test_a_store_that_fails_costs_nothing_and_is_counted(front: Front) -> None:
    cookie = await land(front)
    front.store.error = StoreError("gone")

    front.visit("/logo.avif", cookie=cookie, client=ABROAD, **ASSET).over()
    await front.desk.close()

    assert front.counted("store.down") == 1


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(StoreError("gone"), id="a store that fails"),
        pytest.param(ValueError("what a visitor sent"), id="a mistake of ours"),
    ],
)
async def test_what_failed_in_the_background_is_left_to_the_next_request(
    front: Front, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    cookie = await land(front)
    front.store.error = error
    front.visit("/logo.avif", cookie=cookie, client=ABROAD, **ASSET).over()
    await front.desk.close()
    front.store.error = None

    front.visit("/logo.avif", cookie=cookie, client=ABROAD, **ASSET).over()
    await front.desk.close()

    assert await confirmed(front) == [True, True]
    assert "what a visitor sent" not in caplog.text
    assert front.counted("failure.confirm") == isinstance(error, ValueError)


async def test_after_a_page_whose_store_failed_the_next_request_tries_again(front: Front) -> None:
    cookie = await land(front)
    front.store.error = StoreError("gone")
    await front.view(cookie, client=ABROAD)
    front.store.error = None

    front.visit("/logo.avif", cookie=cookie, client=ABROAD, **ASSET).over()
    await front.desk.close()

    assert await confirmed(front) == [True, True]


async def test_a_store_that_hangs_is_left_alone_after_its_budget(front: Front) -> None:
    cookie = await land(front)
    front.store.hangs = True
    front.desk.means.store_budget = timedelta(milliseconds=1)

    front.visit("/logo.avif", cookie=cookie, client=ABROAD, **ASSET).over()
    await front.desk.close()
    await asyncio.sleep(0)

    assert front.counted("store.slow") == 1
    assert asyncio.all_tasks() == {asyncio.current_task()}  # nobody goes on waiting for it


async def test_calls_under_way_and_sessions_remembered_are_bounded(
    front: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(confirmations, "MOST_TASKS", 1)
    monkeypatch.setattr(confirmations, "REMEMBERED", 1)
    one, other = await land(front), await land(front)

    for cookie in (one, other):
        front.visit("/logo.avif", cookie=cookie, client=ABROAD, **ASSET).over()
    await front.desk.close()
    assert (front.counted("store.confirm"), front.counted("store.confirm_later")) == (1, 1)

    for cookie in (other, one):
        front.visit("/logo.avif", cookie=cookie, client=ABROAD, **ASSET).over()
        await front.desk.close()
    assert front.counted("store.confirm") == 3
    assert await confirmed(front) == [True] * 4


async def test_who_comes_from_the_inside_is_to_be_confirmed_and_has_no_cap(front: Front) -> None:
    """Behind a front that nobody declared all visitors have one address: no network is named."""
    await front.use(front.plan, client_cap=1)

    for _ in range(2):
        await front.view(client="10.0.0.7")

    assert {ask.cap for ask in front.store.asked} == {None}
    assert await confirmed(front) == [False] * 4


async def test_who_comes_back_with_an_old_cookie_needs_no_confirming(front: Front) -> None:
    cookie = await land(front)
    front.clock.turn(days=1)

    await front.view(cookie, client=ABROAD)

    assert front.store.clients[1] is None
    assert all(await confirmed(front))
