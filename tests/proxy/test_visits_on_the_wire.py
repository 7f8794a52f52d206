"""Visits through the whole proxy, with a real Plan: what the heads of answers say of them."""

from dataclasses import dataclass, replace

import pytest

from calltrack.events import Kind
from calltrack.plan import Consent
from tests.calltrack.plans import AMSTERDAM_POOL, SITE, make_plan
from tests.proxy.browser import NAVIGATION, Got, ask, get
from tests.proxy.campaigns import FROM_ADS, WITH_CONSENT
from tests.proxy.conftest import Proxy, StartOrigin, StartProxy
from tests.proxy.origin import Asked, Origin, answer, html
from tests.proxy.visits import COOKIE_NAME, FIREFOX, Front

PAGE = b"<!doctype html><p>020 123 45 67</p>"
CACHED = (b"Cache-Control: public, max-age=600", b'ETag: "a"')
ADS = FROM_ADS.encode()
BROWSER = (*NAVIGATION, b"User-Agent: " + FIREFOX.encode())
REQUIRED = make_plan(sites=(replace(SITE, consent=Consent.REQUIRED),))


@dataclass
class Browser:
    """A browser that keeps its cookies, on a line of its own to the proxy."""

    proxy: Proxy
    jar: dict[bytes, bytes]
    client: bytes = b"203.0.113.5"

    async def get(self, target: bytes = b"/", *lines: bytes) -> Got:
        cookies = b"; ".join(b"%b=%b" % pair for pair in self.jar.items())
        sent = [b"Cookie: " + cookies] if cookies else []
        front = b"X-Forwarded-For: " + self.client
        request = get(target, *BROWSER, *sent, front, *lines, host=b"localhost")
        got = await ask(self.proxy.port, request)
        for header in got.all(b"set-cookie"):
            name, _, value = header.partition(b";")[0].partition(b"=")
            self.jar[name] = value
            if b"Max-Age=0" in header:
                del self.jar[name]
        return got


def site(asked: Asked) -> bytes:
    """Answer as a site of a few pages, whose ETag it knows."""
    path = asked.target.partition(b"?")[0]
    if path == b"/go":
        return answer(b"", b"Location: /", status=b"302 Found")
    if path == b"/logo.png":
        return answer(b"png", b"Content-Type: image/png", *CACHED)
    if asked.has(b"if-none-match") == b'"a"':
        return answer(b"", b'ETag: "a"', status=b"304 Not Modified", length=False)
    return html(b"<p>geen nummer</p>" if path == b"/plain" else PAGE, *CACHED)


@pytest.fixture
async def browser(front: Front, start_origin: StartOrigin, start_proxy: StartProxy) -> Browser:
    from ipaddress import ip_network  # noqa: PLC0415 - here alone

    origin = await start_origin(Origin(site))
    proxy = await start_proxy(origin, front.desk, trusted=[ip_network("127.0.0.0/8")])
    return Browser(proxy, {})


class TestWithoutConsent:
    """Nothing is stored; a static number is the source's."""

    async def test_a_static_number_is_private_and_its_page_can_be_confirmed(
        self, front: Front, browser: Browser
    ) -> None:
        await front.use(WITH_CONSENT)

        first = await browser.get(ADS)
        etag = first.has(b"etag") or b""
        again = await browser.get(ADS, b"If-None-Match: " + etag)
        other = await browser.get(b"/", b"If-None-Match: " + etag)

        assert b"020 765 43 88" in first.body
        assert first.all(b"cache-control") == [b"private, no-cache"]
        assert (again.status, again.has(b"etag")) == (304, etag)
        assert other.status == 200
        assert b"020 765 43 99" in other.body
        assert browser.jar == {}
        assert await front.events() == []

    async def test_a_page_without_numbers_stays_everybody_s(
        self, front: Front, browser: Browser
    ) -> None:
        await front.use(WITH_CONSENT)

        got = await browser.get(b"/plain")

        assert got.all(b"cache-control") == [b"public, max-age=600"]

    @pytest.mark.parametrize(
        ("target", "is_told"),
        [
            pytest.param(b"/", True, id="a page"),
            pytest.param(b"/plain", True, id="a page without numbers"),
            pytest.param(b"/go", True, id="a redirect"),
            pytest.param(b"/logo.png", False, id="an image"),
        ],
    )
    async def test_withdrawn_consent_takes_our_cookie_with_the_next_page(
        self, front: Front, browser: Browser, target: bytes, is_told: bool
    ) -> None:
        browser.jar = {b"agreed": b"yes"}
        await front.use(WITH_CONSENT)
        await browser.get(b"/")
        assert COOKIE_NAME.encode() in browser.jar
        browser.jar[b"agreed"] = b"no"

        got = await browser.get(target)

        assert (COOKIE_NAME.encode() not in browser.jar) is is_told
        assert (b"private" in (got.has(b"cache-control") or b"")) is is_told

    async def test_an_opt_out_gets_the_site_s_own_page_and_loses_our_cookie(
        self, browser: Browser
    ) -> None:
        await browser.get(b"/")
        browser.jar[b"calltrack-off"] = b"1"

        got = await browser.get(b"/")

        assert got.body == PAGE
        assert list(browser.jar) == [b"calltrack-off"]


