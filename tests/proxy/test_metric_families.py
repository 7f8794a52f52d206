"""What monitoring reads: names that are told to ops, and words of ours alone."""

import ast
import re
from pathlib import Path

import pytest

from proxy import metric_words as words
from proxy.metric_families import BUILD, FAMILIES, PREFIX, Family
from proxy.metric_words import Words

ROOT = Path(__file__).resolve().parents[2]
BY_SOURCE = {family.source: family for family in FAMILIES}


def test_what_has_no_word_of_ours_is_told_as_other() -> None:
    family = Family("x_total", "counter", "", "x", ("kind",), words.alone("a", "b"))

    found = dict(family.samples({"x.a": 1, "x.c": 2, "x.d": 3, "xy.a": 4}))

    assert found == {("a",): 1, ("b",): 0, ("other",): 5}


def test_a_decision_may_have_a_reason() -> None:
    found = dict(BY_SOURCE["page"].samples({"page.personal": 1, "page.original:crawler": 2}))

    assert found["personal", ""] == 1
    assert found["original", "crawler"] == 2
    assert found["other", ""] == 0


def test_of_a_sentence_the_first_two_words_count() -> None:
    found = dict(BY_SOURCE["gave_up"].samples({"gave_up.the charset x is not followed": 1}))

    assert found["charset",] == 1


def test_a_histogram_adds_up_to_infinity() -> None:
    family = BY_SOURCE["request_seconds"]

    buckets, seconds = family.buckets({"request_seconds.0": 2, "request_seconds.2": 1})

    counts = dict(buckets)
    assert (counts["0.001"], counts["0.005"], counts["+Inf"]) == (2, 3, 3)
    assert seconds == 0


def test_the_docs_have_each_name_with_its_meaning() -> None:
    page = (ROOT / "docs" / "proxy-operations.md").read_text(encoding="utf-8")
    told = set(re.findall(rf"^\| `{PREFIX}(\w+)`", page, re.MULTILINE))

    assert told == {family.name for family in FAMILIES} | {BUILD}


def _said(kind: str) -> set[str]:
    """Find the reasons that our code counts under a kind, where they stand there as words."""
    found = set()
    for path in [*ROOT.glob("proxy/**/*.py"), *ROOT.glob("snippet_server/*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or len(node.args) < 2:
                continue
            first, second = node.args[:2]
            named = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if isinstance(second, ast.Constant) and isinstance(second.value, str):
                is_count = named in {"add", "count"} and getattr(first, "value", None) == kind
                is_refusal = named == "Refusal" and kind == "refused"
                if is_count or is_refusal:
                    found.add(second.value)
    return found


@pytest.mark.parametrize(
    ("kind", "known"),
    [
        pytest.param("refused", words.REFUSED, id="refused"),
        pytest.param("store", words.STORE, id="store"),
        pytest.param("pool", words.LACKING, id="pool"),
        pytest.param("view", words.VIEWS, id="view"),
        pytest.param("page", words.PAGES, id="page"),
        pytest.param("dry", words.DRY_PAGES, id="dry"),
    ],
)
def test_each_word_that_is_counted_has_its_label(kind: str, known: Words) -> None:
    assert _said(kind) <= known.keys()


def test_words_are_found_in_the_code() -> None:
    assert {"foreign_host", "host", "broken_connection"} <= _said("refused")
