"""What a page gets through the snippet: the same sessions and numbers as pages of the proxy."""

from datetime import timedelta

import pytest

from calltrack.errors import StoreError
from calltrack.events import Kind
from calltrack.sessions import IDLE
from proxy.page_visit import PageVisit
from proxy.snippet_pages import SnippetPages
from snippet_server.pages import PageAnswer
from tests.calltrack.plans import AMSTERDAM_POOL, SITE, make_plan
from tests.proxy.campaigns import ABROAD
from tests.proxy.snippet_tabs import AMSTERDAM, ROTTERDAM, Tab, at, shown
from tests.proxy.visits import Front

FIRST, SECOND = "020 765 43 01", "020 765 43 02"
PROMISED = 33 * 60  # the hold and a tenth


@pytest.fixture
def tab(front: Front) -> Tab:
    return Tab(front, SnippetPages(front.desk))


class TestNumbers:
    """What is shown, on which lease, and for how long."""

    async def test_a_page_behind_the_proxy_and_the_snippet_have_one_number_on_one_lease(
        self, front: Front, tab: Tab
    ) -> None:
        (number,), tab.jar["cookie"] = await front.view(page=b"<p>020 123 45 67")

        answer = await tab.ask()

        assert (number, shown(answer)) == (AMSTERDAM_POOL[0], [FIRST])
        (lease,) = await front.store.held(now=front.clock.now)
        assert lease.number == AMSTERDAM_POOL[0]

    async def test_each_browser_has_a_number_of_its_own_and_its_tabs_have_one(
        self, tab: Tab
    ) -> None:
        first = await tab.ask()
        second = await Tab(tab.front, tab.pages).ask()
        same = await tab.another().ask("/about", AMSTERDAM, ROTTERDAM, AMSTERDAM)

        assert (shown(first), shown(second)) == ([FIRST], [SECOND])
        assert shown(same) == [FIRST, "010 765 43 01", FIRST]
        assert [(one.vestiging, one.number, one.text) for one in same.numbers] == [
            ("amsterdam", "+31207654301", "020 765 4301"),
            ("rotterdam", "+31107654301", "010 765 4301"),
        ]

    async def test_what_is_promised_for_a_minute_is_confirmed_by_the_second_ask(
        self, front: Front, tab: Tab
    ) -> None:
        tab.client = ABROAD
        first = await tab.ask()
        front.clock.turn(seconds=first.again_seconds)

        second = await tab.ask(view=False)

        assert (first.until_seconds, first.again_seconds) == (60, 30)
        assert second.until_seconds == PROMISED
        assert second.again_seconds == 181
        assert front.store.clients[1] is None

    async def test_a_heartbeat_renews_and_keeps_the_session(self, front: Front, tab: Tab) -> None:
        await tab.ask()
        again = (await tab.ask(view=False)).again_seconds
        session = tab.session

        for _ in range(30):  # an hour and a half, five times as long as a visitor may be idle
            front.clock.turn(seconds=again)
            answer = await tab.ask(view=False)
            assert shown(answer) == [FIRST]
            assert (answer.until_seconds or 0) >= SITE.hold.total_seconds()

        assert session is not None
        assert tab.session is not None
        assert tab.session.id == session.id
        kinds = await front.kinds()
        assert (kinds[Kind.PAGE_VIEWED], kinds[Kind.NUMBER_SHOWN]) == (1, 1)
        assert kinds[Kind.LEASE_GIVEN] == 1

    async def test_a_store_that_is_down_costs_nobody_a_number_that_is_promised(
        self, front: Front, tab: Tab
    ) -> None:
        await tab.ask()
        await tab.ask(view=False)
        front.store.error = StoreError("down")
        front.clock.turn(minutes=10)

        known = await tab.ask()
        stranger = await Tab(front, tab.pages).ask()

        assert (shown(known), known.until_seconds) == ([FIRST], PROMISED - 600)
        assert (shown(stranger), stranger.until_seconds, stranger.again_seconds) == (
            [None],
            None,
            60,
        )
        assert front.counted("store.down") == 2

    async def test_who_finds_nothing_free_asks_again_soon(self, front: Front, tab: Tab) -> None:
        for _ in AMSTERDAM_POOL:
            await Tab(front, tab.pages).ask()

        answer = await tab.ask()

        assert (shown(answer), answer.numbers, answer.again_seconds) == ([None], [], 60)
        assert answer.has_session

    async def test_a_network_gets_no_more_than_its_share_until_it_shows_itself_again(
        self, front: Front, tab: Tab
    ) -> None:
        await front.use(front.plan, client_cap=1)
        first = Tab(front, tab.pages, client=ABROAD)
        second = Tab(front, tab.pages, client=ABROAD)

        before = [shown(await first.ask()), shown(await second.ask())]
        after = shown(await second.ask(view=False))

        assert (before, after) == ([[FIRST], [None]], [SECOND])

    async def test_a_new_plan_counts_with_the_next_ask(self, front: Front, tab: Tab) -> None:
        await tab.ask()
        plan = make_plan(serial=2, numbers=front.plan.numbers[1:])
        await front.use(plan)

        assert shown(await tab.ask(view=False)) == [SECOND]


