"""How long a number is shown, and what happens without an answer; in a real browser."""

import json

import pytest
from aiohttp import web
from playwright.sync_api import BrowserContext, Page, expect

from calltrack.numbers import PhoneNumber
from tests.snippet_server.script.edge import PREFIX, SYNC_TAG, Edge

pytestmark = pytest.mark.browser

NEXT = PhoneNumber("+31107654321")
BODY = "<p id=p>085 0199999</p><p><a id=a href='tel:0850199999' title='085.0199999'>Bel</a></p>"
FIRST_TEXT = """
    <script>
        new MutationObserver(() => {
            const p = document.querySelector("#p");
            if (p) requestAnimationFrame(() => { window.painted ??= p.textContent; });
        }).observe(document, {childList: true, subtree: true});
    </script>
"""


def _is_original(tab: Page) -> bool:
    link = tab.locator("#a")
    seen = tab.inner_text("#p"), link.get_attribute("href"), link.get_attribute("title")
    return seen == ("085 0199999", "tel:0850199999", "085.0199999")


def test_numbers_of_the_page_before_are_there_before_the_first_paint(edge: Edge, tab: Page) -> None:
    address = edge.page(BODY, head=FIRST_TEXT, tag=SYNC_TAG)
    tab.goto(address)
    tab.evaluate("calltrack.ready")
    assert tab.evaluate("window.painted") == "085 0199999"

    edge.is_open.clear()
    tab.goto(address + "?again")

    expect(tab.locator("#p")).to_have_text("020 1234567")
    tab.wait_for_function("() => window.painted")
    assert tab.evaluate("window.painted") == "020 1234567"
    assert tab.evaluate("calltrack.numbers()") == [
        {"vestiging": "main", "number": "+31201234567", "text": "020 123 4567"}
    ]


def test_without_a_session_nothing_is_kept(edge: Edge, tab: Page) -> None:
    edge.answer = {"until": 3600, "again": 600, "session": False}
    tab.goto(edge.page(BODY))
    tab.evaluate("calltrack.ready")

    assert tab.inner_text("#p") == "020 1234567"
    assert tab.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [
        0,
        0,
        "",
    ]


def test_what_is_over_is_the_original_again(edge: Edge, tab: Page) -> None:
    edge.answer = {"until": 1, "again": 600, "session": True}
    tab.goto(edge.page(BODY))
    expect(tab.locator("#p")).to_have_text("020 1234567")
    edge.is_open.clear()

    expect(tab.locator("#p")).to_have_text("085 0199999")
    assert _is_original(tab)


def test_a_clock_that_jumps_ahead_ends_it(edge: Edge, tab: Page) -> None:
    tab.goto(edge.page(BODY))
    expect(tab.locator("#p")).to_have_text("020 1234567")
    edge.is_open.clear()

    tab.evaluate("const now = Date.now; Date.now = () => now() + 4_000_000")
    tab.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    assert _is_original(tab)


def test_a_clock_that_was_put_back_makes_old_answers_none(edge: Edge, tab: Page) -> None:
    address = edge.page(BODY)
    tab.goto(address)
    tab.evaluate("calltrack.ready")
    edge.is_open.clear()
    kept = json.loads(tab.evaluate("localStorage.calltrack"))
    kept["at"] += 1_000_000

    tab.evaluate("(kept) => { localStorage.calltrack = kept; }", json.dumps(kept))
    tab.goto(address)
    tab.evaluate("calltrack.swap(document.body).then(() => 1, () => 1) && 1")

    assert _is_original(tab)


def test_all_places_are_asked_for_again_when_it_is_time(edge: Edge, tab: Page) -> None:
    edge.answer = {"until": 3600, "again": 5, "session": True}
    tab.goto(edge.page(BODY))
    expect(tab.locator("#p")).to_have_text("020 1234567")
    edge.number = NEXT

    expect(tab.locator("#p")).to_have_text("010 7654321", timeout=20_000)
    first, second = edge.asks[:2]
    assert (second["view"], second["load"]) == (False, False)
    assert second["spots"] == first["spots"]
    assert second["cookie"] == "1"


