"""`make demo` as a stranger meets it: a real browser, two private windows, the status page."""

import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.e2e.edges import FIREFOX, ROOT
from tests.e2e.reading import link_numbers
from tests.e2e.turned import demo_plan

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def addresses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Run the demo; give the addresses it prints, by the words before them."""
    folder = tmp_path_factory.mktemp("demo")
    with subprocess.Popen(
        [sys.executable, "-m", "demo", "--port", "0", "--var", str(folder)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as demo:
        try:
            yield _printed(demo)
        finally:
            demo.send_signal(signal.SIGINT)
        assert demo.wait(timeout=60) == 0


def _printed(demo: "subprocess.Popen[str]") -> dict[str, str]:
    assert demo.stdout is not None
    found: dict[str, str] = {}
    for line in demo.stdout:
        before, http, rest = line.partition("http://")
        if http:
            found[before.strip()] = http + rest.split()[0]
        if "password: " in line:
            found["password"] = line.rpartition("password: ")[2].strip(")\n ")
        if "Ctrl-C stops it" in line and found:
            return found
    pytest.fail("the demo ended before it printed its addresses")


@pytest.fixture
def windows(chromium: Browser) -> Iterator[list[BrowserContext]]:
    """Open two private windows. Headless Chromium names itself, and would count as a bot."""
    opened = [chromium.new_context(user_agent=FIREFOX) for _ in range(2)]
    yield opened
    for window in opened:
        window.close()


def test_two_private_windows_see_numbers_of_their_own_on_every_page(
    addresses: dict[str, str], windows: list[BrowserContext]
) -> None:
    site = addresses["open"]
    seen = []
    for window in windows:
        page = window.new_page()
        page.goto(site)
        front = page.locator("header a[href^='tel:']").first
        number = front.get_attribute("href")
        text = front.locator(".call-number").inner_text()
        page.get_by_role("link", name="Contact").first.click()
        page.wait_for_load_state()
        again = page.locator("header a[href^='tel:']").first.get_attribute("href")
        assert again == number
        digits = "".join(char for char in text if char.isdigit())
        assert number is not None
        assert number.endswith(digits.removeprefix("0"))
        seen.append(set(link_numbers(page.content().encode())))

    assert not seen[0] & seen[1]
    assert len(seen[0]) == len(seen[1]) == 4


def test_the_status_page_tells_who_holds_what(
    addresses: dict[str, str], windows: list[BrowserContext]
) -> None:
    visitor = windows[0].new_page()
    visitor.goto(addresses["open"])
    number = visitor.locator("header .call-number").first.inner_text()
    page = windows[1].new_page()

    page.goto(addresses["who holds what"])

    digits = "".join(char for char in number if char.isdigit()).removeprefix("0")
    rows = page.locator("table").first.locator("tbody tr").all_inner_texts()
    (row,) = [row for row in rows if digits in row.replace(" ", "")]
    assert "amsterdam" in row


def test_an_editor_logs_in_through_the_proxy(
    addresses: dict[str, str], windows: list[BrowserContext]
) -> None:
    page = windows[0].new_page()

    page.goto(addresses["Wagtail admin"])
    page.fill("input[name=username]", "demo")
    page.fill("input[name=password]", addresses["password"])
    page.click("button[type=submit]")
    page.wait_for_load_state()

    assert page.get_by_role("button", name="demo").first.is_visible()
    page.goto(f"{addresses['Wagtail admin']}pages/3/")
    numbers = {number.e164 for pool in demo_plan().stock().pools.values() for number in pool}
    assert not any(number in page.content() for number in numbers)
