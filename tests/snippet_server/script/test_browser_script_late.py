"""Content that comes late, changes, or is another page without a load; in a real browser."""

import pytest
from playwright.sync_api import Page, expect

from calltrack.numbers import PhoneNumber
from tests.snippet_server.script.edge import Edge

pytestmark = pytest.mark.browser

NEXT = PhoneNumber("+31107654321")


@pytest.fixture
def late(edge: Edge, tab: Page) -> Page:
    """Give a page whose first ask was answered."""
    tab.goto(edge.page("<main id=main></main><p id=p>085 0199999</p>"))
    tab.evaluate("calltrack.ready")
    assert tab.inner_text("#p") == "020 1234567"
    return tab


@pytest.mark.parametrize(
    ("script", "html"),
    [
        pytest.param("main.innerHTML = '<b>085</b> 0199999'", "<b>020</b> 1234567", id="markup"),
        pytest.param("main.append('085 ', '0199999')", "020 1234567", id="texts"),
        pytest.param(
            "main.append('085 0'); requestAnimationFrame(() => main.firstChild.data += '199999')",
            "020 1234567",
            id="a text that grows",
        ),
        pytest.param(
            "main.innerHTML = '<a>x</a>'; main.firstChild.href = 'tel:0850199999'",
            '<a href="tel:0201234567">x</a>',
            id="a link",
        ),
        pytest.param(
            "main.innerHTML = '<i>x</i>'; setTimeout(() => main.firstChild.title = '0850199999')",
            '<i title="0201234567">x</i>',
            id="a title",
        ),
        pytest.param(
            "main.innerHTML = '<i class=qooqie-number-placeholder></i>'",
            '<i class="qooqie-number-placeholder">020 123 4567</i>',
            id="a placeholder",
        ),
        pytest.param(
            "main.innerHTML = '<i class=qooqie-number-placeholder><b></b></i>';"
            "setTimeout(() => main.firstChild.firstChild.append('010 7654321'), 100)",
            '<i class="qooqie-number-placeholder"><b>020 1234567</b></i>',
            id="a text in a placeholder",
        ),
    ],
)
def test_late_content_shows_the_number(late: Page, edge: Edge, script: str, html: str) -> None:
    late.evaluate(f"(() => {{ const main = document.querySelector('#main'); {script} }})()")

    expect(late.locator("#main")).to_have_js_property("innerHTML", html)
    assert [ask["view"] for ask in edge.asks[1:]] == [False] * (len(edge.asks) - 1)


@pytest.mark.parametrize(
    "script",
    [
        pytest.param("main.innerHTML = '<p data-calltrack=off>085 0199999</p>'", id="opt-out"),
        pytest.param("main.innerHTML = '<p contenteditable>085 0199999</p>'", id="editor"),
        pytest.param(
            "main.contentEditable = 'true'; main.innerHTML = '<p>085 0199999</p>'",
            id="in an editor",
        ),
        pytest.param("main.innerHTML = '<iframe srcdoc=\"085 0199999\"></iframe>'", id="frame"),
    ],
)
def test_late_content_that_is_left_alone(late: Page, edge: Edge, script: str) -> None:
    late.evaluate(f"(() => {{ const main = document.querySelector('#main'); {script} }})()")
    before = late.inner_html("#main")

    late.evaluate("calltrack.swap(document.querySelector('#main'))")
    late.evaluate("document.body.append('085 - 0199999')")

    expect(late.locator("body")).to_contain_text("020 - 1234567")
    assert late.inner_html("#main") == before


def test_five_thousand_nodes_cost_little_at_a_time_and_one_ask(late: Page, edge: Edge) -> None:
    late.evaluate(
        """() => {
            window.long = 0;
            new PerformanceObserver((list) => { window.long += list.getEntries().length; })
                .observe({type: "longtask"});
            const box = document.createElement("div");
            for (let at = 0; at < 2500; at++) {
                const row = document.createElement("p");
                row.textContent = at % 50 ? `regel ${at}` : "Bel 085-0199999";
                box.append(row);
            }
            document.querySelector("#main").append(box);
        }"""
    )

    expect(late.locator("#main p", has_text="Bel 020-1234567")).to_have_count(50)
    assert len(edge.asks) == 2
    assert edge.asks[1]["spots"] == [["t", "", ["085-0199999"], ""]]


