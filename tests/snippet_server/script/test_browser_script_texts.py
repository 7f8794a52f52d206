"""What the script finds on a page and what it leaves alone, in a real browser."""

import pytest
from playwright.sync_api import Page, expect

from tests.snippet_server.script.edge import Edge

pytestmark = pytest.mark.browser


def test_a_number_is_exchanged_once_the_server_has_answered(edge: Edge, tab: Page) -> None:
    tab.goto(edge.page("<p id=p>Bel <b>085</b> - 0199 999 nu</p>"))

    expect(tab.locator("#p")).to_have_text("Bel 020 - 1234 567 nu")
    assert tab.inner_html("#p") == "Bel <b>020</b> - 1234 567 nu"
    (ask,) = edge.asks
    assert ask["url"] == edge.origin + "/"
    assert (ask["view"], ask["load"], ask["consent"], ask["token"]) == (True, True, None, None)
    assert ask["spots"] == [["t", "", [1, "085", 0, " - 0199 999"], " n"]]
