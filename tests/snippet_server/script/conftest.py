"""A browser, and a server for the script alone."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, Playwright

from tests.e2e.conftest import FLAGS, chromium
from tests.snippet_server.script.edge import Edge, serving

__all__ = ["chromium"]


@pytest.fixture
def edge() -> Iterator[Edge]:
    """Serve pages, and answer what the script asks."""
    with serving(Edge()) as running:
        yield running


@pytest.fixture
def window(chromium: Browser) -> Iterator[BrowserContext]:
    """Open a private window."""
    context = chromium.new_context(ignore_https_errors=True)
    context.set_default_timeout(20_000)
    yield context
    context.close()


@pytest.fixture
def tab(window: BrowserContext) -> Iterator[Page]:
    """Open a tab. Nothing may show in its console at the end of a test."""
    page = window.new_page()
    said: list[str] = []

    def note(what: ConsoleMessage | Error) -> None:
        said.append(what.text if isinstance(what, ConsoleMessage) else str(what))

    page.on("console", note)
    page.on("pageerror", note)
    yield page
    # The browser itself tells of an answer that did not come; no script can prevent that.
    assert [line for line in said if "Failed to load resource" not in line] == []


@pytest.fixture
def whole_browser(playwright: Playwright, chromium: Browser) -> Iterator[Browser]:
    """Start a browser that keeps pages for who comes back, which Playwright has switched off."""
    browser = playwright.chromium.launch(
        executable_path=shutil.which("chromium") or shutil.which("google-chrome"),
        args=[*FLAGS],
        ignore_default_args=["--disable-back-forward-cache"],
    )
    yield browser
    browser.close()