def test_open_shadow_roots_are_read_and_watched(late: Page) -> None:
    texts = late.evaluate(
        """async () => {
            const main = document.querySelector("#main");
            main.innerHTML = "<my-card></my-card><div></div>";
            const early = main.lastChild.attachShadow({mode: "open"});
            early.innerHTML = "<p>085 0199999</p>";
            await calltrack.swap(main);
            customElements.define("my-card", class extends HTMLElement {
                constructor() {
                    super();
                    this.attachShadow({mode: "open"}).innerHTML = "<p>085-0199999</p>";
                }
            });
            early.append(document.createElement("b"));
            early.lastChild.append("085.0199999");
            window.roots = [early, main.firstChild.shadowRoot];
        }"""
    )

    assert texts is None
    expect(late.locator("#main div b")).to_have_text("020.1234567")
    expect(late.locator("#main div p")).to_have_text("020 1234567")
    expect(late.locator("my-card p")).to_have_text("020-1234567")


def test_a_closed_shadow_root_is_read_where_the_site_hands_it_over(late: Page) -> None:
    text = late.evaluate(
        """async () => {
            const root = document.querySelector("#main").attachShadow({mode: "closed"});
            root.innerHTML = "<p>085 0199999</p>";
            await calltrack.swap(root);
            return root.textContent;
        }"""
    )

    assert text == "020 1234567"


def test_a_text_that_the_site_writes_anew_is_met_again(late: Page) -> None:
    p = late.locator("#p")
    late.evaluate("document.querySelector('#p').firstChild.data = 'of 085 0199999'")
    expect(p).to_have_text("of 020 1234567")
    late.evaluate("document.querySelector('#p').textContent = '085 0199999!'")
    expect(p).to_have_text("020 1234567!")
    late.evaluate("document.querySelector('#p').firstChild.data = 'gesloten'")
    late.evaluate("calltrack.swap(document.body)")

    assert p.inner_text() == "gesloten"


def test_what_is_taken_out_and_put_back_goes_on(edge: Edge, late: Page) -> None:
    late.evaluate("window.kept = document.querySelector('#p'); kept.remove()")
    edge.number = NEXT
    late.evaluate("history.pushState(null, '', '/other')")
    late.evaluate("document.querySelector('#main').append(kept)")

    expect(late.locator("#main #p")).to_have_text("010 7654321")


def test_a_site_that_writes_its_text_back_ends_no_page(late: Page) -> None:
    late.evaluate(
        """() => {
            const text = document.querySelector("#main").appendChild(new Text("085 - 0199999"));
            window.fights = 0;
            new MutationObserver(() => {
                if (text.data !== "085 - 0199999") { window.fights++; text.data = "085 - 0199999"; }
            }).observe(text, {characterData: true});
        }"""
    )
    late.evaluate("calltrack.swap(document.body)")
    late.evaluate("document.querySelector('#p').append(' 085.0199999')")

    expect(late.locator("#p")).to_have_text("020 1234567 020.1234567")
    assert 1 <= late.evaluate("window.fights") <= 100


def test_a_page_without_a_load_is_a_view(late: Page, edge: Edge) -> None:
    late.evaluate("history.replaceState(null, '', '/?gclid=1')")
    late.evaluate("history.replaceState(null, '', '/#part')")
    late.evaluate("history.pushState(null, '', '/contact?x=1#y')")
    late.evaluate("document.querySelector('#main').append('085.0199999')")

    expect(late.locator("#main")).to_have_text("020.1234567")
    views = [ask for ask in edge.asks if ask["view"]]
    assert [(ask["url"], ask["load"]) for ask in views] == [
        (edge.origin + "/", True),
        (edge.origin + "/contact?x=1", False),
    ]
    assert views[1]["referrer"] == edge.origin + "/"
    assert views[1]["landing"] == {"url": edge.origin + "/", "referrer": ""}


def test_going_back_without_a_load_is_a_view(late: Page, edge: Edge) -> None:
    late.evaluate("history.pushState(null, '', '/contact')")
    late.evaluate("calltrack.swap(document.body)")
    late.go_back()

    expect(late.locator("#p")).to_have_text("020 1234567")
    late.evaluate("calltrack.swap(document.body)")
    urls = [ask["url"].removeprefix(edge.origin) for ask in edge.asks if ask["view"]]
    assert urls == ["/", "/contact", "/"]


def test_more_places_than_one_ask_takes(late: Page, edge: Edge) -> None:
    late.evaluate(
        """() => {
            const main = document.querySelector("#main");
            for (let at = 0; at < 450; at++) {
                const word = [...String(at)].map((digit) => "abcdefghij"[digit]).join("");
                const title = `${word}:085-0199999`;
                main.append(Object.assign(document.createElement("p"), {title}));
            }
        }"""
    )

    expect(late.locator("#main p[title$=':020-1234567']")).to_have_count(450)
    sizes = [len(ask["spots"]) for ask in edge.asks[1:]]
    assert sum(sizes) == 450
    assert max(sizes) <= 200
