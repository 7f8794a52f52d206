"""A real browser, for the tests that are marked so."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Playwright

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="module")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """Start the system's Chromium. Without one the test is left out, but not in CI."""
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        if "CI" in os.environ:
            pytest.fail("no chromium on the path: CI needs it")
        pytest.skip("no chromium on the path")
    browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
    yield browser
    browser.close()
