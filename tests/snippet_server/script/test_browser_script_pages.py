"""Tabs, returns, policies, other sites and the API; in a real browser."""

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from calltrack.numbers import PhoneNumber
from tests.snippet_server.script.edge import PREFIX, SYNC_TAG, TAG, Edge

pytestmark = pytest.mark.browser

NEXT = PhoneNumber("+31107654321")
BODY = "<p id=p>085 0199999</p>"
STRICT = (
    "default-src 'none'; script-src 'self' 'nonce-x'; connect-src 'self'; style-src 'none';"
    " require-trusted-types-for 'script'; trusted-types 'none'; base-uri 'none'"
)


def test_under_the_strictest_policy(edge: Edge, tab: Page) -> None:
    edge.policy["Content-Security-Policy"] = STRICT
    tab.goto(edge.page(f"{BODY}<a id=a href='tel:0850199999' title='085.0199999'>x</a>"))

    expect(tab.locator("#p")).to_have_text("020 1234567")
    tab.evaluate("document.body.append('085 - 0199999')")
    expect(tab.locator("body")).to_contain_text("020 - 1234567")
    assert tab.get_attribute("#a", "href") == "tel:0201234567"


def test_a_second_copy_does_nothing(edge: Edge, tab: Page) -> None:
    tab.goto(edge.page(BODY, tag=SYNC_TAG + TAG + f'<script src="{PREFIX}snippet.js?2"></script>'))

    tab.evaluate("calltrack.ready")

    assert tab.inner_text("#p") == "020 1234567"
    assert len(edge.asks) == 1


@pytest.mark.parametrize("tag", [pytest.param(TAG, id="async"), pytest.param(SYNC_TAG, id="head")])
def test_where_the_script_stands_does_not_matter(edge: Edge, tab: Page, tag: str) -> None:
    tab.goto(edge.page(BODY, tag=tag))
    expect(tab.locator("#p")).to_have_text("020 1234567")

    tab.goto(edge.page(BODY + tag, "/end", tag=""))
    expect(tab.locator("#p")).to_have_text("020 1234567")
    tab.goto(
        edge.page(BODY, "/deferred", tag=tag.replace(" async", "").replace("></", " defer></"))
    )
    expect(tab.locator("#p")).to_have_text("020 1234567")
    assert [ask["url"].removeprefix(edge.origin) for ask in edge.asks] == ["/", "/end", "/deferred"]


def test_two_tabs_that_open_at_once_are_one_visitor(edge: Edge, window: BrowserContext) -> None:
    edge.is_open.clear()
    address = edge.page(BODY)
    tabs = [window.new_page() for _ in range(2)]
    for tab in tabs:
        tab.goto(address)
    expect(tabs[0].locator("#p")).to_have_text("085 0199999")

    edge.is_open.set()

    for tab in tabs:
        expect(tab.locator("#p")).to_have_text("020 1234567")
    assert [ask["cookie"] for ask in edge.asks] == [None, "1"]
    assert edge.most_at_once == 1


def test_who_comes_back_is_a_view_and_has_the_number_of_now(
    edge: Edge, whole_browser: Browser
) -> None:
    tab = whole_browser.new_page()
    other = edge.page("<p>x</p>", "/other", tag="").replace("127.0.0.1", "localhost")
    tab.goto(edge.page(BODY))
    expect(tab.locator("#p")).to_have_text("020 1234567")
    tab.evaluate("window.isSame = true")
    edge.number = NEXT

    tab.goto(other)
    tab.go_back(wait_until="commit")

    expect(tab.locator("#p")).to_have_text("010 7654321")
    assert tab.evaluate("window.isSame")
    assert [(ask["view"], ask["load"]) for ask in edge.asks] == [(True, True), (True, False)]


def test_who_leaves_for_another_site_is_told_and_who_goes_on_is_not(edge: Edge, tab: Page) -> None:
    other = edge.page("<p>x</p>", "/other", tag="").replace("127.0.0.1", "localhost")
    next_page = edge.page(BODY, "/next")
    tab.goto(edge.page(f"{BODY}<a id=in href='/next'>x</a><a id=out href='{other}'>x</a>"))
    expect(tab.locator("#p")).to_have_text("020 1234567")

    tab.click("#in")
    tab.wait_for_url(next_page)
    expect(tab.locator("#p")).to_have_text("020 1234567")
    assert edge.leaves == []
    tab.go_back()
    expect(tab.locator("#p")).to_have_text("020 1234567")
    tab.click("#out")
    tab.wait_for_url(other)

    edge.wait_for(lambda: len(edge.leaves) == 1)
    assert edge.leaves == [{"url": edge.origin + "/"}]


