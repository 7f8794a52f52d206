"""On any page the list of its numbers agrees with the scanner, with itself, and with the page."""

import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proxy.rewrite import Finding, Outcome, Slot, explain, page_text, scan
from tests.proxy.rewrite.oracle import BINDINGS

PAGES = sorted((Path(__file__).parent / "pages").glob("*.html"))
PARTS = st.sampled_from(
    [
        *("085 0199 999", "0850199999", "+31 (0)85 019 99 99", "010 7654321", "085&nbsp;0199999"),
        *("2024-0850199999-17", "NL02 ABNA 0850 1999 99", "<b>085</b> 0199999", "０８５ 0199999"),
        *("<p>", "</p>", "<b>", "</b>", "<div>", "</div>", "<td>", "<br>", "<svg>", "</svg>"),
        *("<i class=qooqie-number-placeholder>", "</i>", "<i data-calltrack=service>", "Bel"),
        *("<p data-calltrack=off>", "<select><option>", "</select>", "<img alt='", "<b title='"),
        *("<a href='tel:", "<a href=tel:0850199999 class=qooqie-number-placeholder>", "'>", "</a>"),
        *("<!--", "-->", "<!x", ">", "<![CDATA[", "]]>", "<", "&", "&#", "&#48;", "+", "-", "'"),
        *("<script>", "</script>", "<title>", "</title>", "<textarea>", "</textarea>", "<xmp>"),
        *(" ", "\n", "\r\n", "\r", "\t", "\0", "é", "…", "😀", "\u200b", "\u2011", "\ufeff"),
    ]
)
TEXTS = st.lists(PARTS | st.text(max_size=3), max_size=24).map("".join)
CHARSETS = st.sampled_from(
    [
        "utf-8",
        "utf-16le",
        "utf-16be",
        "windows-1252",
        "shift_jis",
        "gb18030",
        "iso-2022-jp",
        "koi8-r",
    ]
)
any_machine = settings(deadline=None)  # the first page of a charset builds its expressions
LINE_END = re.compile(r"\r\n|\r|\n")


def check(page: bytes, charset: str | None) -> list[Finding]:
    """Hold the list of a page's numbers against the scanner and against the page."""
    found = explain(page, BINDINGS, charset=charset)
    slots = [piece for piece in scan(page, BINDINGS, charset=charset) if isinstance(piece, Slot)]
    replaced = [one for one in found if one.outcome is Outcome.REPLACED]
    assert [(one.offset, one.place, one.number) for one in replaced] == [
        (slot.offset, slot.place, slot.number) for slot in slots
    ]

    text = page_text(page, charset)
    lines = [0, *(m.end() for m in LINE_END.finditer(text))]
    starts = [lines[one.line - 1] + one.column - 1 for one in found]
    for one, start in zip(found, starts, strict=True):
        assert text.startswith(one.text, start), one
    for (a, start), (b, after) in pairwise(zip(found, starts, strict=True)):
        assert a.offset <= b.offset
        assert start + len(a.text) <= after, (a, b)
    return found


@any_machine
@given(TEXTS, CHARSETS)
def test_every_slot_is_a_number_that_is_replaced_and_stands_where_it_is_said_to(
    text: str, charset: str
) -> None:
    page = text.encode(charset, "replace")

    found = check(page, charset)

    assert all(one.reason for one in found)


@any_machine
@given(TEXTS, st.sampled_from([b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b""]))
def test_a_byte_order_mark_or_nothing_says_what_bytes_mean(text: str, mark: bytes) -> None:
    charset = {b"\xff\xfe": "utf-16le", b"\xfe\xff": "utf-16be"}.get(mark, "utf-8")

    found = check(mark + text.encode(charset, "replace"), None)

    assert all(one.line >= 1 and one.column >= 1 for one in found)


@any_machine
@given(
    st.lists(PARTS.map(str.encode) | st.binary(max_size=3), max_size=24).map(b"".join),
    CHARSETS | st.none() | st.just("iso-2022-kr") | st.just("no-such"),
)
def test_any_bytes_can_be_explained(page: bytes, charset: str | None) -> None:
    found = check(page, charset)

    assert all(0 <= one.offset <= len(page) for one in found)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_the_pages_made_by_hand_are_explained_whole(path: Path) -> None:
    found = check(path.read_bytes(), None)

    assert found
