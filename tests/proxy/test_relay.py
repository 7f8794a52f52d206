"""What becomes of an answer: what starts a session is private, what is not ours stays as it is."""

import pytest

from proxy.headers import members
from tests.proxy.browser import NAVIGATION, ask, get, take_apart
from tests.proxy.conftest import StartOrigin, StartProxy
from tests.proxy.guests import Guests
from tests.proxy.origin import Origin, answer, html
from tests.proxy.sample import CACHEABLE, PAGE, PLAIN, guest, without_ours


class TestLanding:
    """Answers that may start a session, and those that never do."""

    @pytest.mark.parametrize(
        "said",
        [
            pytest.param(html(PLAIN, *CACHEABLE), id="a page without slots"),
            pytest.param(answer(b"", b"Location: /there", status=b"302 Found"), id="a redirect"),
            pytest.param(html(PLAIN, b"X: y").replace(b"200 OK", b"404 No"), id="404"),
        ],
    )
    async def test_the_answer_that_starts_a_session_is_private(
        self, start_origin: StartOrigin, start_proxy: StartProxy, said: bytes
    ) -> None:
        guests = Guests()
        proxy = await start_proxy(await start_origin(Origin(said)), guests)

        got = await ask(proxy.port, get(b"/", *NAVIGATION))

        assert (got.has(b"cache-control") or b"").startswith(b"private")
        assert not {b"public", b"s-maxage=9000"} & set(members(got.fields, b"cache-control"))
        assert got.has(b"surrogate-control") is None
        assert got.all(b"set-cookie") == [b"calltrack-guest=g1; Path=/; HttpOnly"]
        assert got.body == take_apart(said).body
        assert len(guests.finished) == 1

    @pytest.mark.parametrize(
        ("said", "views"),
        [
            pytest.param(html(PLAIN), [("/", 200)], id="a page"),
            pytest.param(html(PLAIN).replace(b"200 OK", b"404 No"), [("/", 404)], id="404"),
            pytest.param(
                html(b"<a href=/there>", b"Location: /there").replace(b"200 OK", b"302 Found"),
                [],
                id="a redirect, though it is HTML",
            ),
            pytest.param(answer(b"{}", b"Content-Type: application/json"), [], id="JSON"),
        ],
    )
    async def test_a_known_visitors_view_is_one_of_a_page(
        self,
        start_origin: StartOrigin,
        start_proxy: StartProxy,
        said: bytes,
        views: list[tuple[str, int]],
    ) -> None:
        guests = Guests()
        proxy = await start_proxy(await start_origin(Origin(said)), guests)

        await ask(proxy.port, get(b"/", *guest("g1")))

        assert guests.finished == views

    async def test_an_asset_never_sets_a_cookie(
        self, start_origin: StartOrigin, start_proxy: StartProxy
    ) -> None:
        said = answer(b"body{}", b"Content-Type: text/css", b"Cache-Control: public")
        proxy = await start_proxy(await start_origin(Origin(said)), Guests())

        got = await ask(proxy.port, get(b"/a.css", *NAVIGATION))

        assert without_ours(got) == said

    async def test_the_sites_own_cookies_stay_beside_ours(
        self, start_origin: StartOrigin, start_proxy: StartProxy
    ) -> None:
        said = html(PAGE, b"Set-Cookie: a=1, b", b"Set-Cookie: c=2")
        proxy = await start_proxy(await start_origin(Origin(said)), Guests())

        got = await ask(proxy.port, get(b"/", *NAVIGATION))

        assert got.all(b"set-cookie") == [
            b"a=1, b",
            b"c=2",
            b"calltrack-guest=g1; Path=/; HttpOnly",
        ]

    @pytest.mark.parametrize("body", [PAGE, PLAIN])
    async def test_a_site_that_says_off_is_left_alone(
        self, start_origin: StartOrigin, start_proxy: StartProxy, body: bytes
    ) -> None:
        guests = Guests()
        said = html(body, *CACHEABLE)
        origin = await start_origin(Origin(html(body, *CACHEABLE, b"X-Calltrack: Off")))
        proxy = await start_proxy(origin, guests)

        got = await ask(proxy.port, get(b"/", *NAVIGATION))

        assert without_ours(got) == said
        assert (guests.held, guests.finished) == ({}, [])

    @pytest.mark.parametrize(
        ("target", "rewrite"),
        [pytest.param(b"/admin/x", True, id="path"), pytest.param(b"/", False, id="no plan")],
    )
    async def test_a_page_that_is_never_looked_at_passes(
        self, start_origin: StartOrigin, start_proxy: StartProxy, target: bytes, rewrite: bool
    ) -> None:
        said = html(PAGE, *CACHEABLE)
        guests = Guests() if rewrite else Guests(rewrite=None)
        proxy = await start_proxy(await start_origin(Origin(said)), guests)

        got = await ask(proxy.port, get(target, *guest("g1")))

        assert without_ours(got) == said