class TestViews:
    """What is counted, and what is not."""

    async def test_a_view_is_counted_once_and_tells_of_its_numbers(
        self, front: Front, tab: Tab
    ) -> None:
        await tab.ask("/contact?x=1")
        await tab.ask(view=False)
        await tab.ask("/about", ROTTERDAM)

        told = [(e.kind, e.data.get("path")) for e in await front.events() if "path" in e.data]
        assert sorted(told) == [
            (Kind.NUMBER_SHOWN, "/about"),
            (Kind.NUMBER_SHOWN, "/contact"),
            (Kind.PAGE_VIEWED, "/about"),
            (Kind.PAGE_VIEWED, "/contact"),
        ]
        assert front.counted("view.new") == 1
        assert (front.counted("ask.new"), front.counted("ask.known")) == (1, 2)

    @pytest.mark.parametrize(
        ("load", "asked", "views"),
        [
            pytest.param(True, "localhost", 1, id="the load of a page that the proxy served"),
            pytest.param(False, "localhost", 2, id="a page of an app"),
            pytest.param(True, "calls.test", 2, id="a page that came another way"),
        ],
    )
    async def test_what_the_proxy_counted_is_not_counted_again(
        self, front: Front, load: bool, asked: str, views: int
    ) -> None:
        tab = Tab(front, SnippetPages(front.desk, fronts=lambda _host: True), asked=asked)
        _, tab.jar["cookie"] = await front.view()
        tab.token = (tab.jar["cookie"] or "").partition("=")[2]

        await tab.ask(load=load)

        assert (await front.kinds())[Kind.PAGE_VIEWED] == views

    @pytest.mark.parametrize(
        ("headers", "views"),
        [
            pytest.param({"Sec-Fetch-Site": "same-site"}, 2, id="from another port of the host"),
            pytest.param({"Sec-Fetch-Site": "same-origin"}, 1, id="from this port"),
        ],
    )
    async def test_a_page_that_another_port_of_the_host_served_is_counted_with_its_load(
        self, front: Front, headers: dict[str, str], views: int
    ) -> None:
        pages = SnippetPages(front.desk, fronts=lambda _host: True)
        tab = Tab(front, pages, headers=headers)
        _, tab.jar["cookie"] = await front.view()

        await tab.ask(load=True)

        assert (await front.kinds())[Kind.PAGE_VIEWED] == views

    async def test_a_session_that_begins_on_a_page_of_the_proxy_begins_with_a_view(
        self, front: Front
    ) -> None:
        tab = Tab(front, SnippetPages(front.desk, fronts=lambda _host: True))

        await tab.ask(load=True)

        assert (await front.kinds())[Kind.PAGE_VIEWED] == 1

    async def test_late_content_shows_the_page_s_own_number_and_tells_of_new_ones_only(
        self, front: Front, tab: Tab
    ) -> None:
        await tab.ask()

        answer = await tab.ask("/contact", AMSTERDAM, ROTTERDAM, view=False)

        assert shown(answer) == [FIRST, "010 765 43 01"]
        assert (await front.kinds())[Kind.NUMBER_SHOWN] == 2

    async def test_a_browser_that_keeps_no_cookie_gets_one_number_and_no_more(
        self, front: Front, tab: Tab
    ) -> None:
        await tab.ask()
        tab.jar["cookie"] = None

        answer = await tab.ask(view=False)

        assert (shown(answer), answer.has_session, answer.until_seconds) == ([None], False, None)
        assert front.store.asks == [1]

    async def test_who_comes_back_to_a_tab_has_a_new_session_and_the_old_number(
        self, front: Front, tab: Tab
    ) -> None:
        await tab.ask()
        before = tab.session
        front.clock.now += IDLE + timedelta(minutes=1)

        answer = await tab.ask(view=False)

        assert shown(answer) == [FIRST]
        assert before is not None
        assert tab.session is not None
        assert tab.session.id != before.id
        assert tab.session.visitor == before.visitor
        assert (await front.kinds())[Kind.PAGE_VIEWED] == 2

    @pytest.mark.parametrize(
        ("headers", "word"),
        [
            pytest.param({"User-Agent": "Googlebot/2.1"}, "crawler", id="a crawler"),
            pytest.param({"Cookie": "calltrack-off=1"}, "opted_out", id="an opt-out"),
        ],
    )
    async def test_who_wants_or_gets_none_sees_originals(
        self, front: Front, tab: Tab, headers: dict[str, str], word: str
    ) -> None:
        tab.headers = headers

        answer = await tab.ask()

        assert (shown(answer), answer.has_session, answer.cookies) == ([None], False, ())
        assert front.counted(f"ask.{word}") == 1
        assert await front.events() == []

    async def test_pages_that_are_never_rewritten_are_left_alone(
        self, front: Front, tab: Tab
    ) -> None:
        answer = await tab.ask("/cms/pages/")

        assert (shown(answer), answer.has_session, answer.cookies) == ([None], False, ())
        assert (await front.events(), front.store.asks) == ([], [])


async def test_a_mistake_of_ours_costs_the_numbers_and_is_counted(
    front: Front, tab: Tab, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> PageAnswer:
        raise RuntimeError

    monkeypatch.setattr(PageVisit, "numbers", fail)

    answer = await tab.ask()

    assert (shown(answer), answer.has_session) == ([None], False)
    assert front.counted("failure.ask") == 1
    assert at("/").origin == "http://localhost:8080"
