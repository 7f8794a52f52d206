"""Pages that nest deep, or ask at every tag what is open: each costs what a flat page costs.

A walk that costs more the deeper it is takes minutes for one of these, and the time that a test
may take ends it.
"""

import pytest

from calltrack.numbers import PhoneNumber
from proxy.rewrite import Bindings, Scanner, fill, scan
from proxy.rewrite.outline import REMEMBERED_BYTES, Outline
from proxy.rewrite.tokens import follow, tokens
from proxy.rewrite.tree import OpenElements
from tests.proxy.rewrite.test_walk import INPUTS, OTHER_INPUTS

SIZE = 600_000
BINDINGS = Bindings(numbers=frozenset({PhoneNumber("+31850199999")}), classes={"ph": "main"})
SHOWN = PhoneNumber("+31201234567")

OFF, ASKS = b"<div data-calltrack=off>", b"<span class=ph>"
ASKED = b"<span data-calltrack=off></i></span>"
HELD = b"<span data-calltrack=off></i>085 0199999</span>"
KEPT = b"085 0199999"
PUT = b"020 1234567"
DEEP = 500


def _rewritten(page: bytes) -> bytes:
    return fill(scan(page, BINDINGS), lambda _: SHOWN)


@pytest.mark.parametrize(
    ("before", "part"),
    [
        pytest.param(b"<div>" * DEEP, ASKED, id="div"),
        pytest.param(b"<div>" * 60_000, ASKED, id="too deep to follow"),
        pytest.param(b"<ul><li>" * (DEEP // 2), ASKED, id="li"),
        pytest.param(b"<p><b>" * DEEP, ASKED, id="formatting kept open"),
        pytest.param(b"<div>" * 60_000, b"<svg><title>x</title></svg>", id="drawings"),
        pytest.param(b"", b"<svg><title>x</title></svg>", id="drawings, flat"),
        pytest.param(b"", b"<p data-calltrack=off>x</p>", id="paragraphs"),
        pytest.param(b"<table>", b"<td data-calltrack=off>x", id="cells never closed"),
        pytest.param(b"<div>" * DEEP, b"<form><p data-calltrack=off></form></p>", id="forms"),
    ],
)
def test_what_is_open_around_a_region_costs_the_same_at_any_depth(
    before: bytes, part: bytes
) -> None:
    page = before + part * (SIZE // len(part))

    assert _rewritten(page + b"</table></div>" + KEPT) == page + b"</table></div>" + PUT


@pytest.mark.parametrize(
    ("before", "part"),
    [
        pytest.param(OFF * DEEP, b"<b></b>", id="opt-outs around"),
        pytest.param(OFF * DEEP, b"<b data-calltrack=off></b>", id="opt-outs in opt-outs"),
        pytest.param(OFF * DEEP, b"</body>", id="ends of the body"),
        pytest.param(OFF + b"<svg>" + b"<g>" * DEEP, b"</x>", id="stray end tags in a drawing"),
        pytest.param(OFF + b"<li><ul>" + b"<div>" * DEEP, b"<li></li>", id="list items"),
        pytest.param(OFF + b"<i>" * DEEP, b"</b>", id="stray end tags"),
        pytest.param(OFF + b"<div>" * DEEP, b"</p>", id="stray ends of paragraphs"),
        pytest.param(OFF, b"<p><li>", id="ends left out"),
        pytest.param(OFF, b"<b><p></b>", id="misnested"),
        pytest.param(OFF, b"<b>" * 250 + b"<div>" * 250 + b"</b>" * 250 + b"</div>" * 250, id="b"),
    ],
)
def test_a_tag_in_a_region_costs_the_same_at_any_depth(before: bytes, part: bytes) -> None:
    page = before + part * (SIZE // len(part)) + KEPT

    assert _rewritten(page) == page


def test_placeholders_deep_in_each_other_cost_the_same() -> None:
    part = ASKS + KEPT + b"</span>"
    page = ASKS * 400 + part * 4_000

    assert _rewritten(page) == page.replace(KEPT, PUT)


def test_a_long_page_that_asks_often_is_read_on() -> None:
    """What was remembered is read and let go of; the b is known to the end."""
    part = b"<p>x<i data-calltrack=off></em>085 0199999</i></p>"
    page = b"<b>" + part * (REMEMBERED_BYTES * 3 // len(part))
    scanner = Scanner(BINDINGS)
    pieces = [scanner.feed(page[at : at + 5_000]) for at in range(0, len(page), 5_000)]

    after = fill([*(p for some in pieces for p in some), *scanner.close()], lambda _: SHOWN)

    assert after == page


def test_nothing_is_known_behind_elements_nested_too_deep() -> None:
    known = _rewritten(b"<div>" * 400 + HELD)
    unknown = _rewritten(b"<div>" * 600 + HELD)

    assert KEPT in known
    assert PUT in unknown


def test_nothing_is_known_behind_a_long_stretch_without_a_region() -> None:
    outline = Outline()

    outline.keep(b"<b>" + b"x" * REMEMBERED_BYTES, 0, REMEMBERED_BYTES + 3)
    outline.mark(REMEMBERED_BYTES + 3)

    assert outline.stack() is None


@pytest.mark.parametrize(
    "html",
    [
        *INPUTS,
        *OTHER_INPUTS,
        "<svg><path d=1/><rect></rect></svg><svg/><b>x</b><i>",
        "<svg><path d=1></svg><p>x</p><p>",
        "<a>x<a>y</a><a>z</a></a><a>",
        "<p><div>x</div><p>y<p>z</p><li>",
        "<script>'</b>'</script><style></i></style><b>",
        "<math><mi><b>x</b></mi><br><b>",
        "<b>x</b title=1><img><img/><span>x</b></span><u>",
    ],
)
def test_what_is_walked_over_leaves_the_same_elements_open(html: str) -> None:
    raw = html.encode()
    slow, fast = OpenElements(), OpenElements()

    for _ in tokens(raw, slow):
        pass

    assert follow(raw, fast, deepest=512)
    assert [e.kind for e in fast.stack] == [e.kind for e in slow.stack]
