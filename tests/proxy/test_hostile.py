"""What no browser sends, through the whole proxy: no page is lost, and nothing is said back."""

from datetime import timedelta

import pytest

from calltrack.events import Kind
from tests.calltrack.plans import AMSTERDAM_POOL
from tests.proxy.browser import NAVIGATION, Got, ask, get
from tests.proxy.conftest import StartOrigin, StartProxy
from tests.proxy.origin import Origin, html
from tests.proxy.visits import COOKIE_NAME, FIREFOX, Front

PAGE = b"<!doctype html><p>020 123 45 67</p>"
SHOWN = b"020 765 43 01"
BROWSER = (*NAVIGATION, b"User-Agent: " + FIREFOX.encode())
BAD = b"<script>alert(1)</script>"
OURS = COOKIE_NAME.encode()


async def visit(
    front: Front,
    start_origin: StartOrigin,
    start_proxy: StartProxy,
    target: bytes = b"/",
    *lines: bytes,
) -> Got:
    origin = await start_origin(Origin(html(PAGE, b'ETag: "a"')))
    proxy = await start_proxy(origin, front.desk)
    return await ask(proxy.port, get(target, *BROWSER, *lines, host=b"localhost"))


@pytest.mark.parametrize(
    "cookie",
    [
        pytest.param(b"", id="no value"),
        pytest.param(b"." * 2000, id="dots"),
        pytest.param(b"A" * 15_000, id="over-long"),
        pytest.param(b".eJyLNtJR" + b"A" * 100, id="the beginning of one"),
        pytest.param(b"\xff\xfe\x80", id="bytes"),
        pytest.param(b"%00%0d%0aSet-Cookie:%20x=1", id="escaped line ends"),
        pytest.param(BAD, id="a script"),
        pytest.param(b'{"id":1}', id="JSON"),
        pytest.param(b"W10.c2ln" * 20, id="a list, signed by nobody"),
    ],
)
async def test_a_cookie_that_we_did_not_write_is_a_stranger_s(
    front: Front, start_origin: StartOrigin, start_proxy: StartProxy, cookie: bytes
) -> None:
    sent = b"Cookie: " + b"; ".join(b"%b=%b" % (OURS, cookie) for _ in range(1))

    got = await visit(front, start_origin, start_proxy, b"/", sent)

    assert got.status == 200
    assert SHOWN in got.body
    assert (got.has(b"set-cookie") or b"").startswith(OURS + b"=")
    assert BAD not in got.raw


async def test_very_many_cookies_of_our_name_are_not_all_tried(
    front: Front, start_origin: StartOrigin, start_proxy: StartProxy
) -> None:
    sent = b"Cookie: " + b"; ".join([OURS + b"=AAAA.BBBB"] * 300)

    got = await visit(front, start_origin, start_proxy, b"/", sent)

    assert SHOWN in got.body


@pytest.mark.parametrize(
    "target",
    [
        pytest.param(b"/?utm_source=" + b"a" * 10_000, id="over-long"),
        pytest.param(b"/?utm_source=%ff%fe&utm_medium=%80", id="no UTF-8"),
        pytest.param(b"/?utm_source=%ed%a0%80", id="half a surrogate pair"),
        pytest.param(b"/?utm_source=%00%0d%0aX:%20y", id="control characters"),
        pytest.param(b"/?utm_source=%3Cscript%3Ealert(1)%3C/script%3E", id="a script"),
        pytest.param(b"/?" + b"&".join([b"utm_source=a"] * 1_000), id="very often"),
        pytest.param(b"/?" + b"&" * 10_000, id="nothing, very often"),
        pytest.param(b"/?utm_source=%E2%80%AE%F0%9F%98%80%EF%BF%BF" * 20, id="odd letters"),
        pytest.param(b"/?gclid=" + b"%27;DROP" * 500, id="a click id that is none"),
        pytest.param(b"/?%", id="half an escape"),
        pytest.param(b"/?utm_source", id="no value"),
    ],
)
async def test_a_query_whatever_it_says_costs_no_number(
    front: Front, start_origin: StartOrigin, start_proxy: StartProxy, target: bytes
) -> None:
    got = await visit(front, start_origin, start_proxy, target)

    assert got.status == 200
    assert SHOWN in got.body
    assert len(got.has(b"set-cookie") or b"") < 2500
    assert BAD not in got.raw
    started = next(e for e in await front.events() if e.kind is Kind.SESSION_STARTED)
    texts = [value for value in started.data.values() if isinstance(value, str)]
    assert all(text.isprintable() and len(text) <= 1000 for text in texts)
    assert len(str(started.data.get("source", ""))) <= 100


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(b"Referer: " + b"http://a" * 1_500, id="over-long"),
        pytest.param(b"Referer: http://[::1", id="half an address"),
        pytest.param(b"Referer: javascript:alert(1)", id="no page"),
        pytest.param(b"Referer: http://\xff\xfe/", id="bytes"),
        pytest.param(b"Referer: http://a.test:99999999/?q=%ff", id="a port that is none"),
        pytest.param(b"Sec-GPC: \xff", id="an odd wish"),
        pytest.param(b"X-Forwarded-For: ' OR 1=1", id="an odd address"),
        pytest.param(b"If-None-Match: " + b'W/"a-b",' * 1_000, id="very many validators"),
        pytest.param(b'If-None-Match: W/"a-0123456789abcdef"', id="a validator of ours, made up"),
    ],
)
async def test_a_field_whatever_it_says_costs_no_number(
    front: Front, start_origin: StartOrigin, start_proxy: StartProxy, line: bytes
) -> None:
    got = await visit(front, start_origin, start_proxy, b"/", line)

    assert got.status == 200
    assert SHOWN in got.body


async def test_a_clock_that_goes_back_ends_no_visit_and_gives_no_number_twice(
    front: Front, start_origin: StartOrigin, start_proxy: StartProxy
) -> None:
    origin = await start_origin(Origin(html(PAGE)))
    proxy = await start_proxy(origin, front.desk)
    first = await ask(proxy.port, get(b"/", *BROWSER, host=b"localhost"))
    cookie = b"Cookie: " + (first.has(b"set-cookie") or b"").partition(b";")[0]
    front.clock.now -= timedelta(days=2)

    again = await ask(proxy.port, get(b"/", *BROWSER, cookie, host=b"localhost"))
    other = await ask(proxy.port, get(b"/", *BROWSER, host=b"localhost"))

    assert again.body == first.body
    assert AMSTERDAM_POOL[1].e164[-4:].encode() in other.body.replace(b" ", b"")
    assert (await front.kinds())[Kind.SESSION_STARTED] == 2
