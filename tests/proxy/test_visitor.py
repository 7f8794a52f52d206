"""Who asks: a known session, a new one, or nobody."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from calltrack.cookie import SessionCookie, cookie_name
from calltrack.numbers import PhoneNumber
from calltrack.plan import Consent, Mode, Placeholder, PlaceholderKey, Site, SiteKey
from calltrack.sessions import IDLE, start
from proxy.visitor import (
    AGENT_LIMIT,
    bindings_for,
    is_bot,
    is_navigation,
    read_cookies,
    recognise,
)
from tests.calltrack.plans import AMSTERDAM_NUMBER, ROTTERDAM_NUMBER, SITE, make_plan

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
COOKIE = SessionCookie([b"k" * 32])
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
FRAMED = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"}
PAGE = {"Accept": "text/html,*/*;q=0.8", "User-Agent": FIREFOX}


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


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        pytest.param("calltrack-main=abc", ["abc"], id="alone"),
        pytest.param("a=1; calltrack-main=abc; b=2", ["abc"], id="among others"),
        pytest.param("a=1;calltrack-main=abc", ["abc"], id="no space"),
        pytest.param("calltrack-main=a; calltrack-main=b", ["a", "b"], id="twice"),
        pytest.param("xcalltrack-main=abc", [], id="another name"),
        pytest.param("calltrack-main", [""], id="no value"),
        pytest.param(";;=;", [], id="junk"),
        pytest.param("", [], id="empty"),
    ],
)
def test_our_cookie_is_found_among_others(header: str, expected: list[str]) -> None:
    assert read_cookies({"Cookie": header}, "calltrack-main") == expected


def ask(site: Site = SITE, *, method: str = "GET", **headers: str) -> tuple[str, bool, bool]:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    visitor = recognise(site, method=method, headers={**PAGE, **names}, cookie=COOKIE, now=NOW)
    return visitor.reason, visitor.session is not None, visitor.is_new


@pytest.mark.parametrize(
    ("site", "method", "headers", "expected"),
    [
        pytest.param(SITE, "GET", {}, ("new", True, True), id="first view"),
        pytest.param(SITE, "HEAD", {}, ("method", False, False), id="HEAD"),
        pytest.param(
            SITE, "GET", {"User_Agent": "Googlebot/2.1"}, ("crawler", False, False), id="crawler"
        ),
        pytest.param(
            replace(SITE, consent=Consent.REQUIRED),
            "GET",
            {},
            ("no_consent", False, False),
            id="consent",
        ),
        pytest.param(
            SITE,
            "GET",
            {"Sec_Purpose": "prefetch"},
            ("no_session", False, False),
            id="prefetch",
        ),
        pytest.param(
            SITE,
            "GET",
            {"Cookie": f"{cookie_name(SITE.key)}=forged"},
            ("new", True, True),
            id="a cookie we did not sign",
        ),
    ],
)
def test_a_stranger_starts_a_session_only_by_a_navigation(
    site: Site, method: str, headers: dict[str, str], expected: tuple[str, bool, bool]
) -> None:
    assert ask(site, method=method, **headers) == expected


def known(*, idle: timedelta = timedelta(0), site: SiteKey = SITE.key) -> str:
    session = start(site, now=NOW - idle)
    return f"{cookie_name(SITE.key)}={COOKIE.value(session)}"


def test_a_known_visitor_goes_on_also_on_a_prefetch() -> None:
    assert ask(Cookie=known()) == ("known", True, False)
    assert ask(Cookie=known(), Sec_Purpose="prefetch") == ("known", True, False)


def test_an_idle_visitor_starts_a_new_session_by_a_navigation_only() -> None:
    cookie = known(idle=IDLE + timedelta(minutes=1))

    assert ask(Cookie=cookie) == ("new", True, True)
    assert ask(Cookie=cookie, HX_Request="true")[1:] == (False, False)


@pytest.mark.parametrize("is_first", [True, False])
@pytest.mark.parametrize(
    "other",
    [
        pytest.param(known(idle=timedelta(days=3)), id="an old one"),
        pytest.param("calltrack-main=junk", id="junk"),
    ],
)
def test_of_two_cookies_the_one_seen_last_counts(is_first: bool, other: str) -> None:
    """One for the host and one for its domain: a browser that got both sends both, for weeks."""
    pair = [known(), other] if is_first else [other, known()]

    assert ask(Cookie="; ".join(pair)) == ("known", True, False)


def test_another_site_s_session_does_not_count() -> None:
    assert ask(Cookie=known(site=SiteKey("other"))) == ("new", True, True)


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


@pytest.mark.parametrize(
    ("mode", "numbers", "classes"),
    [
        pytest.param(Mode.AUTOMATIC, {AMSTERDAM_NUMBER, ROTTERDAM_NUMBER}, 0, id="automatic"),
        pytest.param(Mode.PLACEHOLDERS, set(), 2, id="placeholders"),
        pytest.param(Mode.BOTH, {AMSTERDAM_NUMBER, ROTTERDAM_NUMBER}, 2, id="both"),
    ],
)
def test_the_site_s_mode_says_what_is_looked_for(
    mode: Mode, numbers: set[PhoneNumber], classes: int
) -> None:
    bindings = bindings_for(make_plan(), replace(SITE, mode=mode))

    assert bindings.numbers == numbers
    assert len(bindings.classes) == classes


def test_a_placeholder_without_a_class_is_found_by_its_key() -> None:
    plan = make_plan(placeholders=(Placeholder(PlaceholderKey("footer")),))

    bindings = bindings_for(plan, SITE)

    assert not bindings.classes
    assert bindings.keys == {"footer"}


def test_only_the_beginning_of_a_user_agent_is_looked_at() -> None:
    """The list is long: 16 KB of nonsense would take the time of 150 visitors."""
    assert is_bot(f"{FIREFOX} {'a' * 300} Googlebot/2.1")
    assert not is_bot(f"{'a' * AGENT_LIMIT} Googlebot/2.1")
