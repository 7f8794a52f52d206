"""A dry run: the visitor's bytes are the site's own, and what would have become of them is told."""

import gzip

import pytest

from calltrack.numbers import PhoneNumber
from proxy.counters import Counters
from proxy.dry_report import DryPage
from proxy.dry_run import OUTSIDE_PLACEHOLDER, DryRun
from proxy.rewrite_report import OUTSIDE_PLACEHOLDER as AS_EXPLAINED
from tests.proxy.browser import NAVIGATION, ask, get
from tests.proxy.conftest import StartOrigin, StartProxy
from tests.proxy.guests import Guests
from tests.proxy.origin import Asked, Origin, answer, html
from tests.proxy.sample import CACHEABLE, LONG, PAGE, PLAIN
from tests.proxy.visits import FIREFOX, Front
from tests.proxy.visits import PAGE as FRONT_PAGE

LEFT = b"<script>var a = '085 0199 999'</script>\n<p>06 12345678\n<p>085 0199 998"


@pytest.fixture
def dry() -> DryRun:
    return DryRun(Guests(), Counters())


def seen(dry: DryRun) -> DryPage:
    (page,) = dry.report.pages()
    return page


@pytest.mark.parametrize(
    ("said", "outcome", "replaced"),
    [
        pytest.param(html(PAGE, *CACHEABLE), "personal", 2, id="numbers"),
        pytest.param(html(PLAIN, *CACHEABLE), "no_slot", 0, id="no number"),
        pytest.param(html(LONG), "personal", 4, id="long"),
        pytest.param(
            html(gzip.compress(PAGE), b"Content-Encoding: gzip"), "personal", 2, id="gzip"
        ),
        pytest.param(html(b"no gzip", b"Content-Encoding: gzip"), "doubt", 0, id="no gzip"),
        pytest.param(html(b""), "no_slot", 0, id="empty"),
    ],
)
async def test_a_visitor_gets_the_sites_own_bytes(
    start_origin: StartOrigin,
    start_proxy: StartProxy,
    dry: DryRun,
    said: bytes,
    outcome: str,
    replaced: int,
) -> None:
    said = said.replace(b"\r\n", b"\r\nDate: Sun, 22 Nov 2026 05:00:00 GMT\r\n", 1)
    origin = await start_origin(Origin(said))
    proxy = await start_proxy(origin, dry)

    got = await ask(proxy.port, get(b"/contact?q=1", *NAVIGATION))
    await dry.settle()

    assert got.raw == said.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1)
    page = seen(dry)
    assert (page.path, page.outcome, page.replaced) == ("/contact", outcome, replaced)


@pytest.mark.parametrize(
    ("said", "counted"),
    [
        pytest.param(
            html(PAGE, b"Cache-Control: no-transform"), "dry.no_transform", id="no change"
        ),
        pytest.param(html(PAGE, b"Content-Encoding: lzma"), "dry.unknown_coding", id="a coding"),
        pytest.param(
            answer(PAGE, b"Content-Type: text/html", status=b"206 Partial"), "dry.part", id="a part"
        ),
        pytest.param(html(PAGE, b"X-Calltrack: off"), None, id="switched off"),
        pytest.param(answer(PAGE, b"Content-Type: text/plain"), None, id="no page"),
        pytest.param(
            answer(PAGE, b"Content-Type: text/html", status=b"404 No"), None, id="an error"
        ),
    ],
)
async def test_what_is_no_page_to_look_at_is_not(
    start_origin: StartOrigin,
    start_proxy: StartProxy,
    dry: DryRun,
    said: bytes,
    counted: str | None,
) -> None:
    origin = await start_origin(Origin(said))
    proxy = await start_proxy(origin, dry)

    got = await ask(proxy.port, get(b"/", *NAVIGATION))

    assert got.body == PAGE
    assert dry.report.pages() == []
    assert list(dry.counters.snapshot()) == ([counted] if counted else [])


