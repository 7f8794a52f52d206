"""An editor's day: what is set up in Wagtail by hand shows to visitors through the proxy."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.editor import Editor
from tests.e2e.stage import Stage, no_problems
from tests.e2e.stage import stage as running_stage

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

NEWSLETTER = "+31200199711"
POOL = ["+31700199402", "+31700199403"]
EVERYBODY_S = "+31700199401"


@pytest.fixture(scope="module")
def stage(
    chromium: Browser, demo_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    """Run the demo."""
    folder = tmp_path_factory.mktemp("editor") / "var"
    shutil.copytree(demo_folder, folder)
    with running_stage(chromium, folder) as found:
        yield found


@pytest.fixture
def editor(stage: Stage) -> Iterator[Editor]:
    """Log in. What browsers complain of until the test ends, fails it."""
    with stage.editor() as found:
        yield found
    no_problems(stage)


def test_what_an_editor_sets_up_from_vestiging_to_page_shows_to_the_campaign_s_visitors(
    stage: Stage, editor: Editor, tmp_path: Path
) -> None:
    file = tmp_path / "numbers.csv"
    file.write_text("Number;Pool\n070 019 94 02;autumn\n070 019 94 03;autumn\n")
    for key in ("hague", "autumn"):
        editor.adds("Pools", "Add pool", {"Key": key})
    editor.adds("Numbers", "Add number", {"Number": "070 019 94 01"}, pool="hague")
    editor.imports_numbers(file, "2")
    editor.adds(
        "Vestigingen",
        "Add vestiging",
        {"Name": "Den Haag", "Key": "den-haag", "Forwarding number": "070 019 91 00"},
        pool="hague",
    )
    told = editor.page.locator(".messages .warning").first
    expect(told).to_contain_text("no static number yet in «Google Ads», «Newsletter»")
    editor.begins_campaign("Autumn", "autumn", tag="autumn-*")
    editor.ticks("Den Haag")
    editor.field("Pool").select_option(label="autumn")
    editor.saves("Create")
    editor.opens("Campaigns")
    expect(editor.row("Autumn").locator(".calltrack-doubt")).to_have_count(0)
    editor.moves_up("Autumn", rows=1)
    editor.adds("Placeholders", "Add placeholder", {"Key": "hague"}, vestiging="Den Haag")
    editor.opens_page("Van Dam Plafonds")
    editor.types("Bel ons op nummer")
    editor.inserts_number("hague · Den Haag", for_last="nummer")
    editor.publishes()

    with stage.guest() as one, stage.guest() as other:
        number = one.waits_for("/?utm_campaign=autumn-1974", POOL)
        link = one.page.locator(".lead a[href^='tel:']")
        assert link.get_attribute("href") == f"tel:{number}"
        assert link.inner_text().replace(" ", "") == number.replace("+31", "0")
        seen = other.numbers("/")
        assert EVERYBODY_S in seen
        assert seen.isdisjoint(POOL)


def test_the_campaign_that_is_dragged_above_another_wins_its_visitors(
    stage: Stage, editor: Editor
) -> None:
    both = "/?gclid=abc&utm_medium=email"
    with stage.guest() as guest:
        before = guest.numbers(both)

    editor.opens("Campaigns")
    editor.drags("Newsletter", above="Google Ads")

    assert NEWSLETTER not in before
    stage.shows(both, [NEWSLETTER])


def test_a_page_with_a_pool_number_typed_in_is_refused_until_it_is_gone(
    stage: Stage, editor: Editor
) -> None:
    editor.opens_page("Utrecht")
    editor.types("Bel 020 019 94 17 voor een afspraak")
    editor.saves_draft()
    message = editor.page.locator(".w-field__errors").filter(has_text="tracking number")
    expect(message).to_contain_text("020 019 94 17")
    expect(message).to_contain_text("head-office")

    editor.types("Bel voor een afspraak")
    editor.saves_draft()

    editor.is_told_it_went_well()
    no_problems(stage, but="status of 400")  # Wagtail saves drafts by itself, too: refused as well


def test_a_page_is_previewed_as_a_visitor_of_a_campaign_and_nobody_leases_anything(
    stage: Stage, editor: Editor
) -> None:
    before = stage.leased()
    editor.opens_page("Rotterdam")

    frame = editor.previews("Google Ads")

    marked = frame.locator("mark").first
    expect(marked).to_have_attribute("title", re.compile("a number of the visitor's own"))
    editor.opens("Live numbers")
    assert stage.leased() == before
    assert editor.live_numbers() <= before