def test_a_page_where_nobody_is_asks_for_nothing_until_somebody_is_back(
    edge: Edge, tab: Page
) -> None:
    edge.answer = {"until": 1200, "again": 600, "session": True}
    tab.goto(edge.page(BODY))
    tab.evaluate("calltrack.ready")
    assert tab.inner_text("#p") == "020 1234567"

    tab.evaluate("const now = performance.now; performance.now = () => now.call(performance) + 2e6")
    tab.evaluate("document.body.append('085 - 0199999')")
    tab.evaluate("calltrack.swap(document.body)")

    assert _is_original(tab)
    assert len(edge.asks) == 1
    tab.mouse.move(9, 9)
    expect(tab.locator("#p")).to_have_text("020 1234567")
    expect(tab.locator("body")).to_contain_text("020 - 1234567")


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(web.Response(status=500), id="500"),
        pytest.param(web.Response(status=403, body=b'{"error": "no"}'), id="403"),
        pytest.param(web.Response(body=b"<html>"), id="HTML"),
        pytest.param(web.Response(body=b"null"), id="null"),
        pytest.param(web.Response(body=b"{}"), id="an empty object"),
        pytest.param(web.Response(body=b'{"spots": ["x"]}'), id="too few"),
        pytest.param(web.Response(body=b'{"spots": [1, {"a": 1}, [2]]}'), id="no texts"),
    ],
)
def test_garbage_leaves_the_page_as_it_is(edge: Edge, tab: Page, answer: web.Response) -> None:
    edge.raw = answer
    tab.goto(edge.page(BODY))

    assert tab.evaluate("calltrack.ready") == []
    tab.evaluate("document.body.append('085 - 0199999')")
    tab.evaluate("calltrack.swap(document.body)")

    assert _is_original(tab)
    assert len(edge.asks) == 1


def test_a_site_that_is_not_known_leaves_the_page_as_it_is(edge: Edge, tab: Page) -> None:
    edge.facts = {"error": "no site"}
    tab.goto(edge.page(BODY))

    assert tab.evaluate("calltrack.ready") == []

    assert _is_original(tab)
    assert edge.asks == []


def test_a_server_that_is_away_leaves_the_page_as_it_is(
    edge: Edge, tab: Page, window: BrowserContext
) -> None:
    window.route("**" + PREFIX + "page", lambda route: route.abort())
    tab.goto(edge.page(BODY))

    assert tab.evaluate("calltrack.ready") == []
    assert tab.evaluate("calltrack.lead({phone: '0612345678'})") is True
    assert _is_original(tab)


def test_a_slow_answer_keeps_nobody_waiting(edge: Edge, tab: Page) -> None:
    edge.is_open.clear()
    tab.goto(edge.page(BODY))
    assert tab.evaluate("document.readyState") == "complete"
    assert _is_original(tab)

    edge.is_open.set()

    expect(tab.locator("#p")).to_have_text("020 1234567")


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(
            "for (const at of ['localStorage', 'sessionStorage'])"
            " Object.defineProperty(window, at, {get() { throw new Error('no') }})",
            id="refused",
        ),
        pytest.param("Storage.prototype.setItem = () => { throw new Error('full') }", id="full"),
        pytest.param("localStorage.calltrack = '{'", id="no JSON"),
        pytest.param('localStorage.calltrack = \'{"at": 1, "answers": 7}\'', id="others' data"),
        pytest.param("localStorage.calltrack = 'null'", id="null"),
        pytest.param("delete Navigator.prototype.locks", id="no locks"),
        pytest.param("delete window.navigation", id="no navigation"),
        pytest.param("window.dataLayer = 5; window.__tcfapi = () => { throw 1 }", id="odd tools"),
        pytest.param("window.dataLayer = [null, 1, {}, ['consent'], []]", id="odd entries"),
    ],
)
def test_a_browser_that_lacks_something_shows_the_number(edge: Edge, tab: Page, spoil: str) -> None:
    tab.goto(edge.page(BODY, head=f"<script>{spoil}</script>" + SYNC_TAG, tag=""))

    tab.evaluate("calltrack.ready")
    tab.evaluate("document.body.append('085 - 0199999')")

    expect(tab.locator("body")).to_contain_text("020 - 1234567")
    assert tab.inner_text("#p") == "020 1234567"
