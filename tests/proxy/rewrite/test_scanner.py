"""What the scanner promises: prompt, bounded, the same however a page is cut, and never lossy."""

from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calltrack.numbers import PhoneNumber
from proxy.rewrite import Bindings, Piece, Scanner, Slot, explain, fill, scan
from tests.proxy.rewrite.oracle import (
    BINDINGS,
    OURS,
    SHOWN,
    assert_cuts_do_not_matter,
    in_chunks,
    joined,
)

NUMBER = b"085 0199999"
LIMIT = 64 * 1024


def raw(pieces: list[Piece]) -> bytes:
    """Write the pieces as they stood in the page."""
    return fill(pieces, lambda _: None)


@pytest.mark.parametrize(
    ("fed", "given"),
    [
        pytest.param(b"<p>text", b"<p>text", id="text"),
        pytest.param(b"<p>text ", b"<p>text ", id="text and a blank"),
        pytest.param(b"<p>in 2024 a", b"<p>in 2024 a", id="a number that has ended"),
        pytest.param(b"<p>in 0", b"<p>in ", id="a digit our number begins with"),
        pytest.param(b"<p>in 2024", b"<p>in 2024", id="a number unlike ours"),
        pytest.param(b"<p>085 019", b"<p>", id="half a number"),
        pytest.param(b"<p>085 0199999", b"<p>", id="a number that may be longer"),
        pytest.param(b"<p>a<b>085</b> <i", b"<p>a<b>", id="a number that may go on behind a tag"),
        pytest.param(b"<p>a<b>085</b></p>", b"<p>a<b>085</b></p>", id="a block ended it"),
        pytest.param(b"<p>a &nb", b"<p>a &nb", id="an entity"),
        pytest.param(b"<p>a 0 &nb", b"<p>a ", id="an entity behind such a digit"),
        pytest.param(b"<p>a &#4", b"<p>a ", id="an entity that may be a digit"),
        pytest.param(b"<p>a &#160;", b"<p>a &#160;", id="an entity that has ended"),
        pytest.param(b"<p>a +", b"<p>a ", id="a plus"),
        pytest.param(b"<p>a<b title='x", b"<p>a", id="half a tag"),
        pytest.param(b"<p>a<", b"<p>a", id="the beginning of a tag"),
        pytest.param(b"<p>a<!", b"<p>a", id="the beginning of a comment"),
        pytest.param(b"<p>a<!-- b", b"<p>a<!--", id="a short comment"),
        pytest.param(b"<p>a<!-- 12345", b"<p>a<!-- 12", id="a comment"),
        pytest.param(b"<script>abcdefghij", b"<script>ab", id="a script"),
        pytest.param(b"<script>var a = 1; </scr", b"<script>var a = ", id="a script's end"),
        pytest.param(b"<textarea>0850199999 </textar", b"<textarea>085019999", id="raw text"),
        pytest.param(b"<p class=qooqie-number-placeholder>a", None, id="a placeholder"),
        pytest.param(
            b"<p class=qooqie-number-placeholder>a 010 7654321 b", None, id="number in it"
        ),
    ],
)
def test_only_what_is_undecided_waits(fed: bytes, given: bytes | None) -> None:
    scanner = Scanner(BINDINGS, charset="utf-8")

    first = raw(scanner.feed(fed))
    rest = raw(scanner.close())

    assert first + rest == fed
    if given is None:
        given = fed if b"010" in fed else fed[: fed.index(b">") + 1]
    assert first == given


def test_a_page_in_small_chunks_keeps_flowing() -> None:
    scanner = Scanner(BINDINGS, charset="utf-8")
    html = b"<div class='a'><p>tekst 085 0199999 en <b>meer</b> 12:30<!-- x --></p></div>" * 50
    behind = 0

    for at in range(0, len(html), 7):
        behind += len(html[at : at + 7]) - len(raw(scanner.feed(html[at : at + 7])))
        assert behind < 60

    assert behind == len(raw(scanner.close()))


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        pytest.param(b"<p title='" + b"x" * LIMIT + b"'>", "tag", id="a long tag"),
        pytest.param(b"<p title='" + b"x" * 2 * LIMIT, "tag", id="a tag that never ends"),
        pytest.param(b"<p " + b"a " * LIMIT + b">", "tag", id="many attributes"),
        pytest.param(b"085 <b title='" + b"x" * 2 * LIMIT + b"'>", "tag", id="inside a number"),
        pytest.param(
            b"<div data-calltrack=off>" + b"<div>" * 600, "nested over 512", id="deep in a region"
        ),
        pytest.param(b"<svg>" + b"<g>" * 600, "nested over 512", id="deep in a drawing"),
        pytest.param(
            b"<svg>" + b"<g>" * 600 + b"</g>" * 600 + b"</svg>", "nested over 512", id="and closed"
        ),
    ],
)
def test_over_its_limits_the_rest_of_the_page_passes(html: bytes, reason: str) -> None:
    before, after = b"<p>" + NUMBER + b"</p>", b"<p>" + NUMBER + b"</p>"
    whole = before + html + after

    scanner = Scanner(BINDINGS)
    pieces = [*scanner.feed(whole), *scanner.feed(after), *scanner.close()]
    by_256 = in_chunks([whole[at : at + 256] for at in range(0, len(whole), 256)] + [after])

    assert scanner.gave_up is not None
    assert reason in scanner.gave_up
    assert raw(pieces) == whole + after
    assert [type(piece) for piece in joined(pieces)] == [bytes, Slot, bytes]
    assert by_256 == joined(pieces)


