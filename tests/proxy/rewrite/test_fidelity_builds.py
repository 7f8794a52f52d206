"""One behaviour, two builds: the same pieces of every page, with and without numbers, in chunks."""

import os
import random
from collections.abc import Iterable

import pytest

from proxy.rewrite import Bindings, Piece, Scanner, strides
from tests.proxy.rewrite.html5lib_inputs import inputs
from tests.proxy.rewrite.injections import FORMS, marked, put
from tests.proxy.rewrite.oracle import BINDINGS, OURS, joined

ONLY_A_NUMBER = Bindings(numbers=frozenset({OURS}))
CHUNK_BYTES = (1, 7)


@pytest.fixture(autouse=True)
def build() -> None:
    """Both builds are compared in one test."""
    if strides.BUILD != strides.COMPILED:
        why = f"the compiled rewriter is not there: {strides.why_pure}"
        if os.environ.get("CI"):
            pytest.fail(why)
        pytest.skip(why)


def _pieces(chunks: Iterable[bytes], bindings: Bindings) -> tuple[list[Piece], str | None]:
    scanner = Scanner(bindings)
    pieces = [piece for chunk in chunks for piece in scanner.feed(chunk)]
    return joined([*pieces, *scanner.close()]), scanner.gave_up


def _compare(
    pages: Iterable[bytes], monkeypatch: pytest.MonkeyPatch, sizes: tuple[int, ...] = CHUNK_BYTES
) -> int:
    """Compare the builds page by page, whole and in chunks. Gives how many slots there were."""
    slots = 0
    for page in pages:
        for bindings in (BINDINGS, ONLY_A_NUMBER):
            for size in (*sizes, len(page) + 1):
                chunks = [page[at : at + size] for at in range(0, len(page), size)]
                found = []
                for name in (strides.COMPILED, strides.PURE):
                    monkeypatch.setattr(strides, "BUILD", name)
                    found.append(_pieces(chunks, bindings))
                assert found[0] == found[1], page
                slots += sum(not isinstance(piece, bytes) for piece in found[0][0])
    return slots


def test_the_builds_agree_on_html5lib_s_inputs(monkeypatch: pytest.MonkeyPatch) -> None:
    pages = [page for _, page in inputs()]

    assert _compare(pages, monkeypatch, sizes=()) == 0


@pytest.mark.parametrize("form", FORMS)
def test_the_builds_agree_on_inputs_with_numbers(
    form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = random.Random(f"{form} in a page")  # noqa: S311 - the same every time
    pages = [page for _, page in rng.sample(inputs(), 400)]
    pages = [put(page, FORMS[form], [rng.randrange(len(page) + 1)]) for page in pages]

    assert _compare(pages, monkeypatch) > 100


@pytest.mark.parametrize("mark", [" data-calltrack=off", " class=qooqie-number-placeholder"])
def test_the_builds_agree_on_marked_elements(mark: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(mark)  # noqa: S311
    pages = [marked(rng, mark, FORMS["plain"]) for _ in range(400)]

    assert _compare(pages, monkeypatch) > 100
