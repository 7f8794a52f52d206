"""Where visitors with the snippet came from, and what they said of consent."""

from dataclasses import replace
from datetime import timedelta

import pytest

from calltrack.events import Kind
from calltrack.plan import Consent
from proxy.snippet_pages import SnippetPages
from tests.calltrack.plans import AMSTERDAM_POOL, SITE, make_plan
from tests.proxy.campaigns import AGREED, FLYER, FROM_ADS, PLAN, SPARE, WITH_CONSENT
from tests.proxy.snippet_tabs import Tab, shown
from tests.proxy.visits import Front

FIRST, SECOND = "020 765 43 01", "020 765 43 02"
PROMISED = 33 * 60
TOLD_BY_SCRIPT = make_plan(sites=(replace(SITE, consent=Consent.REQUIRED),))


@pytest.fixture
def tab(front: Front) -> Tab:
    return Tab(front, SnippetPages(front.desk))


class TestSources:
    """Where a visitor came from."""

    async def test_it_is_read_from_the_page_s_address_and_what_linked_to_it(
        self, front: Front, tab: Tab
    ) -> None:
        await tab.ask("/contact?utm_source=google&utm_medium=cpc", referrer="https://www.bing.com/")

        assert tab.session is not None
        touch = tab.session.touch
        assert (touch.source, touch.medium, touch.referrer) == ("google", "cpc", "www.bing.com")
        assert touch.landing_path == "/contact"
        (started,) = [e for e in await front.events() if e.kind is Kind.SESSION_STARTED]
        assert started.data["landing"] == "/contact?utm_source=google&utm_medium=cpc"

    async def test_another_source_counts_with_a_page_and_not_with_a_heartbeat(
        self, front: Front, tab: Tab
    ) -> None:
        await tab.ask(FROM_ADS)
        other = tab.another()
        await other.ask("/?utm_source=nieuwsbrief&utm_medium=email")

        await tab.ask(FROM_ADS, view=False)

        assert tab.session is not None
        assert tab.session.touch.source == "nieuwsbrief"
        assert (await front.kinds())[Kind.TOUCH_ADDED] == 1

    async def test_a_session_that_starts_after_consent_has_the_source_of_the_landing_page(
        self, front: Front, tab: Tab
    ) -> None:
        await front.use(replace(PLAN, sites=TOLD_BY_SCRIPT.sites))
        landed = (FROM_ADS, "https://www.google.com/")
        before = await tab.ask("/contact", referrer="http://localhost:8080/", landing=landed)

        await tab.ask(
            "/contact",
            view=False,
            consent=True,
            landing=landed,
            referrer="http://localhost:8080/",
        )

        assert shown(before) == ["020 765 43 88"]  # the static number of this very source
        assert not before.has_session
        assert tab.session is not None
        touch = tab.session.touch
        assert (touch.source, touch.medium, touch.landing_path) == ("google", "cpc", "/")
        kinds = await front.kinds()
        assert (kinds[Kind.SESSION_STARTED], kinds[Kind.PAGE_VIEWED]) == (1, 1)
        assert (FLYER.e164[-4:], SPARE.e164[-4:]) == ("4388", "4399")

    async def test_a_session_that_goes_on_is_not_taken_back_to_where_the_tab_landed(
        self, front: Front, tab: Tab
    ) -> None:
        await tab.ask("/?utm_source=nieuwsbrief&utm_medium=email")

        await tab.ask("/contact", landing=(FROM_ADS, ""))

        assert tab.session is not None
        assert tab.session.touch.source == "nieuwsbrief"
        assert (await front.kinds())[Kind.TOUCH_ADDED] == 0


class TestConsent:
    """A yes, a no, and nothing heard; GPC and the opt-out count before a yes."""

    async def test_a_yes_that_only_a_script_hears_lasts_on_the_pages_that_follow(
        self, front: Front, tab: Tab
    ) -> None:
        await front.use(TOLD_BY_SCRIPT)

        nothing = await tab.ask()
        yes = await tab.ask(view=True, consent=True)
        later = await tab.ask("/about")
        (served,), _ = await front.view(tab.jar["cookie"], page=b"<p>020 123 45 67")

        assert (shown(nothing), nothing.has_session) == ([None], False)
        assert (shown(yes), shown(later), served) == ([FIRST], [FIRST], AMSTERDAM_POOL[0])

    async def test_the_site_s_own_cookie_counts_without_a_word_from_a_script(
        self, front: Front, tab: Tab
    ) -> None:
        await front.use(WITH_CONSENT)
        tab.others = AGREED

        assert (await tab.ask()).has_session

    async def test_gpc_counts_before_a_yes(self, front: Front, tab: Tab) -> None:
        await front.use(TOLD_BY_SCRIPT)
        tab.headers = {"Sec-GPC": "1"}

        answer = await tab.ask(consent=True)

        assert (shown(answer), answer.has_session) == ([None], False)
        assert front.counted("ask.gpc") == 1

    @pytest.mark.parametrize(
        "target",
        [pytest.param("/contact", id="a page"), pytest.param("/cms/", id="one left alone")],
    )
    async def test_a_no_ends_the_session_takes_the_cookie_away_and_breaks_no_promise(
        self, front: Front, tab: Tab, target: str
    ) -> None:
        await tab.ask()
        await tab.ask(view=False)

        answer = await tab.ask(target, view=False, consent=False)

        assert (shown(answer), answer.has_session, tab.jar["cookie"]) == ([None], False, None)
        kinds = await front.kinds()
        assert (kinds[Kind.SESSION_LEFT], kinds[Kind.LEASE_ENDED]) == (1, 1)
        (lease,) = await front.store.held(now=front.clock.now)
        assert lease.promised_until - front.clock.now == timedelta(seconds=PROMISED)
        assert shown(await Tab(front, tab.pages).ask()) == [SECOND]
        assert front.counted("ask.withdrawn") == 1

    async def test_a_no_of_who_has_no_session_changes_nothing(self, front: Front, tab: Tab) -> None:
        answer = await tab.ask(consent=False)

        assert (answer.has_session, answer.cookies) == (False, ())
        assert await front.events() == []
