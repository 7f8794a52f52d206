"""A start tag's attributes: their names, their values, and what they say of an element."""

import pytest

from proxy.rewrite import Bindings, Place, Slot, scan
from proxy.rewrite.tags import NO_MARK, Mark, attributes_of, mark_of, text_of
from tests.proxy.rewrite.oracle import BINDINGS, OURS


@pytest.mark.parametrize(
    ("inside", "attributes"),
    [
        pytest.param(b"", {}, id="none"),
        pytest.param(b" a", {b"a": b""}, id="no value"),
        pytest.param(b" a=b c='d' e=\"f\"", {b"a": b"b", b"c": b"d", b"e": b"f"}, id="quotes"),
        pytest.param(b" a=b =c=d", {b"a": b"b", b"=c": b"d"}, id="an equals sign begins a name"),
        pytest.param(b" a = b", {b"a": b"b"}, id="spaces"),
        pytest.param(b" a=1 A=2 a=3", {b"a": b"1"}, id="the first of some"),
        pytest.param(b" a='' a=1", {b"a": b""}, id="an empty one is the first"),
        pytest.param(b"/a/b=c/d/", {b"a": b"", b"b": b"c/d/"}, id="slashes"),
        pytest.param(b" a='>'b=\"'\"", {b"a": b">", b"b": b"'"}, id="signs in quotes"),
    ],
)
def test_attributes(inside: bytes, attributes: dict[bytes, bytes]) -> None:
    found = attributes_of(inside, 0, len(inside))

    assert {name: inside[slice(*span)] for name, span in found.items()} == attributes


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        pytest.param(b"a&amp;b", "a&b", id="an entity"),
        pytest.param(b"&#97;&#x62;&#99 &#x64", "abc d", id="numbers"),
        pytest.param(b"&copy &copy", "© ©", id="no semicolon"),
        pytest.param(b"&copy=1&copyx&notit;&x;&", "&copy=1&copyx&notit;&x;&", id="none"),
        pytest.param(b"&amp;amp;", "&amp;", id="decoded once"),
        pytest.param(b"\xff", "\udcff", id="a byte of no character"),
    ],
)
def test_a_value_s_text(raw: bytes, text: str) -> None:
    assert text_of(raw) == text


@pytest.mark.parametrize(
    ("inside", "mark"),
    [
        pytest.param(b" class=x", NO_MARK, id="nothing"),
        pytest.param(b" data-calltrack=off class=k", Mark(opted_out=True), id="off before all"),
        pytest.param(b" data-calltrack=y class='x k'", Mark(key="y"), id="a key before a class"),
        pytest.param(b" data-calltrack=z class='x k'", Mark(key="x"), id="another key"),
        pytest.param(b" class='x l k'", Mark(key="y"), id="the first class that is one"),
        pytest.param(b" class=k data-vestiging=v", Mark(key="x", vestiging="v"), id="whose"),
        pytest.param(b" data-vestiging=v", NO_MARK, id="no placeholder"),
    ],
)
def test_what_an_element_says_of_itself(inside: bytes, mark: Mark) -> None:
    bindings = Bindings(classes={"k": "x", "l": "y"}, keys=frozenset({"y"}))

    found = mark_of(inside, attributes_of(inside, 0, len(inside)), bindings)

    assert found == mark


def test_a_slot_tells_its_place() -> None:
    html = b'<a href="tel:+31850199999" title="085 0199999">085 0199 999</a>'

    slots = [piece for piece in scan(html, BINDINGS) if isinstance(piece, Slot)]

    assert [(s.place, s.raw, s.offset, s.number) for s in slots] == [
        (Place.LINK, b"31850199999", 14, OURS),
        (Place.ATTRIBUTE, b"085 0199999", 34, OURS),
        (Place.TEXT, b"085 0199 999", 47, OURS),
    ]


def test_an_attribute_that_counts_as_text_may_have_any_name() -> None:
    for name in ("x", "x" * 62, "x" * 63, "x" * 64, "x" * 300):
        bindings = Bindings(numbers=frozenset({OURS}), attributes=frozenset({name}))
        pieces = scan(f"<p {name}='0850199999' {name}y='0850199999'>".encode(), bindings)
        assert [slot.offset for slot in pieces if isinstance(slot, Slot)] == [len(name) + 5], name
