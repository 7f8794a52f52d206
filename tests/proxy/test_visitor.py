"""Who asks: a known session, a new one, or nobody."""

from dataclasses import replace
from datetime import timedelta

import pytest

from calltrack.plan import Consent, Site, SiteKey
from calltrack.sessions import IDLE, start
from calltrack.touch import Channel, Touch
from proxy.visitor import AGENT_LIMIT, MOST_COOKIES, is_bot, is_navigation, recognise
from tests.calltrack.plans import SITE
from tests.proxy.visits import COOKIE, COOKIE_NAME, FIREFOX, NOW, facts

TOUCH = Touch(NOW, Channel.DIRECT)
FRAMED = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"}


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        pytest.param({}, True, id="nothing said"),
        pytest.param({"Accept": "text/html,*/*;q=0.8"}, True, id="accepts html"),
        pytest.param({"Accept": "*/*"}, True, id="accepts all"),
        pytest.param({"Accept": "image/avif,*/*;q=0.8"}, False, id="an image"),
        pytest.param({"Accept": "application/json"}, False, id="json"),
        pytest.param({"Sec-Fetch-Mode": "navigate"}, True, id="navigate"),
        pytest.param({"Sec-Fetch-Mode": "cors", "Accept": "text/html"}, False, id="fetch()"),
        pytest.param({"Sec-Fetch-Mode": "no-cors"}, False, id="an asset"),
        pytest.param(
            {"Sec-Fetch-Mode": "navigate", "Sec-Purpose": "prefetch"}, False, id="prefetch"
        ),
        pytest.param(
            {"Sec-Fetch-Mode": "navigate", "Sec-Purpose": "prefetch;prerender"},
            False,
            id="prerender",
        ),
        pytest.param({"Accept": "text/html", "Purpose": "prefetch"}, False, id="old prefetch"),
        pytest.param(FRAMED | {"Sec-Fetch-Site": "cross-site"}, False, id="in another site's page"),
        pytest.param(FRAMED | {"Sec-Fetch-Site": "same-site"}, True, id="in a page of the site"),
        pytest.param(
            {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
            | {"Sec-Fetch-Site": "cross-site"},
            True,
            id="from a search engine",
        ),
        pytest.param({"Accept": "text/html", "HX-Request": "true"}, False, id="htmx"),
        pytest.param({"Accept": "text/html", "Turbo-Frame": "main"}, False, id="Turbo"),
        pytest.param(
            {"Accept": "text/html", "X-Requested-With": "XMLHttpRequest"}, False, id="jQuery"
        ),
    ],
)
def test_a_navigation_is_told_from_the_headers(headers: dict[str, str], expected: bool) -> None:
    assert is_navigation(headers) is expected


def ask(site: Site = SITE, *, method: str = "GET", **headers: str) -> tuple[str, bool]:
    request = facts(method=method, **headers)
    visitor = recognise(site, request, cookie=COOKIE, now=NOW)
    return visitor.reason, visitor.session is not None


@pytest.mark.parametrize(
    ("site", "method", "headers", "expected"),
    [
        pytest.param(SITE, "GET", {}, ("new", False), id="first view"),
        pytest.param(SITE, "HEAD", {}, ("method", False), id="HEAD"),
        pytest.param(
            SITE, "GET", {"User_Agent": "Googlebot/2.1"}, ("crawler", False), id="crawler"
        ),
        pytest.param(
            replace(SITE, consent=Consent.REQUIRED),
            "GET",
            {},
            ("no_consent", False),
            id="consent",
        ),
        pytest.param(
            SITE,
            "GET",
            {"Sec_Purpose": "prefetch"},
            ("no_session", False),
            id="prefetch",
        ),
        pytest.param(
            SITE,
            "GET",
            {"Cookie": f"{COOKIE_NAME}=forged"},
            ("new", False),
            id="a cookie we did not sign",
        ),
    ],
)
def test_a_stranger_starts_a_session_only_by_a_navigation(
    site: Site, method: str, headers: dict[str, str], expected: tuple[str, bool]
) -> None:
    assert ask(site, method=method, **headers) == expected


def known(*, idle: timedelta = timedelta(0), site: SiteKey = SITE.key) -> str:
    session = start(site, TOUCH, now=NOW - idle)
    return f"{COOKIE_NAME}={COOKIE.value(session)}"


def test_a_known_visitor_goes_on_also_on_a_prefetch() -> None:
    assert ask(Cookie=known()) == ("known", True)
    assert ask(Cookie=known(), Sec_Purpose="prefetch") == ("known", True)


def test_an_idle_visitor_starts_a_new_session_by_a_navigation_only() -> None:
    cookie = known(idle=IDLE + timedelta(minutes=1))

    assert ask(Cookie=cookie) == ("new", True)
    assert ask(Cookie=cookie, HX_Request="true") == ("no_session", False)


