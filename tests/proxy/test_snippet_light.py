"""The edge under another domain than the page's, and what a script is told of a site."""

from dataclasses import replace

import pytest

from calltrack.events import Kind
from calltrack.plan import Mode, SiteKey
from proxy.snippet_pages import SnippetPages
from tests.calltrack.plans import SITE, make_plan
from tests.proxy.campaigns import AGREED, WITH_CONSENT
from tests.proxy.snippet_tabs import Tab, shown
from tests.proxy.visits import COOKIE, COOKIE_NAME, Front

FIRST, SECOND = "020 765 43 01", "020 765 43 02"


@pytest.fixture
def tab(front: Front) -> Tab:
    return Tab(front, SnippetPages(front.desk))


class TestLight:
    """The edge is asked under a domain of its own: a token in the tab instead of a cookie."""

    @pytest.fixture
    def tab(self, front: Front) -> Tab:
        return Tab(front, SnippetPages(front.desk), asked="calls.agency.test")

    async def test_a_token_is_the_session_and_no_cookie_is_set_or_read(
        self, front: Front, tab: Tab
    ) -> None:
        first = await tab.ask()
        tab.others = f"{COOKIE_NAME}=junk; calltrack-off=1"
        second = await tab.ask("/about")
        other = await tab.another().ask()

        assert (shown(first), shown(second), shown(other)) == ([FIRST], [FIRST], [SECOND])
        assert [one.cookies for one in (first, second, other)] == [(), (), ()]
        assert second.token
        assert (await front.kinds())[Kind.SESSION_STARTED] == 2

    async def test_a_consent_cookie_is_not_seen_and_a_yes_is_remembered_in_the_token(
        self, front: Front, tab: Tab
    ) -> None:
        await front.use(WITH_CONSENT)
        tab.others = AGREED

        unheard = await tab.ask()
        yes = await tab.ask(consent=True)
        later = await tab.ask("/about")

        assert (unheard.has_session, yes.has_session, later.has_session) == (False, True, True)
        assert await tab.send(phone="0612345678")

    async def test_a_no_takes_the_token_away(self, front: Front, tab: Tab) -> None:
        await tab.ask()

        answer = await tab.ask(consent=False)

        assert (answer.token, answer.has_session) == (None, False)
        assert (await front.kinds())[Kind.SESSION_LEFT] == 1

    @pytest.mark.parametrize(
        ("token", "has_session"),
        [
            pytest.param("forged", True, id="forged: a stranger"),
            pytest.param("a; calltrack-off=1", True, id="another cookie in it: a stranger"),
        ],
    )
    async def test_a_token_that_we_did_not_sign_is_nobody_s(
        self, tab: Tab, token: str, has_session: bool
    ) -> None:
        tab.token = token

        assert (await tab.ask()).has_session is has_session
        assert tab.session is not None

    async def test_a_token_of_another_site_is_nobody_s(self, tab: Tab) -> None:
        await tab.ask()
        own = tab.session
        assert own is not None
        tab.token = COOKIE.value(replace(own, site=SiteKey("shop")))

        assert not await tab.send(phone="0612345678")
        assert shown(await tab.ask()) == [SECOND]
        assert tab.session is not None
        assert (tab.session.site, tab.session.id != own.id) == (own.site, True)


class TestSite:
    """What the script is told of a site."""

    @pytest.mark.parametrize(
        ("host", "asked", "domain", "is_light"),
        [
            pytest.param("localhost", "localhost", None, False, id="the site's own host"),
            pytest.param("www.a.test", "calls.a.test", "a.test", False, id="under its domain"),
            pytest.param("www.a.test", "calls.a.test", None, True, id="no domain is told"),
            pytest.param("www.a.test", "calls.b.test", "a.test", True, id="another domain"),
            pytest.param("www.a.test", "xa.test", "a.test", True, id="a name that ends like it"),
            pytest.param("www.a.test", "a.test", "a.test", False, id="the domain itself"),
        ],
    )
    async def test_it_is_light_where_a_cookie_would_be_a_third_party_s(
        self, front: Front, tab: Tab, host: str, asked: str, domain: str | None, is_light: bool
    ) -> None:
        site = replace(SITE, hosts=("localhost", "www.a.test"), cookie_domain=domain)
        await front.use(make_plan(sites=(site,)))

        found = tab.pages.site(host, asked)

        assert found is not None
        assert found.is_light is is_light

    @pytest.mark.parametrize(
        ("mode", "tails", "classes"),
        [
            pytest.param(Mode.BOTH, ["234567"], 2, id="both"),
            pytest.param(Mode.AUTOMATIC, ["234567"], 0, id="automatic"),
            pytest.param(Mode.PLACEHOLDERS, [], 2, id="placeholders"),
        ],
    )
    async def test_it_says_what_is_looked_for(
        self, front: Front, tab: Tab, mode: Mode, tails: list[str], classes: int
    ) -> None:
        await front.use(make_plan(sites=(replace(SITE, mode=mode),)))

        found = tab.pages.site("localhost", "localhost")

        assert found is not None
        assert (found.mode, found.tails, len(found.classes)) == (mode.value, tails, classes)
        assert found.attributes == ["aria-label", "title"]
        assert (found.consent, found.has_consent_cookie) == ("not_required", False)

    async def test_of_a_host_that_no_site_has_nothing_is_told(self, tab: Tab) -> None:
        assert tab.pages.site("other.test", "localhost") is None
        assert not tab.pages.serves("other.test")
        assert tab.pages.serves("localhost")
