"""The page that proxies are asked for is what it says it is, and goals are told right."""

import gzip
import zlib

import pytest

from calltrack.numbers import PhoneNumber
from tests.bench.pages import OLD
from tests.bench.proxying_goals import Goal
from tests.bench.proxying_latency import Added
from tests.bench.proxying_page import HITS, SIZE_BYTES, packed, page, spellings

OTHER = PhoneNumber("+31207000001")


def test_the_page_has_its_size_and_each_spelling_once() -> None:
    assert len(page()) == SIZE_BYTES
    assert [page().count(old.encode()) for old in spellings(OLD)] == [1] * HITS
    assert gzip.decompress(packed()) == page()


def test_the_page_with_another_number_is_the_same_around_it() -> None:
    expected = page()
    for old, new in zip(spellings(OLD), spellings(OTHER), strict=True):
        expected = expected.replace(old.encode(), new.encode())

    assert page(OTHER) == expected != page()


def test_the_page_packs_as_real_pages_do() -> None:
    ratio = SIZE_BYTES / len(zlib.compress(page(), 1))

    assert 3.5 < ratio < 4.5


@pytest.mark.parametrize(
    ("figure", "is_more", "word"),
    [
        pytest.param(2.5, False, "yes", id="at most, met"),
        pytest.param(2.51, False, "no", id="at most, missed"),
        pytest.param(1.0, False, "stretch", id="at most, far below"),
        pytest.param(None, False, "not measured", id="not measured"),
        pytest.param(1.2, True, "no", id="at least, missed"),
        pytest.param(1.3, True, "yes", id="at least, met"),
        pytest.param(2.6, True, "stretch", id="at least, above both"),
    ],
)
def test_a_goal_says_how_far_a_figure_gets(figure: float | None, is_more: bool, word: str) -> None:
    goal, stretch = (1.3, 2.5) if is_more else (2.5, 1.3)

    assert Goal("it", goal, stretch, is_more=is_more).reached(figure) == word


def test_what_is_added_is_the_median_of_its_rounds() -> None:
    added = Added(through=[[3.0], [9.0], [4.0]], direct=[[1.0], [1.0], [1.0]])

    assert added.seconds(0.5) == 3.0