@pytest.mark.parametrize("is_first", [True, False])
@pytest.mark.parametrize(
    "other",
    [
        pytest.param(known(idle=timedelta(days=3)), id="an old one"),
        pytest.param(f"{COOKIE_NAME}=junk", id="junk"),
    ],
)
def test_of_two_cookies_the_one_seen_last_counts(is_first: bool, other: str) -> None:
    """One for the host and one for its domain: a browser that got both sends both, for weeks."""
    pair = [known(), other] if is_first else [other, known()]

    assert ask(Cookie="; ".join(pair)) == ("known", True)


def test_of_a_great_many_cookies_only_the_first_few_are_tried() -> None:
    junk = [known().partition("=")[0] + "=junk"] * MOST_COOKIES

    assert ask(Cookie="; ".join([*junk[1:], known()])) == ("known", True)
    assert ask(Cookie="; ".join([*junk, known()])) == ("new", False)


def test_another_site_s_session_does_not_count() -> None:
    assert ask(Cookie=known(site=SiteKey("other"))) == ("new", False)


@pytest.mark.parametrize(
    ("agent", "expected"),
    [
        pytest.param(FIREFOX, False, id="a browser"),
        pytest.param("Mozilla/5.0 (Linux; Android 15; CUBOT P80) Mobile Safari", False, id="CUBOT"),
        pytest.param("Googlebot/2.1", True, id="a search engine"),
        pytest.param("curl/8.5.0", True, id="a tool"),
        pytest.param("ELB-HealthChecker/2.0", True, id="a balancer of Amazon"),
        pytest.param("Amazon-Route53-Health-Check-Service", True, id="Route 53"),
        pytest.param("kube-probe/1.30", True, id="Kubernetes"),
        pytest.param("GoogleHC/1.0", True, id="a balancer of Google"),
        pytest.param("Edge Health Probe", True, id="a balancer of Microsoft"),
        pytest.param("Java/17.0.2", True, id="a program in Java"),
    ],
)
def test_crawlers_probes_and_tools_are_told_from_browsers(agent: str, expected: bool) -> None:
    assert is_bot(agent) is expected


def test_only_the_beginning_of_a_user_agent_is_looked_at() -> None:
    """The list is long: 16 KB of nonsense would take the time of 150 visitors."""
    assert is_bot(f"{FIREFOX} {'a' * 300} Googlebot/2.1")
    assert not is_bot(f"{'a' * AGENT_LIMIT} Googlebot/2.1")


class TestWhatAScriptHeardOfConsent:
    """`agreed`: True, False, or None where it heard nothing."""

    TOLD = replace(SITE, consent=Consent.REQUIRED)  # by a script alone
    BY_COOKIE = replace(TOLD, consent_cookie="agreed", consent_value="yes")

    @staticmethod
    def ask(site: Site, agreed: bool | None, **headers: str) -> tuple[str, bool, bool]:
        found = recognise(site, facts(**headers), cookie=COOKIE, now=NOW, agreed=agreed)
        return found.reason, found.forgets, found.agrees

    @staticmethod
    def remembered() -> str:
        session = replace(start(SITE.key, TOUCH, now=NOW), is_agreed=True)
        return f"{COOKIE_NAME}={COOKIE.value(session)}"

    @pytest.mark.parametrize(
        ("site", "agreed", "headers", "expected"),
        [
            pytest.param(TOLD, True, {}, ("new", False, True), id="yes"),
            pytest.param(TOLD, None, {}, ("no_consent", False, False), id="nothing yet"),
            pytest.param(BY_COOKIE, True, {}, ("new", False, False), id="yes, before the cookie"),
            pytest.param(SITE, True, {}, ("new", False, False), id="yes, and nobody asked"),
            pytest.param(SITE, False, {}, ("no_consent", False, False), id="no, and nobody asked"),
            pytest.param(
                BY_COOKIE, False, {"Cookie": "agreed=yes"}, ("no_consent", False, False), id="no"
            ),
            pytest.param(TOLD, True, {"Sec_GPC": "1"}, ("gpc", False, False), id="yes, with GPC"),
            pytest.param(
                TOLD, True, {"Cookie": "calltrack-off=1"}, ("opted_out", False, False), id="opt-out"
            ),
        ],
    )
    def test_it_counts_where_consent_is_asked_for_and_a_no_counts_everywhere(
        self,
        site: Site,
        agreed: bool | None,
        headers: dict[str, str],
        expected: tuple[str, bool, bool],
    ) -> None:
        assert self.ask(site, agreed, **headers) == expected

    def test_a_yes_stands_in_our_cookie_for_the_pages_that_follow(self) -> None:
        assert self.ask(self.TOLD, None, Cookie=self.remembered()) == ("known", False, True)
        assert self.ask(self.TOLD, None, Cookie=known()) == ("no_consent", True, False)

    def test_a_no_takes_the_cookie_away(self) -> None:
        assert self.ask(self.TOLD, False, Cookie=self.remembered()) == ("no_consent", True, False)
        assert self.ask(SITE, False, Cookie=known()) == ("no_consent", True, False)

    def test_a_site_s_own_cookie_counts_before_what_is_remembered(self) -> None:
        cookie = f"agreed=no; {self.remembered()}"

        assert self.ask(self.BY_COOKIE, None, Cookie=cookie) == ("no_consent", True, False)