@pytest.mark.parametrize(
    "html",
    [
        pytest.param(b"<!--" + b"x" * 3 * LIMIT + b"-->", id="a comment"),
        pytest.param(b"<script>" + b"x" * 3 * LIMIT + b"</script>", id="a script"),
        pytest.param(b"<textarea>" + b"x" * 3 * LIMIT + b"</textarea>", id="raw text"),
        pytest.param(b"<!" + b"x" * 3 * LIMIT + b">", id="a declaration"),
        pytest.param(b"x" * 3 * LIMIT, id="text"),
        pytest.param(b"1" + b" " * 3 * LIMIT, id="blanks behind a digit"),
        pytest.param(b"1" * 3 * LIMIT + b" ", id="a number"),
        pytest.param(b"1 " * 3 * LIMIT, id="numbers"),
        pytest.param(b"1-" * 3 * LIMIT + b"; ", id="tied numbers"),
        pytest.param(b"<p>" * 600, id="paragraphs"),
        pytest.param(b"<svg><path/></svg>" * 600, id="drawings"),
        pytest.param(b"<p data-calltrack=off>" + b"x" * 3 * LIMIT + b"</p>", id="an opt-out"),
        pytest.param(b"&" * 3 * LIMIT, id="ampersands"),
        pytest.param(b"&#" * 3 * LIMIT, id="beginnings of entities"),
        pytest.param(b"+" * 3 * LIMIT, id="plus signs"),
        pytest.param(b"< " * 3 * LIMIT, id="signs that begin no tag"),
        pytest.param(b"</>" * 3 * LIMIT, id="empty end tags"),
    ],
)
def test_a_page_may_be_long(html: bytes) -> None:
    whole = html + b"<p>" + NUMBER + b"</p>"

    scanner = Scanner(BINDINGS)
    pieces = joined([*scanner.feed(whole), *scanner.close()])

    assert scanner.gave_up is None
    assert fill(pieces, lambda _: SHOWN) == html + b"<p>020 1234567</p>"
    by_4096 = in_chunks(whole[at : at + 4096] for at in range(0, len(whole), 4096))
    assert by_4096 == pieces


def test_a_long_tag_that_comes_in_single_bytes_takes_no_time() -> None:
    html = b"<p title='" + b"x" * (LIMIT - 100) + b"'>" + NUMBER

    pieces = in_chunks(html[at : at + 1] for at in range(len(html)))

    assert pieces == joined(scan(html, BINDINGS))
    assert [type(piece) for piece in pieces] == [bytes, Slot]


def test_a_placeholder_with_too_long_a_text_is_given_up_alone() -> None:
    opened = b"<p class=qooqie-number-placeholder>"
    html = opened + b"x" * (LIMIT + 1) + b"</p>" + opened + b"y</p>"

    expected = html.replace(b"y", b"020 123 4567")

    assert fill(scan(html, BINDINGS), lambda _: SHOWN) == expected
    by_512 = in_chunks(html[at : at + 512] for at in range(0, len(html), 512))
    assert fill(by_512, lambda _: SHOWN) == expected


def test_what_waits_is_bounded() -> None:
    scanner = Scanner(BINDINGS, charset="utf-8")
    scanner.feed(b"<p class=qooqie-number-placeholder>")
    behind = 0

    for _ in range(40):
        behind += 4096 - len(raw(scanner.feed(b"x" * 4096)))
        assert behind <= LIMIT + 4096

    assert behind == 0


@pytest.mark.parametrize(
    "html",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(bytes(range(256)) * 20, id="every byte"),
        pytest.param(b"\xff\xfe\x00", id="half a character of UTF-16"),
        pytest.param(b"\xed\xa0\x80" + NUMBER + b"\xed\xb0\x80", id="lone surrogates"),
        pytest.param(b"\0\0<\0p\0>" + NUMBER + b"\0", id="NUL"),
        pytest.param(NUMBER + b"\xe2\x80", id="half a dash"),
        pytest.param(b"<p title=\xff>\xc0\x80" + NUMBER, id="invalid bytes"),
    ],
)
def test_no_byte_is_lost(html: bytes) -> None:
    whole = joined(scan(html, BINDINGS))

    assert raw(whole) == html
    assert in_chunks(html[at : at + 1] for at in range(len(html))) == whole


def test_empty_bindings_pass_everything_at_once() -> None:
    scanner = Scanner(Bindings())

    assert scanner.feed(b"<p class='x' 085 019") == [b"<p class='x' 085 019"]
    assert scanner.feed(b"") == []
    assert scanner.close() == []
    assert scanner.gave_up is None


