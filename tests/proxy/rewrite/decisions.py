"""The decisions on hard cases, as rows: a row's name, and pages that it decides.

In a page {} is our number where another one is to be shown, and [] is our number where it is to
stay. Every page is rewritten whole, and cut at each byte.
"""

from collections.abc import Iterable, Mapping

import pytest
from _pytest.mark import ParameterSet

from tests.proxy.rewrite.oracle import assert_cuts_do_not_matter, rewritten

WRITTEN, SHOWN = "085-0199999", "020-1234567"


def rows(table: Mapping[str, Iterable[str]]) -> list[ParameterSet]:
    """Give each page of a table, named by its row."""
    return [
        pytest.param(html, id=f"{row} | {html[:60]}")
        for row, pages in table.items()
        for html in pages
    ]


def assert_decided(html: str) -> None:
    """Assert that every number of a page is shown or stays, as the page says of itself."""
    before = html.replace("{}", WRITTEN).replace("[]", WRITTEN)

    assert rewritten(before) == html.replace("{}", SHOWN).replace("[]", WRITTEN)
    # Told its charset, a page does not wait for it: so the cuts are where they seem to be.
    assert_cuts_do_not_matter(before.encode("utf-8", "surrogatepass"), charset="utf-8")
