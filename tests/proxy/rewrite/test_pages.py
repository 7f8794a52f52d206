"""Whole pages: pairs made by hand, and pages that nobody made for us.

pages/NAME.in.html must become pages/NAME.out.html; our number there is 085 0199 999, shown is
020 1234 567.
"""

import random
import sysconfig
import warnings
from pathlib import Path

import pytest

from proxy.rewrite import Bindings, fill, scan
from tests.proxy.rewrite.oracle import (
    BINDINGS,
    OURS,
    PUT,
    in_chunks,
    joined,
    rewritten,
    rewritten_bytes,
    seen,
)

PAGES = Path(__file__).parent / "pages"
PAIRS = sorted(path.name.removesuffix(".in.html") for path in PAGES.glob("*.in.html"))
INSTALLED = sorted(Path(sysconfig.get_paths()["purelib"]).rglob("*.html"))


@pytest.mark.parametrize("name", PAIRS)
def test_a_page_becomes_its_pair(name: str) -> None:
    before = (PAGES / f"{name}.in.html").read_bytes()
    after = (PAGES / f"{name}.out.html").read_bytes()

    assert rewritten_bytes(before) == after
    whole = joined(scan(before, BINDINGS))
    for size in (1, 7, 64, 1000):
        assert in_chunks(before[at : at + size] for at in range(0, len(before), size)) == whole


def test_there_are_pairs_and_installed_pages() -> None:
    assert len(PAIRS) >= 4
    assert len(INSTALLED) >= 300


def test_installed_pages_without_our_number_stay_as_they_are() -> None:
    for path in INSTALLED:
        page = path.read_bytes()
        assert rewritten_bytes(page) == page, path


def _with_numbers(page: str, rng: random.Random, *, count: int) -> str:
    places = sorted(rng.randrange(len(page) + 1) for _ in range(count))
    parts = [page[a:b] for a, b in zip([0, *places], [*places, len(page)], strict=True)]
    return PUT.join(parts)


def _check_against_html5lib(paths: list[Path]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # names that XML has not
        for path in paths:
            page = path.read_text(encoding="utf-8", errors="replace")
            before = _with_numbers(page, random.Random(path.name), count=40)  # noqa: S311
            assert seen(rewritten(before)) == seen(before, exchanged=True), path


def test_numbers_put_into_installed_pages_are_exchanged_where_html5lib_sees_text() -> None:
    _check_against_html5lib(INSTALLED)


def test_numbers_in_installed_pages_are_found_in_any_chunks() -> None:
    rng = random.Random(1)  # noqa: S311 - the same every time
    bindings = Bindings(frozenset({OURS}))
    for path in INSTALLED[::5]:
        page = _with_numbers(path.read_text(encoding="utf-8"), rng, count=20).encode()
        size = rng.randrange(20, 3000)
        pieces = in_chunks((page[at : at + size] for at in range(0, len(page), size)), bindings)
        assert pieces == joined(scan(page, bindings)), path
        assert fill(pieces, lambda _: None) == page