def test_who_leaves_a_page_that_sends_no_referrer_is_told_with_its_origin(
    edge: Edge, tab: Page
) -> None:
    edge.policy["Referrer-Policy"] = "no-referrer"
    tab.goto(edge.page(BODY, tag=TAG.replace(PREFIX, edge.other + PREFIX)))
    expect(tab.locator("#p")).to_have_text("020 1234567")

    tab.goto("about:blank")

    edge.wait_for(lambda: len(edge.leaves) == 1)
    # Of a request without CORS some browsers, for this policy, call the origin "null".
    assert edge.leavers == [(edge.origin, "cors")]


def test_a_page_that_is_prepared_is_no_view_until_it_is_looked_at(
    edge: Edge, whole_browser: Browser
) -> None:
    prepared = edge.page(BODY, "/prepared")
    rules = '{"prerender": [{"urls": ["/prepared"], "eagerness": "immediate"}]}'
    head = f'<script type="speculationrules">{rules}</script>'
    tab = whole_browser.new_page()
    tab.goto(edge.page("<a id=a href='/prepared'>x</a>", head=head))
    tab.evaluate("calltrack.ready")
    edge.wait_for(lambda: edge.served.count("/prepared") == 1)
    assert [ask["url"] for ask in edge.asks] == [edge.origin + "/"]

    tab.click("#a")
    tab.wait_for_url(prepared)

    expect(tab.locator("#p")).to_have_text("020 1234567")
    assert [ask["url"] for ask in edge.asks] == [edge.origin + "/", prepared]


def test_on_another_host_a_token_stands_for_the_cookie(edge: Edge, tab: Page) -> None:
    edge.facts["light"] = True
    edge.answer = {"until": 3600, "again": 600, "session": True, "token": "sealed"}
    tag = TAG.replace(PREFIX, edge.other + PREFIX)
    address = edge.page(BODY, tag=tag)
    tab.goto(address)
    expect(tab.locator("#p")).to_have_text("020 1234567")

    tab.goto(address + "?2")

    edge.wait_for(lambda: len(edge.asks) == 2)
    assert [ask.get("token") for ask in edge.asks] == [None, "sealed"]
    assert tab.evaluate("[localStorage.length, sessionStorage.length]") == [0, 1]


def test_the_api(edge: Edge, tab: Page) -> None:
    numbers = [{"vestiging": "main", "number": "+31201234567", "text": "020 123 4567"}]
    listen = """
        <script>
            window.told = [];
            document.addEventListener("calltrack:numbers", (event) => told.push(event.detail));
        </script>
    """
    tab.goto(edge.page(BODY, head=listen))

    assert tab.evaluate("calltrack.ready") == numbers
    assert tab.evaluate("calltrack.numbers()") == numbers
    assert tab.evaluate("told") == [numbers]
    assert tab.evaluate("calltrack.swap(null)") is None
    assert tab.evaluate("calltrack.swap(document.createElement('p'))") is None
    lead = {"form": "offerte", "phone": "0612345678", "reference": "A1"}
    assert tab.evaluate("(lead) => calltrack.lead(lead)", lead) is True
    assert edge.leads == [{"url": edge.origin + "/", **lead}]
    edge.answer["session"] = False
    assert tab.evaluate("calltrack.lead({email: 'a@example.nl'})") is False


def test_a_mistake_of_the_site_stops_nothing(edge: Edge, window: BrowserContext) -> None:
    head = """
        <script>
            document.addEventListener("calltrack:numbers", () => { throw new Error("mine"); });
            customElements.define("x-odd", class extends HTMLElement {
                static observedAttributes = ["title"];
                attributeChangedCallback() { throw new Error("mine"); }
            });
            HTMLElement.prototype.matches = Element.prototype.matches;
        </script>
    """
    tab = window.new_page()
    tab.goto(edge.page(f"<x-odd title='085 0199999'></x-odd>{BODY}", head=head))

    expect(tab.locator("#p")).to_have_text("020 1234567")
    tab.evaluate("document.body.append('085 - 0199999')")
    expect(tab.locator("body")).to_contain_text("020 - 1234567")


def test_frames_are_left_alone(edge: Edge, tab: Page) -> None:
    inner = edge.page("<p>085 0199999</p>", "/frame", tag="")
    tab.goto(edge.page(f"{BODY}<iframe src='{inner}'></iframe>"))

    expect(tab.locator("#p")).to_have_text("020 1234567")
    assert tab.frame_locator("iframe").locator("p").inner_text() == "085 0199999"
