"""Lines and columns are those of the page as an editor shows it, whatever its charset."""

import pytest

from calltrack.numbers import PhoneNumber
from proxy.rewrite import Bindings, Slot, explain, page_text, scan
from tests.proxy.rewrite.oracle import BINDINGS, OURS


@pytest.mark.parametrize(
    ("before", "line", "column"),
    [
        pytest.param("", 1, 1, id="the first character"),
        pytest.param("<p>\n", 2, 1, id="behind a line end"),
        pytest.param("<p>\r\n<p>", 2, 4, id="CR LF is one line end"),
        pytest.param("<p>\r<p>", 2, 4, id="CR alone is one, too"),
        pytest.param("\n\r\n\r\n<p>", 4, 4, id="empty lines"),
        pytest.param("<p>\t\t", 1, 6, id="a tab is one character"),
        pytest.param("<p>😀 ", 1, 6, id="so is an emoji"),
        pytest.param("<p>e\u0301 ", 1, 7, id="an accent that combines is one of its own"),
        pytest.param("<p>&nbsp;&#128512; ", 1, 20, id="entities count as they stand there"),
        pytest.param("<p>\x0b\x0c\u2028", 1, 7, id="no other character ends a line"),
    ],
)
@pytest.mark.parametrize("charset", ["utf-8", "utf-16le", "utf-16be", "gb18030"])
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["", "with a byte order mark"])
def test_a_place_is_told_as_an_editor_shows_it(
    before: str, line: int, column: int, charset: str, mark: str
) -> None:
    page = f"{mark}{before}085 0199999 \n".encode(charset)

    (finding,) = explain(page, BINDINGS, charset=charset)

    assert (finding.line, finding.column, finding.text) == (line, column, "085 0199999")
    assert finding.offset == len(f"{mark}{before}".encode(charset))


@pytest.mark.parametrize(
    ("text", "charset", "column", "found"),
    [
        pytest.param("電話：０８５-0199999", "shift_jis", 4, "０８５-0199999", id="shift-jis"),
        pytest.param("電話：085-0199999", "iso-2022-jp", 4, "085-0199999", id="iso-2022-jp"),
        pytest.param("電話：０８５-0199999", "euc-jp", 4, "０８５-0199999", id="euc-jp"),
        pytest.param("电话 085 0199999", "gb18030", 4, "085 0199999", id="gb18030"),
        pytest.param("звонок 085 0199999", "windows-1251", 8, "085 0199999", id="windows-1251"),
        pytest.param("é 085\u00a00199999", "latin-1", 3, "085\u00a00199999", id="latin-1"),
    ],
)
def test_characters_are_those_of_the_charset(
    text: str, charset: str, column: int, found: str
) -> None:
    page = text.encode(charset)

    (finding,) = explain(page, BINDINGS, charset=charset)

    assert (finding.line, finding.column, finding.text) == (1, column, found)


@pytest.mark.parametrize(
    ("page", "charset", "text"),
    [
        pytest.param(b"caf\xc3\xa9", None, "café", id="undeclared, and UTF-8 it can be"),
        pytest.param(b"caf\xe9 \xc3\xa9", None, "café Ã©", id="undeclared, and it cannot"),
        pytest.param(b"<meta charset=koi8-r>\xc1", None, "<meta charset=koi8-r>а", id="a meta"),
        pytest.param(b"\xef\xbb\xbf\xc3\xa9", "latin1", "é", id="a mark counts before a header"),
        pytest.param(b"\xe9", "iso-8859-1", "é", id="a header"),
        pytest.param(b"\xe9", "no-such-charset", "é", id="a header that nobody knows"),
        pytest.param(b"\xe9", "iso-2022-cn", "é", id="a charset that nobody reads"),
        pytest.param(b"a\xff\xc3", "utf-8", "a\ufffd\ufffd", id="bytes that are no characters"),
        pytest.param(b"a\0b\0c", "utf-16le", "ab\ufffd", id="half a character at the end"),
        pytest.param(b"", None, "", id="nothing"),
    ],
)
def test_a_page_is_read_in_the_charset_that_the_scanner_reads_it_in(
    page: bytes, charset: str | None, text: str
) -> None:
    assert page_text(page, charset) == text


def test_a_character_cut_off_before_a_number_is_one() -> None:
    page = b"<p>\xe2\x82 085 0199999\n\xe2\x82085 0199999"

    found = explain(page, BINDINGS, charset="utf-8")

    assert [(one.line, one.column, one.text) for one in found] == [
        (1, 6, "085 0199999"),
        (2, 2, "085 0199999"),
    ]


def test_many_numbers_on_one_long_line_are_counted_in_one_reading() -> None:
    other = PhoneNumber("+31201234567")
    bindings = Bindings(frozenset({OURS, other}))
    page = ("é 085 0199999 € 020 1234567 " * 2_000).encode()

    found = explain(page, bindings)

    slots = [piece for piece in scan(page, bindings) if isinstance(piece, Slot)]
    assert [one.offset for one in found] == [slot.offset for slot in slots]
    assert [one.column for one in found] == [
        28 * at + column for at in range(2_000) for column in (3, 17)
    ]