class TestSource:
    """Another source in a session that goes on."""

    @pytest.mark.parametrize(
        ("target", "is_told"),
        [
            pytest.param(b"/plain", True, id="a page without numbers"),
            pytest.param(b"/go", True, id="a redirect"),
            pytest.param(b"/logo.png", False, id="an image"),
        ],
    )
    async def test_it_is_in_the_cookie_of_the_answer(
        self, front: Front, browser: Browser, target: bytes, is_told: bool
    ) -> None:
        await browser.get(b"/")
        before = dict(browser.jar)

        got = await browser.get(target + b"?utm_source=news&utm_medium=email")

        assert (browser.jar != before) is is_told
        assert (b"private" in (got.has(b"cache-control") or b"")) is is_told
        kinds = await front.kinds()
        assert (kinds[Kind.TOUCH_ADDED], kinds[Kind.SESSION_STARTED]) == (int(is_told), 1)


class TestViews:
    """What counts as a view, and what it asks of the store."""

    async def test_the_first_page_is_renewed_whole_then_confirmed_then_not_modified(
        self, front: Front, browser: Browser
    ) -> None:
        first = await browser.get(b"/")
        second = await browser.get(b"/", b"If-None-Match: " + (first.has(b"etag") or b""))
        third = await browser.get(b"/", b"If-None-Match: " + (second.has(b"etag") or b""))

        assert (first.status, second.status, third.status) == (200, 200, 304)
        assert first.body == second.body
        assert (front.counted("store.take_new"), front.counted("store.take_confirm")) == (1, 1)
        (lease,) = await front.store.held(now=front.clock.now)
        assert (lease.number, lease.is_confirmed) == (AMSTERDAM_POOL[0], True)

    async def test_a_page_fetched_ahead_and_a_redirect_are_no_views(
        self, front: Front, browser: Browser
    ) -> None:
        await browser.get(b"/go")
        assert (await front.kinds()) == {Kind.SESSION_STARTED: 1}

        ahead = await browser.get(b"/", b"Sec-Purpose: prefetch")
        await browser.get(b"/")

        assert b"020 765 43 01" in ahead.body
        assert (await front.kinds())[Kind.PAGE_VIEWED] == 1

    async def test_an_image_confirms_what_the_page_before_was_given(
        self, front: Front, browser: Browser
    ) -> None:
        await browser.get(b"/")
        (lease,) = await front.store.held(now=front.clock.now)
        assert not lease.is_confirmed

        got = await browser.get(b"/logo.png", b"Sec-Fetch-Mode: no-cors")
        await front.desk.close()

        assert got.body == b"png"
        (lease,) = await front.store.held(now=front.clock.now)
        assert lease.is_confirmed

    async def test_where_consent_is_never_told_nothing_is_kept(
        self, front: Front, browser: Browser
    ) -> None:
        await front.use(REQUIRED)

        got = await browser.get(ADS)

        assert (got.body, browser.jar, await front.events()) == (PAGE, {}, [])
