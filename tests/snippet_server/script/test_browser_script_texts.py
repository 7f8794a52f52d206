"""What the script finds on a page and what it leaves alone, in a real browser."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.proxy.rewrite import (
    test_decisions_forms,
    test_decisions_left,
    test_decisions_links,
    test_decisions_markup,
    test_decisions_opt_out,
)
from tests.proxy.rewrite.oracle import rewritten
from tests.snippet_server.script.edge import Edge

pytestmark = pytest.mark.browser

MAIN = "class=qooqie-number-placeholder"


def test_a_number_is_exchanged_once_the_server_has_answered(edge: Edge, tab: Page) -> None:
    tab.goto(edge.page("<p id=p>Bel <b>085</b> - 0199 999 nu</p>"))

    expect(tab.locator("#p")).to_have_text("Bel 020 - 1234 567 nu")
    assert tab.inner_html("#p") == "Bel <b>020</b> - 1234 567 nu"
    (ask,) = edge.asks
    assert ask["url"] == edge.origin + "/"
    assert (ask["view"], ask["load"], ask["consent"]) == (True, True, None)
    assert ask["spots"] == [["t", "", [1, "085", 0, " - 0199 999"], " n"]]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("085 0199999, 085.019.99.99", "020 1234567, 020.123.45.67", id="texts"),
        pytest.param(
            '<a href="tel:+31850199999">x</a>', '<a href="tel:+31201234567">x</a>', id="tel"
        ),
        pytest.param(
            '<a href="callto:+31%2085-0199999">x</a>',
            '<a href="callto:+31%2020-1234567">x</a>',
            id="callto",
        ),
        pytest.param(
            '<i title="a 085 0199999, b 0850199999" aria-label="085/0199999"></i>',
            '<i title="a 020 1234567, b 0201234567" aria-label="020/1234567"></i>',
            id="attributes",
        ),
        pytest.param(
            f'<i {MAIN}=""></i>'.replace('=""', ""),
            '<i class="qooqie-number-placeholder">020 123 4567</i>',
            id="an empty placeholder",
        ),
        pytest.param(
            f"<p {MAIN}>(nummer)</p>",
            '<p class="qooqie-number-placeholder">020 123 4567</p>',
            id="a placeholder with a text",
        ),
        pytest.param(
            f"<p {MAIN}><b>010</b>-7654321</p>",
            '<p class="qooqie-number-placeholder"><b>020</b>-1234567</p>',
            id="a placeholder with any number",
        ),
        pytest.param(
            '<a data-calltrack="service" data-vestiging="utrecht" href="tel:0107654321">Bel</a>',
            '<a data-calltrack="service" data-vestiging="utrecht" href="tel:0201234567">'
            "020 123 4567</a>",
            id="a placeholder on a link",
        ),
        pytest.param(
            '<i data-calltrack="on">085 0199999</i>',
            '<i data-calltrack="on">020 1234567</i>',
            id="no key of the site",
        ),
        pytest.param(
            '<b><div title="x">1</div></b>085 0199999',
            '<b><div title="x">1</div></b>020 1234567',
            id="behind an inline element that ends with a block",
        ),
    ],
)
def test_it_is_exchanged(edge: Edge, tab: Page, before: str, after: str) -> None:
    tab.goto(edge.page(f"<div id=d>{before}</div>"))

    tab.evaluate("calltrack.ready")

    assert tab.inner_html("#d") == after


@pytest.mark.parametrize(
    "html",
    [
        pytest.param('<input value="085 0199999" placeholder="085 0199999">', id="input"),
        pytest.param("<textarea>085 0199999</textarea>", id="textarea"),
        pytest.param(
            '<select title="085 0199999"><option>085 0199999</option></select>', id="select"
        ),
        pytest.param('<p contenteditable="" title="085 0199999">085 0199999</p>', id="editor"),
        pytest.param(
            '<p contenteditable="plaintext-only"><b>085 0199999</b></p>', id="editor of plain text"
        ),
        pytest.param('<p data-calltrack="off"><b>085 0199999</b></p>', id="opt-out"),
        pytest.param(
            '<p data-calltrack=" OFF "><i class="qooqie-number-placeholder"></i></p>',
            id="opt-out with a placeholder",
        ),
        pytest.param("<script>'085 0199999'</script>", id="script"),
        pytest.param("<style>/* 085 0199999 */</style>", id="style"),
        pytest.param("<noscript>085 0199999</noscript>", id="noscript"),
        pytest.param("<template>085 0199999</template>", id="template"),
        pytest.param("<!--085 0199999-->085<!-- -->0199999", id="comments"),
        pytest.param('<p data-x="085 0199999">NL02 ABNA 0850 1999 99</p>', id="account"),
        pytest.param('<img alt="085 0199999" class="qooqie-number-placeholder">', id="picture"),
        pytest.param('<a href="https://wa.me/31850199999">x</a>', id="another link"),
        pytest.param("<p>085</p><p>0199999</p>085<br>0199999", id="blocks"),
        pytest.param("<p>+49 85 0199999</p>", id="abroad"),
    ],
)
def test_it_is_left_alone(edge: Edge, tab: Page, html: str) -> None:
    tab.goto(edge.page(f"<div id=d>{html}</div><p id=p>085 0199999</p>"))

    expect(tab.locator("#p")).to_have_text("020 1234567")
    assert tab.inner_html("#d") == html
    assert tab.title() == "085 0199999"


def test_a_number_in_texts_that_stand_side_by_side(edge: Edge, tab: Page) -> None:
    tab.goto(edge.page("<p id=p></p>"))
    tab.evaluate("calltrack.ready")

    sizes = tab.evaluate(
        """async () => {
            const parts = ["x 0", "85 01", "99999, y"];
            document.querySelector("#p").append(...parts);
            await calltrack.swap(document.querySelector("#p"));
            return [...document.querySelector("#p").childNodes].map((node) => node.data);
        }"""
    )

    assert sizes == ["x 020 1234567", "", ", y"]


def test_what_the_server_is_told_of_a_page_is_no_more_than_it_needs(edge: Edge, tab: Page) -> None:
    personal = f"Mevrouw Jansen, geboren 12-3-1980: 085 0199999 of 06-12345678<p {MAIN}>Geheim</p>"
    tab.goto(edge.page(personal))

    tab.evaluate("calltrack.ready")

    (ask,) = edge.asks
    assert ask["spots"] == [
        ["t", "", ["085 0199999"], " o"],
        ["p", [[2, {"class": "qooqie-number-placeholder"}], "x", 0]],
    ]


def _decided() -> list[str]:
    tables = [
        test_decisions_left.TABLE,
        test_decisions_links.TABLE,
        test_decisions_markup.TABLE,
        test_decisions_markup.HALVES,
        test_decisions_opt_out.TABLE,
    ]
    pages = [html for table in tables for htmls in table.values() for html in htmls]
    pages = [html.replace("{}", "085-0199999").replace("[]", "085-0199999") for html in pages]
    return [*pages, *(form for form, _ in test_decisions_forms.FORMS)]


def _is_read_otherwise(html: str) -> bool:
    """Say whether a browser that runs scripts has another page than the server reads.

    To a browser CDATA is a text like any other, what is in noscript and template is not shown, and
    an element that was never closed goes on in the next block.
    """
    return any(
        word in html.lower()
        for word in (
            *("cdata", "noscript", "<template", "</>", "<td", "<th>", "off x", "xlink"),
            *("<math><mi", "<math><ann", "<script>'</script>"),
        )
    ) or ("<i data-calltrack=off>" in html and "</i>" not in html)


@pytest.mark.slow
def test_a_page_is_decided_as_the_server_decides_it(edge: Edge, window: BrowserContext) -> None:
    tab = window.new_page()  # these pages say a lot in its console
    tab.goto(edge.page("<div></div>"))
    tab.evaluate("calltrack.ready")
    different = []
    pages = [html for html in _decided() if not _is_read_otherwise(html)]

    for html in pages:
        whole = f"<!doctype html><body><div>{html}</div>"
        shown, expected = tab.evaluate(
            """async (pages) => {
                const [page, other] = pages.map(
                    (html) => new DOMParser().parseFromString(html, "text/html").body);
                const box = document.createElement("section");
                document.body.append(box);
                box.append(...page.childNodes);
                await calltrack.swap(box);
                const shown = box.innerHTML;
                box.replaceChildren(...document.importNode(other, true).childNodes);
                const expected = box.innerHTML;
                box.remove();
                return [shown, expected];
            }""",
            [whole, rewritten(whole)],
        )
        if shown != expected:
            different.append((html, shown, expected))

    assert len(pages) > 450
    assert different == []
