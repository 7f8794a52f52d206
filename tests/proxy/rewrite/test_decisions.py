"""What docs/rewriting.md promises to site owners is true.

Each row of its tables stands in one of these, named by its row:

- test_decisions_forms, test_decisions_left: how a number may be written, and what is none
- test_decisions_links, test_decisions_markup: where it may stand
- test_decisions_placeholders, test_decisions_opt_out
- test_decisions_charsets, test_decisions_limits
"""

import re
from pathlib import Path

import pytest

from tests.proxy.rewrite.oracle import rewritten

_DOCUMENT = Path(__file__).parents[3] / "docs" / "rewriting.md"
_TEXT = _DOCUMENT.read_text(encoding="utf-8")
_CODE = re.compile(r"`([^`]+)`")


def _rows(heading: str) -> list[list[str]]:
    table = _TEXT.split(f"\n| {heading} |", 1)[1].split("\n\n", 1)[0]
    return [line.strip("| ").split(" | ") for line in table.split("\n")[2:]]


def _examples() -> list[tuple[str, str]]:
    rows = _rows("written")
    return [pair for a, b in rows for pair in zip(_CODE.findall(a), _CODE.findall(b), strict=True)]


@pytest.mark.parametrize(("written", "shown"), _examples())
def test_a_documented_form_is_shown_as_documented(written: str, shown: str) -> None:
    assert rewritten(f"<p>{written}</p>") == f"<p>{shown}</p>"


def test_the_documented_placeholders_show_a_number() -> None:
    html = _TEXT.split("```html\n", 1)[1].split("```", 1)[0].replace('="footer"', '="service"')

    after = rewritten(html)

    first, link, empty = after.strip().split("\n")
    assert first == '<span class="qooqie-number-placeholder">020 - 1234 567</span>'
    assert 'href="tel:0201234567">020 123 4567</a>' in link
    assert empty == '<span data-calltrack="service">020 123 4567</span>'


@pytest.mark.parametrize(
    ("html", "decision"),
    [
        pytest.param(html, decision, id=html)
        for place, decision in _rows("place")
        for html in _CODE.findall(place)
        if re.search("[0-9]{4}|<br>|<!", html)
    ],
)
def test_a_documented_place_is_decided_as_documented(html: str, decision: str) -> None:
    number = "085 0199999"
    page = html.replace("…", f" {number} ").replace("<br>", "085<br>0199999")
    if "0850199999" not in page:
        page = f"<p>{page}</p>"

    after = rewritten(page)

    assert (after != page) is (decision == "replaced")


def test_there_are_examples() -> None:
    assert len(_examples()) >= 8
