"""The snippet in a real browser, in each way the edge can stand to the site.

The numbers that a page shows are those its session holds: first text, late text, links, and on the
next page from its first frame on. What a site would not want touched stays.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.firm import pool_numbers
from tests.e2e.snippet_site.pages import AMSTERDAM, ROTTERDAM
from tests.e2e.snippet_site.reading import WATCH, changed, national, number_of, shift, texts
from tests.e2e.snippet_site.stand import Stand, Way, stand

pytestmark = pytest.mark.browser

AMSTERDAM_POOL, ROTTERDAM_POOL = map(set, pool_numbers(40))
MARKS = {Way.OWN_PORT: pytest.mark.slow, Way.LIGHT: pytest.mark.slow}
LOADS = 4
"""Work that a busy machine broke off goes on after a frame: that is no flicker of ours."""
KEPT = """
() => ({
  field: [document.getElementById("field").value, document.getElementById("field").placeholder],
  area: document.getElementById("area").value,
  option: document.querySelector("option").textContent,
  editor: document.getElementById("editor").textContent,
  off: document.getElementById("off").textContent,
  offLink: document.querySelector("#off a").href,
  data: document.getElementById("data").textContent,
  chat: document.getElementById("chat").href,
  image: document.getElementById("image").alt,
  title: document.title,
})
"""


@pytest.fixture(
    scope="module",
    params=[pytest.param(way, id=way.name.lower(), marks=MARKS.get(way, ())) for way in Way],
)
def stood(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stand]:
    """Run the site and its edge."""
    with stand(request.param, tmp_path_factory.mktemp("stand")) as running:
        yield running


def both(page: Page) -> tuple[str, str]:
    """Wait for the numbers of the two branches."""
    one = changed(page.locator("#one"), AMSTERDAM)
    return one, changed(page.locator("#two"), ROTTERDAM)


def test_a_page_shows_the_numbers_that_its_session_holds_and_keeps_the_rest(
    chromium: Browser, stood: Stand
) -> None:
    with stood.window(chromium) as window:
        page = window.new_page()
        page.goto("/all")
        amsterdam, rotterdam = both(page)
        link = page.locator("#one a")
        dialled, title = link.get_attribute("href"), link.get_attribute("title")
        spans = [number_of(one) for one in page.locator("p .qooqie-number-placeholder").all()]
        split = page.locator("#two").inner_html()
        kept = page.evaluate(KEPT)
        told = page.evaluate("calltrack.ready.then(() => calltrack.numbers())")
        shown = link.inner_text()

    assert amsterdam in AMSTERDAM_POOL
    assert rotterdam in ROTTERDAM_POOL
    assert {amsterdam, rotterdam} <= stood.held()
    assert dialled == f"tel:{amsterdam}"
    assert title is not None
    assert title.replace(" ", "") == f"Bel{national(amsterdam)[:3]}-{national(amsterdam)[3:]}"
    assert spans == [amsterdam, rotterdam]
    assert f"<b>({national(rotterdam)[:3]})</b>" in split
    assert {one["number"] for one in told} == {amsterdam, rotterdam}
    assert kept == {
        "field": [AMSTERDAM, AMSTERDAM],
        "area": AMSTERDAM,
        "option": AMSTERDAM,
        # What the site itself sent is text to the proxy, which knows no editors.
        "editor": shown if stood.way is Way.BEHIND else AMSTERDAM,
        "off": f"{AMSTERDAM} bel",
        "offLink": "tel:+31201234567",
        "data": f'"{AMSTERDAM}"',
        "chat": "https://wa.me/31201234567",
        "image": AMSTERDAM,
        "title": "Van Dam",
    }
    assert stood.problems == []


def test_the_next_page_shows_the_number_in_its_first_frame_and_nothing_moves(
    chromium: Browser, stood: Stand
) -> None:
    with stood.window(chromium) as window:
        window.add_init_script(WATCH)
        page = window.new_page()
        page.goto("/first")
        numbers = both(page)
        first_shift = shift(page)
        frames = []
        for _ in range(LOADS):
            page.goto("/first?again")
            again, second_shift = both(page), shift(page)
            frames.append(texts(page))
            if not any(AMSTERDAM in text for text in frames[-1]):
                break

    assert again == numbers
    assert any(national(numbers[0])[3:] in text.replace(" ", "") for text in frames[-1])
    assert not any(AMSTERDAM in text for text in frames[-1]), frames  # it was in no frame
    assert (first_shift, second_shift) == (0, 0)
    assert stood.problems == []


def test_late_content_and_a_second_tab_show_the_same_number_on_one_lease(
    chromium: Browser, stood: Stand
) -> None:
    before = stood.held()
    given = len(stood.events("lease.given"))
    with stood.window(chromium) as window:
        page = window.new_page()
        page.goto("/late")
        numbers = both(page)
        page.click("#open")
        late = changed(page.locator("#late"), AMSTERDAM)
        expect(page.locator("#late a")).not_to_have_text("010-1234567")
        link = number_of(page.locator("#late a")), page.locator("#late a").get_attribute("href")
        tab = window.new_page()
        tab.goto("/page")
        in_tab = both(tab)

    assert late.startswith(numbers[0])
    assert link == (numbers[1], f"tel:{national(numbers[1])}")
    # A tab of its own has no memory of light mode's: each tab is a visitor there.
    if stood.way is Way.LIGHT:
        assert not set(in_tab) & set(numbers)
        assert stood.held() - before == {*numbers, *in_tab}
    else:
        assert in_tab == numbers
        assert stood.held() - before == set(numbers)
        assert len(stood.recorded("lease.given", 2, after=given)) == 2
    assert stood.problems == []


def test_a_form_that_the_site_tells_of_is_a_lead_of_the_session(
    chromium: Browser, stood: Stand
) -> None:
    before = len(stood.events("form.sent"))
    with stood.window(chromium) as window:
        page = window.new_page()
        page.goto("/form")
        numbers = both(page)
        with page.expect_response("**/_calltrack/lead") as answer:
            page.evaluate(
                "void calltrack.lead({form: 'contact', phone: '06 12345678', reference: 'A-17'})"
            )
        status = answer.value.status

    assert status == 204
    (lead,) = stood.recorded("form.sent", 1, after=before)
    sessions = {e["session"] for e in stood.events("lease.given") if e["number"] in numbers}
    assert {lead["session"]} == sessions
    assert (lead["form"], lead["path"]) == ("contact", "/form")
    assert stood.problems == []
