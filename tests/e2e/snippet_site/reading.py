"""What a page shows in the browser: its numbers, and what happened while it was shown."""

from typing import Any

from playwright.sync_api import Locator, Page, expect

from calltrack.numbers import PhoneNumber
from tests.e2e.snippet_site.stand import PATIENCE_MS

WATCH = """
window.seen = [];
window.shift = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) shift += entry.value;
}).observe({type: "layout-shift", buffered: true});
(function look() {
  const one = document.getElementById("one");
  if (one && seen.at(-1) !== one.textContent) seen.push(one.textContent);
  requestAnimationFrame(look);
})();
"""
"""Runs before each page's own scripts: notes each text of the first line that a frame showed."""


def national(number: str) -> str:
    """Write a number's digits as its country dials them."""
    return "0" + PhoneNumber(number).national


def number_of(place: Locator) -> str:
    """Read the one number in a place, in E.164."""
    digits = "".join(char for char in place.inner_text() if char.isdigit())
    return f"+31{digits.removeprefix('0')}"


def changed(place: Locator, original: str) -> str:
    """Wait until a place shows another number than its own; give that, in E.164."""
    expect(place).not_to_contain_text(original, timeout=PATIENCE_MS)
    return number_of(place)


def texts(page: Page) -> list[str]:
    """Give what the first line has shown, frame by frame."""
    found: list[str] = page.evaluate("window.seen")
    return found


def shift(page: Page) -> float:
    """Say how much has moved on its own: the browser's score."""
    # Two frames later whatever was put in has been laid out, and told.
    moved: Any = page.evaluate(
        "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(shift))))"
    )
    return float(moved)
