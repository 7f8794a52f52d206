"""html5lib's own test inputs hold no number of ours: not a byte of them changes, however cut."""

from collections import Counter

import pytest

from calltrack.numbers import PhoneNumber
from proxy.rewrite import Bindings, Slot, fill, scan
from tests.proxy.rewrite.html5lib_inputs import inputs
from tests.proxy.rewrite.oracle import BINDINGS, OURS, assert_cuts_do_not_matter, joined

PARTS = 8
"""The inputs are shared out, for those who run tests side by side."""

WANTED = [
    pytest.param(BINDINGS, id="numbers, classes and keys"),
    pytest.param(Bindings(numbers=frozenset({OURS})), id="a number"),
    pytest.param(
        Bindings(numbers=frozenset({OURS, PhoneNumber("+4930901820")}), region="DE"),
        id="numbers of two countries",
    ),
    pytest.param(Bindings(classes=BINDINGS.classes, keys=BINDINGS.keys), id="no numbers"),
]


def test_there_are_enough_inputs_of_each_kind() -> None:
    kinds = Counter(source.partition("/")[0] for source, _ in inputs())

    assert set(kinds) == {"encoding", "serializer", "tokenizer", "tree-construction"}
    assert kinds["tokenizer"] > 6500
    assert kinds["tree-construction"] > 1500
    assert len({page for _, page in inputs()}) == len(inputs()) > 8500


@pytest.mark.parametrize("bindings", WANTED)
def test_a_page_without_our_numbers_has_no_slots(bindings: Bindings) -> None:
    for source, page in inputs():
        pieces = scan(page, bindings)

        assert not any(isinstance(piece, Slot) for piece in pieces), (source, page)
        assert fill(pieces, lambda _: None) == page, source


@pytest.mark.parametrize("part", range(PARTS))
def test_a_page_without_our_numbers_stays_as_it_is_however_it_is_cut(part: int) -> None:
    pages = [page for _, page in inputs()[part::PARTS]]

    for page in pages:
        assert joined(scan(page, BINDINGS)) == ([page] if page else [])
        assert_cuts_do_not_matter(page)
    assert len(pages) > 1000