def big_page() -> bytes:
    """Make a page of some 90 KB with numbers of all kinds in it."""
    parts = [
        b"<div class='row'><p>Bel ons op <b>085</b>&nbsp;0199 999 of kom langs. In 2024 ",
        b"waren er 12 vestigingen.</p><a href='tel:+31850199999' title='Bel 085-0199999'>",
        b"+31 (0)85 019 99 99</a><script>var t = '0850199999';</script><!-- 085 0199999 -->",
        b"<i class=qooqie-number-placeholder>010 7654321</i><svg><title>085 0199999</title>",
        b"</svg><ul data-calltrack=off><li>0850199999<li>0850199999</ul></div>\n",
    ]
    return b"".join(parts) * 200


def _around(html: bytes, slots: list[Slot]) -> Iterator[int]:
    for slot in slots[:: len(slots) // 24]:
        yield from range(slot.offset - 4, slot.offset + len(slot.raw) + 4)


def test_a_big_page_cut_in_and_around_its_numbers() -> None:
    html = big_page()
    whole = joined(scan(html, BINDINGS))
    slots = [piece for piece in whole if isinstance(piece, Slot)]

    cuts = sorted(set(_around(html, slots)))
    bounds = list(zip([0, *cuts], [*cuts, len(html)], strict=True))

    assert len(slots) == 6 * 200
    assert in_chunks(html[a:b] for a, b in bounds) == whole
    for first in range(0, len(cuts), 25):
        some = [0, *cuts[first::60], len(html)]
        assert in_chunks(html[a:b] for a, b in pairwise(some)) == whole


@pytest.mark.parametrize("size", [1000, 4096, 16384])
def test_a_big_page_in_even_chunks(size: int) -> None:
    html = big_page()

    pieces = in_chunks(html[at : at + size] for at in range(0, len(html), size))

    assert pieces == joined(scan(html, BINDINGS))


def test_numbers_and_classes_of_one_site_are_not_those_of_another() -> None:
    html = b"<p class=a>085 0199999</p><p class=b>020 1234567</p>"

    first = scan(html, Bindings(frozenset({OURS}), classes={"a": "one"}))
    second = scan(html, Bindings(frozenset({SHOWN}), classes={"b": "two"}))
    renamed = scan(html, Bindings(frozenset({OURS}), classes={"a": "three"}))

    def found(pieces: list[Piece]) -> list[tuple[PhoneNumber | None, str | None]]:
        return [(piece.number, piece.placeholder) for piece in pieces if isinstance(piece, Slot)]

    assert found(first) == [(OURS, "one")]
    assert found(second) == [(SHOWN, "two")]
    assert found(renamed) == [(OURS, "three")]


@pytest.mark.parametrize(
    "html",
    [
        pytest.param(b"0199999&nbsp\n+085 0199999<", id="digits, a plus, digits"),
        pytest.param(b"<svg>085 0199999/<b>085</svg>", id="svg broken out of in a number"),
        pytest.param(b"2024-085 0199999 <svg></svg>-1", id="a drawing behind a number"),
    ],
)
def test_cuts_that_once_mattered(html: bytes) -> None:
    assert_cuts_do_not_matter(html)


FRAGMENTS = (
    b"085 0199999|085|0199999|+|-| |\n|;|/|0|<|>|</|=|\"|'|&#|&#48;|&nbsp|\0|\xa0|\xef\xbc\x90|"
    b"\xe2\x80\x91|\x81\x30|\x1b$B|\x1b(B|\xd8\x00|<p|</p>|<b>|</b>|<svg>|</svg>|<!--|-->|<script>|"
    b"</script>|<title>|</title>|<![CDATA[|]]>| href=tel:| title=| data-calltrack=off|"
    b" class=qooqie-number-placeholder"
).split(b"|")
CHARSETS = (
    "utf-8 windows-1252 koi8-r shift_jis gb18030 big5 euc-kr euc-jp iso-2022-jp utf-16le utf-16be"
)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.binary(max_size=2)), max_size=25),
    st.sampled_from([None, *CHARSETS.split()]),
    st.lists(st.integers(0, 200), max_size=5),
)
def test_junk_in_any_charset_is_kept_however_it_is_cut(
    fragments: list[bytes], charset: str | None, cuts: list[int]
) -> None:
    page = b"".join(fragments)
    if charset is not None and charset.startswith("utf-16"):
        page = page.decode("latin-1").encode(charset)

    whole = joined(scan(page, BINDINGS, charset=charset))

    assert raw(whole) == page
    bounds = [0, *sorted(min(cut, len(page)) for cut in cuts), len(page)]
    assert in_chunks((page[a:b] for a, b in pairwise(bounds)), charset=charset) == whole
    explain(page, BINDINGS, charset=charset)


def test_a_drawing_waits_for_its_end_not_for_long() -> None:
    begun = b"<p>x</p><svg viewBox='0 0 9 9'>" + b"<path d='M0 1'/>" * 100
    scanner = Scanner(BINDINGS)

    given = raw(scanner.feed(begun[:200]) + scanner.feed(begun[200:]))

    assert begun.startswith(given)
    assert len(begun) - len(given) < 1024
