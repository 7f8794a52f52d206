"""Consent: who gives it, who takes it back, and what becomes of the page; in a real browser."""

import pytest
from playwright.sync_api import Page, expect

from tests.snippet_server.script.edge import Edge

pytestmark = pytest.mark.browser

TCF = """
    window.tcf = {eventStatus: "tcloaded", gdprApplies: true, purpose: {consents: {}}};
    window.__tcfapi = (command, version, callback) => {
        if (command === "addEventListener" && version === 2) {
            window.tell = () => callback(window.tcf, true);
            if (window.tcf.eventStatus) window.tell();
        }
    };
"""
MODE = """
    window.dataLayer = [];
    window.gtag = function () { dataLayer.push(arguments); document.body?.append(""); };
    gtag("js", new Date());
    gtag("consent", "default", {ad_storage: "denied", analytics_storage: "denied"});
"""


def _needs_consent(edge: Edge) -> None:
    """Answer with the original until there is consent, as a server does where it is required."""
    number = edge.number
    edge.facts["consent"] = "required"
    edge.decide = lambda ask: number if ask["consent"] else None
    edge.answer = {"until": 3600, "again": 600, "session": False}


@pytest.mark.parametrize(
    ("before", "given"),
    [
        pytest.param("", "calltrack.consent(true)", id="the API"),
        pytest.param(
            "",
            "document.dispatchEvent(new CustomEvent('calltrack:consent', {detail: true}))",
            id="the event",
        ),
        pytest.param(
            TCF,
            "tcf = {...tcf, eventStatus: 'useractioncomplete',"
            " purpose: {consents: {1: true, 7: true}}}; tell()",
            id="TCF",
        ),
        pytest.param(
            MODE, "gtag('consent', 'update', {analytics_storage: 'granted'})", id="Consent Mode"
        ),
    ],
)
def test_consent_that_is_given_later_brings_the_number(
    edge: Edge, tab: Page, before: str, given: str
) -> None:
    _needs_consent(edge)
    tab.goto(edge.page("<p id=p>085 0199999</p>", head=f"<script>{before}</script>"))
    tab.evaluate("calltrack.ready")
    assert tab.inner_text("#p") == "085 0199999"

    tab.evaluate(f"() => {{ {given} }}")

    expect(tab.locator("#p")).to_have_text("020 1234567")
    assert [ask["consent"] for ask in edge.asks][-1] is True
    assert [ask["view"] for ask in edge.asks] == [True] + [False] * (len(edge.asks) - 1)


@pytest.mark.parametrize(
    ("before", "consent"),
    [
        pytest.param(TCF, False, id="TCF: refused"),
        pytest.param(TCF.replace("tcloaded", "cmpuishown"), None, id="TCF: asking"),
        pytest.param(TCF.replace("true, p", "false, p"), None, id="TCF: does not apply"),
        pytest.param(
            TCF.replace("consents: {}", "consents: {1: true, 7: true}"), True, id="TCF: given"
        ),
        pytest.param(TCF.replace("consents: {}", "consents: {1: true}"), False, id="TCF: a part"),
        pytest.param(MODE, None, id="Consent Mode: nothing said yet"),
        pytest.param(MODE.replace("denied", "granted"), True, id="Consent Mode: granted"),
        pytest.param(
            MODE + "gtag('consent', 'update', {analytics_storage: 'denied'})",
            False,
            id="Consent Mode: denied",
        ),
        pytest.param(
            MODE + "gtag('consent', 'default', {analytics_storage: 'granted', region: ['US']})",
            None,
            id="Consent Mode: granted elsewhere",
        ),
        pytest.param(
            TCF + MODE + "gtag('consent', 'update', {analytics_storage: 'granted'})",
            False,
            id="one gives, one refuses",
        ),
    ],
)
def test_what_a_consent_tool_says(edge: Edge, tab: Page, before: str, consent: bool | None) -> None:
    tab.goto(edge.page("<p>085 0199999</p>", head=f"<script>{before}</script>"))

    tab.evaluate("calltrack.ready")

    assert edge.asks[-1]["consent"] is consent


def test_consent_that_is_taken_back_leaves_nothing(edge: Edge, tab: Page) -> None:
    _needs_consent(edge)
    edge.answer = {"until": 3600, "again": 600, "session": True}
    tab.goto(
        edge.page(
            "<p id=p title='085.0199999'>085 0199999</p>"
            "<p class=qooqie-number-placeholder id=e></p>"
        )
    )
    tab.evaluate("calltrack.consent(true)")
    expect(tab.locator("#p")).to_have_text("020 1234567")
    assert tab.inner_text("#e") == "020 123 4567"
    edge.is_open.clear()
    edge.answer["session"] = False

    tab.evaluate("calltrack.consent(false)")

    assert tab.locator("#p").evaluate("(p) => p.outerHTML") == (
        '<p id="p" title="085.0199999">085 0199999</p>'
    )
    assert tab.inner_html("#e") == ""
    assert tab.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
    assert tab.evaluate("calltrack.numbers()") == []
    edge.is_open.set()
    tab.evaluate("calltrack.swap(document.body)")
    assert edge.asks[-1]["consent"] is False
    assert edge.asks[-1]["cookie"] is not None
    assert tab.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]


def test_an_answer_that_comes_after_a_refusal_is_not_shown(edge: Edge, tab: Page) -> None:
    edge.is_open.clear()
    tab.goto(edge.page("<p id=p>085 0199999</p>"))
    expect(tab.locator("#p")).to_have_text("085 0199999")
    edge.decide = lambda ask: None if ask["consent"] is False else edge.number

    tab.evaluate("calltrack.consent(false)")
    edge.is_open.set()
    tab.evaluate("calltrack.ready")
    tab.evaluate("calltrack.swap(document.body)")

    assert tab.inner_text("#p") == "085 0199999"
    assert tab.evaluate("localStorage.length") == 0 or edge.asks[-1]["consent"] is False


def test_the_page_that_was_seen_first_is_told_where_consent_comes_later(
    edge: Edge, tab: Page
) -> None:
    _needs_consent(edge)
    tab.goto(
        edge.page("<p id=p>085 0199999</p>") + "?utm_source=x", referer="https://search.example/"
    )
    tab.evaluate("calltrack.ready")
    tab.evaluate("history.pushState(null, '', '/next')")

    tab.evaluate("calltrack.consent(true)")

    expect(tab.locator("#p")).to_have_text("020 1234567")
    assert edge.asks[-1]["landing"] == {
        "url": edge.origin + "/?utm_source=x",
        "referrer": "https://search.example/",
    }
