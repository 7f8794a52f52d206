"""The random-injection oracle: a number put anywhere into html5lib's own test inputs.

What the rewriter makes of it, and what html5lib sees, must agree; the few differences are explained
one by one in `differences`.
"""

import random

import pytest

from proxy.rewrite import Slot, scan
from tests.proxy.rewrite.differences import IN_REGIONS, IN_TEXT, Explained
from tests.proxy.rewrite.injections import ANYONE, FORMS, Form, drawn, judged, marked, put
from tests.proxy.rewrite.oracle import BINDINGS, assert_cuts_do_not_matter, rewritten_bytes

PLAIN = FORMS["plain"]
NOT_OURS = Form(", (010 7654321),", ANYONE, ANYONE, marked=True)
OPT_OUT = " data-calltrack=off"
PLACEHOLDER = " class=qooqie-number-placeholder"


def _injected(rng: random.Random) -> tuple[bytes, Form]:
    page, form = drawn(rng), FORMS[rng.choice(list(FORMS))]
    return put(page, form, [rng.randrange(len(page) + 1)]), form


@pytest.mark.parametrize("count", [3_000, pytest.param(20_000, marks=pytest.mark.slow)])
def test_a_number_put_anywhere_is_exchanged_where_html5lib_sees_text(count: int) -> None:
    rng = random.Random(count)  # noqa: S311 - the same every time
    explained = Explained(IN_TEXT)

    for _ in range(count):
        page, form = _injected(rng)
        explained.take(page, judged(page, rewritten_bytes(page), form))

    assert explained.unexplained == []
    assert explained.excessive() == {}
    assert explained.judged == count


@pytest.mark.parametrize("count", [1_000, pytest.param(10_000, marks=pytest.mark.slow)])
@pytest.mark.parametrize(
    ("mark", "form"),
    [
        pytest.param(OPT_OUT, PLAIN, id="an opt-out"),
        pytest.param(PLACEHOLDER, NOT_OURS, id="a placeholder"),
    ],
)
def test_a_marked_element_ends_where_html5lib_sees_its_end(
    mark: str, form: Form, count: int
) -> None:
    rng = random.Random(count)  # noqa: S311
    explained = Explained(IN_REGIONS)

    for _ in range(count):
        page = marked(rng, mark, form)
        explained.take(page, judged(page, rewritten_bytes(page), form), mark=mark)

    assert explained.unexplained == []
    assert explained.excessive() == {}
    assert explained.judged == count


@pytest.mark.parametrize("count", [60, pytest.param(500, marks=pytest.mark.slow)])
def test_where_a_page_with_a_number_is_cut_does_not_matter(count: int) -> None:
    rng = random.Random(count)  # noqa: S311
    pages = [_injected(rng)[0] for _ in range(count)]
    pages += [marked(rng, mark, PLAIN) for mark in (OPT_OUT, PLACEHOLDER) for _ in range(count)]

    for page in pages:
        assert_cuts_do_not_matter(page)
    slots = [piece for page in pages for piece in scan(page, BINDINGS) if isinstance(piece, Slot)]
    assert len(slots) > count


def test_the_oracle_sees_what_is_wrong() -> None:
    page = b"<p>0850199999<title>0850199999</title><b title=0850199999>x</b>"
    right = page.replace(b"<p>085019999", b"<p>020123456").replace(b"9<title", b"7<title")
    right = right.replace(b"title=0850199999", b"title=0201234567")

    assert not judged(page, right, PLAIN).differs
    assert judged(page, page, PLAIN).left_alone
    for wrong in (page.replace(b"0850199999", b"0201234567"), right.replace(b"<b ", b"<i ")):
        assert judged(page, wrong, PLAIN).differs
        assert not judged(page, wrong, PLAIN).left_alone


def test_a_rule_explains_only_what_it_is_made_for() -> None:
    page = b"<svg><![CDATA[0850199999]]></svg>0850199999"
    explained = Explained(IN_TEXT)

    explained.take(page, judged(page, page[:-10] + b"0201234567", PLAIN))
    explained.take(page, judged(page, page[:-10] + b"0201234568", PLAIN))
    explained.take(page[-10:], judged(page[-10:], page[-10:], PLAIN))

    assert explained.counts.total() == 1
    assert explained.unexplained == [page, page[-10:]]


@pytest.mark.slow
def test_every_rule_is_needed() -> None:
    texts, marks = random.Random(20_000), random.Random(1)  # noqa: S311
    in_text, in_regions = Explained(IN_TEXT), Explained(IN_REGIONS)

    for _ in range(20_000):
        page, form = _injected(texts)
        in_text.take(page, judged(page, rewritten_bytes(page), form))
        page = marked(marks, OPT_OUT, PLAIN)
        in_regions.take(page, judged(page, rewritten_bytes(page), PLAIN), mark=OPT_OUT)
        page = marked(marks, PLACEHOLDER, NOT_OURS)
        in_regions.take(page, judged(page, rewritten_bytes(page), NOT_OURS), mark=PLACEHOLDER)

    reasons = {rule.reason for rule in (*IN_TEXT, *IN_REGIONS)}
    assert {*in_text.counts, *in_regions.counts} == reasons
