"""Patterns match whole values, as a plain reference says, and cannot be made slow."""

import re
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calltrack.patterns import matches, matches_any


@pytest.mark.parametrize(
    ("pattern", "value", "expected"),
    [
        pytest.param("google", "google", True, id="the same"),
        pytest.param("Google", "gOOGLE", True, id="in any case"),
        pytest.param("STRASSE", "Straße", True, id="in any case of any script"),
        pytest.param("linkedin", "not-linkedin", False, id="a part is not the whole"),
        pytest.param("*linkedin*", "not-linkedin", True, id="unless asked for"),
        pytest.param("/actie/*", "/actie/", True, id="the star may stand for nothing"),
        pytest.param("/actie/*", "/actie", False, id="prefix"),
        pytest.param("*.nl", "www.example.nl", True, id="suffix"),
        pytest.param("*.nl", "www.nl.example", False, id="not at the end"),
        pytest.param("a*b*c", "a-b-b-c", True, id="several stars"),
        pytest.param("a*b*c", "acb", False, id="in this order"),
        pytest.param("aba*aba", "ababa", False, id="start and end do not overlap"),
        pytest.param("a*b*b", "ab", False, id="a part and the end do not overlap"),
        pytest.param("a?c", "abc", False, id="a question mark is one"),
        pytest.param("[ab]", "a", False, id="brackets are brackets"),
        pytest.param("a.c", "abc", False, id="a dot is a dot"),
        pytest.param("*", "anything", True, id="the star alone asks for a value"),
        pytest.param("*", "", False, id="which an empty one is not"),
        pytest.param("**", "x", True, id="two stars are one"),
        pytest.param("*a*", "\n a \0", True, id="line ends are characters too"),
    ],
)
def test_a_pattern_matches_the_whole_value(pattern: str, value: str, expected: bool) -> None:
    assert matches(pattern, value) is expected


few = st.text("aAbß*.-İ", max_size=12)


@given(few, few | st.text())
def test_a_pattern_says_what_a_plain_reference_says(pattern: str, value: str) -> None:
    parts = (re.escape(part) for part in pattern.casefold().split("*"))
    reference = re.fullmatch(".*".join(parts), value.casefold(), re.DOTALL)

    assert matches(pattern, value) is (bool(reference) and bool(value))


@given(st.text(min_size=1), st.integers(0, 5), st.integers(0, 5))
def test_a_star_stands_for_any_part_of_a_value(value: str, start: int, length: int) -> None:
    folded = value.casefold().replace("*", "-")

    assert matches(folded[:start] + "*" + folded[start + length :], folded)


def test_one_of_several_patterns_is_enough() -> None:
    assert matches_any(("google", "bing*"), "bing-ads")
    assert not matches_any(("google", "bing"), "bing-ads")
    assert not matches_any((), "bing")


@pytest.mark.parametrize(
    "pattern",
    [
        pytest.param("*a" * 50, id="many short parts"),
        pytest.param("*" + "a" * 40 + "b" + "*" + "a" * 40 + "c", id="long parts that almost fit"),
        pytest.param("*" * 100, id="stars alone"),
    ],
)
def test_no_pattern_is_slow(pattern: str) -> None:
    value = "a" * 1_000_000

    before = process_time()
    for _ in range(3):
        assert not matches(pattern + "z*", value)
    took = process_time() - before

    assert took < 3
