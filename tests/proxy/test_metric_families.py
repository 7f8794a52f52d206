"""What monitoring reads: names that are told to ops, and words of ours alone."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from proxy import metric_words as words
from proxy.deadlines import Verdict
from proxy.metric_families import BUILD, FAMILIES, PREFIX, Family
from proxy.metric_words import Words
from snippet_server.routing import Why

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
        pytest.param("ask", words.ASKS, id="ask"),
        pytest.param("page", words.PAGES, id="page"),
        pytest.param("dry", words.DRY_PAGES, id="dry"),
    ],
)
def test_each_word_that_is_counted_has_its_label(kind: str, known: Words) -> None:
    assert _said(kind) <= known.keys()


def _words(*paths: str) -> Iterator[ast.AST]:
    """Walk through modules of ours."""
    for path in paths:
        for file in ROOT.glob(path):
            yield from ast.walk(ast.parse(file.read_text(encoding="utf-8")))


def _text(node: ast.AST | None) -> str | None:
    value = node.value if isinstance(node, ast.Constant) else None
    return value if isinstance(value, str) else None


def _arguments(names: set[str], place: int, *paths: str) -> set[str]:
    """Find the words that functions of these names are called with."""
    found = set()
    for node in _words(*paths):
        if isinstance(node, ast.Call) and len(node.args) > place:
            named = getattr(node.func, "attr", getattr(node.func, "id", ""))
            word = _text(node.args[place]) if named in names else None
            found |= {word} if word else set()
    return found


def _returned(place: int, *paths: str) -> set[str]:
    """Find the words at this place of what is returned."""
    returned = [node.value for node in _words(*paths) if isinstance(node, ast.Return)]
    pairs = [node.elts[place] for node in returned if isinstance(node, ast.Tuple)]
    return {word for one in pairs if (word := _text(one)) is not None}


def _why_passed() -> set[str]:
    """Find the words of `storing`: fields are bytes there, so all its texts are words."""
    texts = {word for node in _words("proxy/shared_cache/storing.py") if (word := _text(node))}
    return {f"passed:{word}" for word in texts if word.isidentifier()}


def _outcomes() -> set[str]:
    """Find what pages that are looked at say of themselves."""
    paths = ("proxy/page.py", "proxy/kept_page.py")
    assigned = [node for node in _words(*paths) if isinstance(node, ast.Assign)]
    said = {
        word
        for node in assigned
        if getattr(node.targets[0], "attr", "") == "outcome" and (word := _text(node.value))
    }
    said |= _arguments({"_send_raw"}, 2, *paths) | _arguments({"_leave"}, 0, "proxy/relay.py")
    return {word for word in said if word != "-" and ":" not in word}


OURS = ("proxy/*.py", "proxy/shared_cache/*.py", "snippet_server/*.py")
ATTEMPTED = _arguments({"attempt", "attempt_async", "note"}, 0, *OURS)
IN_PAIRS = ("proxy/shared_cache/cache.py", "proxy/shared_cache/asking.py")


@pytest.mark.parametrize(
    ("said", "known"),
    [
        pytest.param(
            ATTEMPTED - {"geoip"},  # of `config check`, which counts nothing
            {*words.FAILURES},
            id="failure",
        ),
        pytest.param(
            _why_passed() | _returned(-1, *IN_PAIRS) | {"hit"}, {*words.CACHE}, id="cache"
        ),
        pytest.param(
            {one.value for one in Verdict} - {"idle", "slow_head"}, {*words.CUT_OFF}, id="cut off"
        ),
        pytest.param({f"to_{why}" for why in Why} | {"pin_given_up"}, {*words.CALLS}, id="call"),
        pytest.param(_outcomes(), {one for one in words.PAGES if ":" not in one}, id="page"),
        pytest.param(
            _returned(-1, "proxy/handler.py") - {*words.REFUSED}, {*words.UPSTREAM}, id="upstream"
        ),
    ],
)
def test_the_words_are_those_that_the_code_says(said: set[str], known: set[str]) -> None:
    assert said == known


def test_words_are_found_in_the_code() -> None:
    assert {"foreign_host", "host", "broken_connection"} <= _said("refused")
