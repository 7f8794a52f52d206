"""Visitors who leave, or only seem to, and forms that they send."""

from dataclasses import replace

import pytest

from calltrack.events import Kind
from calltrack.history import holdings
from calltrack.plan import Consent
from calltrack.sessions import IDLE
from proxy.snippet_pages import SnippetPages
from tests.calltrack.plans import AMSTERDAM_POOL, SITE, make_plan
from tests.proxy.campaigns import AGREED, WITH_CONSENT
from tests.proxy.snippet_tabs import Tab, shown
from tests.proxy.visits import Front

FIRST = "020 765 43 01"


@pytest.fixture
def tab(front: Front) -> Tab:
    return Tab(front, SnippetPages(front.desk))


class TestLeave:
    """A browser says the same whether it leaves for good or goes on to the next page."""

    async def test_it_is_told_and_ends_no_lease(self, front: Front, tab: Tab) -> None:
        await tab.ask()
        front.clock.turn(minutes=2)

        await tab.leave()

        (left,) = [e for e in await front.events() if e.kind is Kind.SESSION_LEFT]
        assert tab.session is not None
        assert left.data == {"session": tab.session.id, "site": SITE.key}
        assert left.at == front.clock.now
        assert (await front.kinds())[Kind.LEASE_ENDED] == 0
        (lease,) = await front.store.held(now=front.clock.now)
        assert lease.ended_at is None

    @pytest.mark.parametrize(
        "is_late",
        [pytest.param(False, id="in order"), pytest.param(True, id="after the next page")],
    )
    async def test_a_page_before_or_after_it_goes_on_as_the_same_session_on_the_same_lease(
        self, front: Front, tab: Tab, is_late: bool
    ) -> None:
        await tab.ask()
        await tab.ask(view=False)
        session = tab.session
        front.clock.turn(minutes=1)

        if is_late:
            answers = [await tab.ask("/about")]
            await tab.leave()
        else:
            await tab.leave()
            answers = [await tab.ask("/about")]
        front.clock.turn(minutes=10)
        answers.append(await tab.ask("/about", view=False))

        assert [shown(answer) for answer in answers] == [[FIRST], [FIRST]]
        assert (session and session.id) == (tab.session and tab.session.id)
        events = await front.events()
        (holding,) = holdings(events, AMSTERDAM_POOL[0])
        assert holding.ended_at is None
        assert holding.is_promised(front.clock.now)
        assert [e.kind for e in events].count(Kind.SESSION_STARTED) == 1
        signs = [e.at for e in events if e.kind in {Kind.PAGE_VIEWED, Kind.LEASE_RENEWED}]
        assert max(signs) > next(e.at for e in events if e.kind is Kind.SESSION_LEFT)

    async def test_the_number_of_who_left_is_nobody_else_s_while_it_is_promised(
        self, front: Front, tab: Tab
    ) -> None:
        await tab.ask()
        await tab.ask(view=False)
        await tab.leave()

        others = [shown(await Tab(front, tab.pages).ask()) for _ in range(2)]

        assert others == [["020 765 43 02"], [None]]

    async def test_one_page_of_two_that_is_closed_leaves_the_other_as_it_is(self, tab: Tab) -> None:
        await tab.ask()
        other = tab.another()
        await other.ask("/about")

        await other.leave("/about")

        assert shown(await tab.ask(view=False)) == [FIRST]

    async def test_who_has_no_session_leaves_nothing(self, front: Front, tab: Tab) -> None:
        await tab.leave()
        await tab.ask()
        front.clock.now += 2 * IDLE
        await tab.leave()

        assert (await front.kinds())[Kind.SESSION_LEFT] == 0

    async def test_leaving_is_no_sign_that_the_browser_shows_itself_again(
        self, front: Front, tab: Tab
    ) -> None:
        tab.client = "203.0.113.5"
        await tab.ask()

        await tab.leave()
        await front.desk.close()

        assert front.counted("store.confirm") == 0
        assert len(front.store.asks) == 1


class TestLead:
    """A form belongs to the session that the browser brings along."""

    async def test_it_is_told_with_what_was_typed_and_where(self, front: Front, tab: Tab) -> None:
        await tab.ask()

        is_taken = await tab.send(
            name="J. de Vries", phone="06 1234 5678", email="j@example.nl", reference="A-17"
        )

        (sent,) = [e for e in await front.events() if e.kind is Kind.FORM_SENT]
        assert is_taken
        assert tab.session is not None
        assert sent.data == {
            "session": tab.session.id,
            "site": SITE.key,
            "form": "Bel mij terug",
            "path": "/contact",
            "name": "J. de Vries",
            "phone": "06 1234 5678",
            "email": "j@example.nl",
            "reference": "A-17",
        }
        assert front.counted("ask.lead") == 1

    async def test_what_was_not_said_is_left_out(self, front: Front, tab: Tab) -> None:
        await tab.ask()

        assert await tab.send(phone="0612345678")

        (sent,) = [e for e in await front.events() if e.kind is Kind.FORM_SENT]
        assert {"name", "email", "reference"}.isdisjoint(sent.data)

    async def test_it_is_not_lost_where_the_visitor_took_long_or_had_left(
        self, front: Front, tab: Tab
    ) -> None:
        await tab.ask()
        session = tab.session
        await tab.leave()
        front.clock.now += 2 * IDLE

        assert await tab.send(phone="0612345678")

        (sent,) = [e for e in await front.events() if e.kind is Kind.FORM_SENT]
        assert session is not None
        assert sent.data["session"] == session.id

    async def test_without_a_session_it_is_nobody_s(self, front: Front, tab: Tab) -> None:
        assert not await tab.send(phone="0612345678")
        assert await front.events() == []
        assert front.counted("ask.lead_alone") == 1

    async def test_after_a_no_it_is_nobody_s(self, front: Front, tab: Tab) -> None:
        await front.use(WITH_CONSENT)
        tab.others = AGREED
        await tab.ask()
        tab.others = "agreed=no"

        assert not await tab.send(phone="0612345678")

    async def test_a_host_that_no_site_has_gets_nothing(self, front: Front, tab: Tab) -> None:
        await tab.ask()
        site = replace(SITE, hosts=("other.test",), consent=Consent.NOT_REQUIRED)
        await front.use(make_plan(serial=2, sites=(site,)))

        assert not await tab.send(phone="0612345678")
        assert (await tab.ask()).has_session is False
        assert front.counted("ask.unknown_site") == 1
