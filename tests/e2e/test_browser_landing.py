"""The demo's landing page in a real browser: no proxy before it, and numbers all the same."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from demo.folder import Folder
from tests.demo.running import Run, running
from tests.e2e.edges import FIREFOX
from tests.e2e.reading import link_numbers
from tests.e2e.stage import PATIENCE_MS

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]

FIRM = "+31200199100"


@pytest.fixture(scope="module")
def demo(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """Run the demo."""
    folder = tmp_path_factory.mktemp("landing") / "var"
    shutil.copytree(demo_folder, folder)
    with running(Folder(folder), "--port", "0") as found:
        found.read_until("Ctrl-C stops it.")
        yield found


@pytest.fixture
def problems() -> list[str]:
    """What the browser complains of."""
    return []


@pytest.fixture
def window(chromium: Browser, demo: Run, problems: list[str]) -> Iterator[Page]:
    """Open the address that the demo prints, and wait until the numbers are the visitor's."""
    (address,) = (line.split()[3] for line in demo.said if "by the snippet" in line)
    context = chromium.new_context(user_agent=FIREFOX)
    page = context.new_page()
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda one: problems.append(one.text) if one.type == "error" else None)
    page.goto(address)
    expect(page.locator("a.call")).not_to_have_attribute("href", f"tel:{FIRM}", timeout=PATIENCE_MS)
    yield page
    context.close()


def test_its_numbers_are_the_visitor_s_own_and_those_of_the_site_behind_the_proxy(
    demo: Run, window: Page, problems: list[str]
) -> None:
    number = str(window.locator("a.call").get_attribute("href")).removeprefix("tel:")
    label = str(window.locator("a.call").get_attribute("aria-label"))

    assert re.fullmatch(r"\+31200199\d{3}", number)
    assert re.sub(r"\D", "", label) == number.replace("+31", "0")
    assert FIRM not in window.content()
    window.goto(demo.address)
    assert number in link_numbers(window.content().encode())
    assert problems == []


def test_a_pop_up_gets_the_same_number_and_a_form_is_told(
    window: Page, problems: list[str]
) -> None:
    number = str(window.locator("a.call").get_attribute("href"))

    window.get_by_role("button", name="Toon het nummer voor spoed").click()
    window.get_by_label("Naam").fill("Anna de Wit")
    window.get_by_label("Telefoon").fill("06 0000 0001")
    window.get_by_role("button", name="Verstuur").click()

    expect(window.locator("#spoed a")).to_have_attribute("href", number, timeout=PATIENCE_MS)
    expect(window.locator("#bedankt")).to_have_text("Bedankt, wij bellen u.", timeout=PATIENCE_MS)
    assert problems == []
