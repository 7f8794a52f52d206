"""Expressions mean the same on every Python, the first releases of 3.11 included."""

import re

import pytest

from proxy.rewrite import expressions, syntax


@pytest.mark.parametrize(
    ("written", "compiled"),
    [
        pytest.param(rb"(?:ab?)*+c", rb"(?>(?:ab?)*)c", id="a group"),
        pytest.param(rb"(?:a|(?:b)++)?+", rb"(?>(?:a|(?>(?:b)+))?)", id="a group in a group"),
        pytest.param(rb"(?:a){0,40}+", rb"(?>(?:a){0,40})", id="so many times"),
        pytest.param(rb"[^<)(]*+a++", rb"[^<)(]*+a++", id="characters"),
        pytest.param(rb"[]()*+]\)*+", rb"[]()*+]\)*+", id="brackets that are none"),
        pytest.param(rb"(a)+(?:b)*?(c)?", rb"(a)+(?:b)*?(c)?", id="other repeats"),
        pytest.param(rb"(?<=x)(?:y)*+(?!z)", rb"(?<=x)(?>(?:y)*)(?!z)", id="looks around"),
    ],
)
def test_possessive_groups_become_atomic_groups(written: bytes, compiled: bytes) -> None:
    assert expressions.atomic(written) == compiled
    assert expressions.atomic(compiled) == compiled
    re.compile(compiled)


@pytest.mark.parametrize(
    ("pattern", "text", "length"),
    [
        pytest.param(rb"(?:ab?c?)*+", b"abcabacx", 7, id="it takes all it can"),
        pytest.param(rb"(?:<[^>]*+>|a b?)*+", b"<x>a <y>a b<", 11, id="alternatives"),
        pytest.param(syntax.COMMENT, b"<!-- a - b -- c --->d", 20, id="a comment"),
        pytest.param(syntax.PLAIN_TAG, b"<a b='>' c=\"d\" e>f", 17, id="a tag"),
    ],
)
def test_what_is_compiled_matches_as_it_is_written(
    pattern: bytes, text: bytes, length: int
) -> None:
    found = expressions.compiled(pattern).match(text)

    assert found is not None
    assert found.end() == length
