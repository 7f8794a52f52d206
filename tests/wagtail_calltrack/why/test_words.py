"""Each rule of the rewriter is told in words for editors, and each way to give a page up."""

import pytest

from proxy.rewrite import Rule
from wagtail_calltrack.why.words import FOUND, LEFT, gave_up, where

WITHOUT = {Rule.GAVE_UP}
"""Their words are made of what the rewriter says."""


def test_each_rule_has_its_words() -> None:
    assert set(Rule) - WITHOUT == {*FOUND, *LEFT}


@pytest.mark.parametrize("rule", LEFT)
def test_words_are_whole_sentences(rule: Rule) -> None:
    said = str(LEFT[rule])

    assert said[0].isupper()
    assert said.endswith(".")


PLACES = [
    pytest.param("attribute data-phone", "attribute data-phone", id="an attribute"),
    pytest.param("textarea", "text box", id="a known element"),
    pytest.param("iframe", "<iframe>", id="another element"),
    pytest.param("CDATA", "<CDATA>", id="CDATA"),
]


@pytest.mark.parametrize(("place", "said"), PLACES)
def test_a_place_has_a_name(place: str, said: str) -> None:
    assert where(place) == said


REASONS = [
    pytest.param("a tag of over 64 KB", "a tag is longer than 64 KB", id="a long tag"),
    pytest.param("the charset x-y is not followed", "the charset x-y is not read; UTF-8 is",
        id="a charset"),
    pytest.param("one that is new", "one that is new", id="not known here"),
]  # fmt: skip


@pytest.mark.parametrize(("reason", "said"), REASONS)
def test_why_a_page_is_given_up_is_said(reason: str, said: str) -> None:
    assert gave_up(reason) == said