async def test_the_request_goes_as_it_came(
    start_origin: StartOrigin, start_proxy: StartProxy, dry: DryRun
) -> None:
    def says(asked: Asked) -> bytes:
        is_known = asked.has(b"if-none-match") == b'"abc"'
        return answer(status=b"304 Not Modified", length=False) if is_known else html(PAGE)

    origin = await start_origin(Origin(says))
    proxy = await start_proxy(origin, dry)
    lines = [b'If-None-Match: "abc"', b"Accept-Encoding: lzma", b"Range: bytes=0-5"]

    got = await ask(proxy.port, get(b"/", *NAVIGATION, *lines))

    assert got.status == 304
    assert origin.last.has(b"accept-encoding") == b"lzma"
    assert origin.last.has(b"range") == b"bytes=0-5"


async def test_why_numbers_would_be_left_alone_is_told_by_rule_and_line(
    start_origin: StartOrigin, start_proxy: StartProxy, dry: DryRun
) -> None:
    origin = await start_origin(Origin(html(LEFT)))
    proxy = await start_proxy(origin, dry)

    await ask(proxy.port, get(b"/", *NAVIGATION))
    await dry.settle()

    left = {one.rule: (one.count, one.lines) for one in seen(dry).left or ()}
    assert left == {"inside-script": (1, (1,)), "not-a-forwarding-number": (2, (2, 3))}
    assert "0612345678" not in str(seen(dry).facts()).replace(" ", "")


async def test_a_crawler_would_see_originals(
    start_origin: StartOrigin, start_proxy: StartProxy, dry: DryRun
) -> None:
    origin = await start_origin(Origin(html(PAGE)))
    proxy = await start_proxy(origin, dry)

    await ask(proxy.port, get(b"/", *NAVIGATION, b"User-Agent: bot"))
    await dry.settle()

    assert seen(dry).outcome == "original:bot"
    assert dry.counters.snapshot() == {"dry.original:bot": 1}


async def test_nothing_is_taken_kept_or_told_of_a_visitor(
    start_origin: StartOrigin, start_proxy: StartProxy, front: Front
) -> None:
    dry = DryRun(front.desk, Counters())
    origin = await start_origin(Origin(html(FRONT_PAGE)))
    proxy = await start_proxy(origin, dry)
    agent = b"User-Agent: " + FIREFOX.encode()

    got = await ask(proxy.port, get(b"/contact", *NAVIGATION, agent, host=b"localhost"))
    await dry.settle()

    assert seen(dry).outcome == "personal"
    assert got.body == FRONT_PAGE
    assert got.has(b"set-cookie") is None
    assert front.store.asks == []
    assert await front.events() == []
    assert await front.store.held(now=front.clock.now) == []


async def test_a_path_is_looked_at_slowly_once_a_minute(
    start_origin: StartOrigin, start_proxy: StartProxy, front: Front
) -> None:
    dry = DryRun(Guests(), Counters(), clock=front.clock)
    origin = await start_origin(Origin(html(LEFT)))
    proxy = await start_proxy(origin, dry)

    async def view() -> object:
        await ask(proxy.port, get(b"/", *NAVIGATION))
        await dry.settle()
        return seen(dry).explained_at

    first, again = await view(), await view()
    front.clock.turn(minutes=1)
    later = await view()

    assert first == again
    assert first != later
    assert seen(dry).times == 3


async def test_a_forwarding_number_outside_of_placeholders_is_told_apart(
    start_origin: StartOrigin, start_proxy: StartProxy
) -> None:
    known = frozenset({PhoneNumber("+31850199998")})
    dry = DryRun(Guests(), Counters(), forwarding=lambda: known)
    origin = await start_origin(Origin(html(LEFT)))
    proxy = await start_proxy(origin, dry)

    await ask(proxy.port, get(b"/", *NAVIGATION))
    await dry.settle()

    assert OUTSIDE_PLACEHOLDER in {one.rule for one in seen(dry).left or ()}
    assert OUTSIDE_PLACEHOLDER == AS_EXPLAINED


def test_a_plan_decides_without_the_store(front: Front) -> None:
    visit = front.visit("/contact")

    assert visit.foresee(front.slots()) is None
    assert front.store.asks == []


def test_a_place_that_the_plan_does_not_know_keeps_its_original(front: Front) -> None:
    visit = front.visit("/contact")

    assert visit.foresee([]) == visit.why_original
