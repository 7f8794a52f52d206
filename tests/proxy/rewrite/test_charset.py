"""In any charset the same numbers are found, and no half of a character is taken for one."""

import pytest

from proxy.rewrite import Bindings, Scanner, fill, scan
from tests.proxy.rewrite.oracle import (
    BINDINGS,
    OURS,
    SHOWN,
    assert_cuts_do_not_matter,
    rewritten_bytes,
)

ONE = b"085\xa00199999"

SEPARATED = [
    # charset of the header, a number as it stands there; is it found?
    ("utf-8", b"085\xc2\xa00199999", True),
    ("utf-8", b"085\xe2\x80\x910199999", True),
    ("utf-8", ONE, False),
    ("UTF8", ONE, False),
    (" 'utf-8' ", ONE, False),
    ("windows-1252", ONE, True),
    ("windows-1252", b"085\x960199999", True),
    ("windows-1252", b"085\xad0199999", True),
    ("windows-1252", b"085\xc2\xa00199999", False),
    ("iso-8859-1", b"085\x960199999", True),
    ("latin1", b"085\x960199999", True),
    ("us-ascii", b"085\x960199999", True),
    ("iso-8859-15", ONE, True),
    ("iso-8859-15", b"085\x960199999", False),
    ("iso-8859-9", b"085\x960199999", True),
    ("windows-1251", ONE, True),
    ("koi8-r", b"085\x9a0199999", True),
    ("koi8-r", ONE, False),
    ("macintosh", b"085\xca0199999", True),
    ("ibm866", b"085\xff0199999", True),
    # charsets with several bytes for a character
    ("shift_jis", "０８５−０１９９９９９".encode("cp932"), True),
    ("shift_jis", "085　0199999".encode("cp932"), True),
    ("shift_jis", "＋31 85　0199999".encode("cp932"), True),
    ("euc-jp", "085　0199999".encode("euc_jp"), True),
    ("gb2312", "0８5　0199999".encode("gbk"), True),
    ("big5", "085　0199999".encode("big5"), True),
    ("euc-kr", "085　0199999".encode("euc_kr"), True),
    ("iso-2022-jp", "085　0199999".encode("iso2022_jp"), True),
    ("iso-2022-jp", "０８５ 0199999".encode("iso2022_jp"), False),  # written in another state
    ("iso-2022-jp", b"\x1b$B0850199999\x1b(B", False),
    ("iso-2022-jp", b"\x1b(I0850199999\x1b(B", False),
]

BESIDE = [
    # {} is a number that is found, [] one that is not
    ("shift_jis", "電話{}へ".encode("cp932")),
    ("shift_jis", "ソ{}ソ".encode("cp932")),  # its second byte is a backslash
    ("shift_jis", b"\x83a{}"),  # a character whose second byte is an a
    ("shift_jis", b"a[]"),
    ("shift_jis", b"\x83\x83a[]"),  # a character, then an a
    ("shift_jis", b"<p title='\x83\\'>{}</p>"),
    ("shift_jis", b"\xb1{}\xb1"),  # half-width, one byte each
    ("euc-jp", "電話{}へ".encode("euc_jp")),
    ("gb18030", "电话{}".encode("gb18030")),
    ("gb18030", b"\x81\x300[]"),  # the first byte needs the digit behind it
    ("gb18030", b"\x81\x30\x81\x30{}"),  # a character of four bytes, two of them digits
    ("gb18030", b"\x81\x30\x81\x35 {}"),
    ("gbk", b"\x81@{}"),  # its second byte is an at sign
    ("gbk", b"@[]"),
    ("big5", "電話{}功".encode("big5")),
    ("euc-kr", "전화{}".encode("euc_kr")),
    ("euc-kr", b"\x8ca{}"),
]


@pytest.mark.parametrize(
    ("charset", "html", "found"), [pytest.param(*r, id=f"{r[0]} {r[1][-40:]!r}") for r in SEPARATED]
)
def test_which_bytes_separate_depends_on_the_charset(
    charset: str | None, html: bytes, found: bool
) -> None:
    assert (rewritten_bytes(html, charset=charset) != html) is found
    assert_cuts_do_not_matter(html, charset=charset)


@pytest.mark.parametrize(
    ("charset", "pattern"), [pytest.param(*r, id=f"{r[0]} {r[1]!r}") for r in BESIDE]
)
def test_half_of_a_character_is_neither_digit_nor_letter(
    charset: str | None, pattern: bytes
) -> None:
    html = pattern.replace(b"{}", b"0850199999").replace(b"[]", b"0850199999")
    expected = pattern.replace(b"{}", b"0201234567").replace(b"[]", b"0850199999")

    assert rewritten_bytes(html, charset=charset) == expected
    assert_cuts_do_not_matter(html, charset=charset)


UTF_16 = (
    "<!doctype html><p title='085 0199999'>Bel 085\u00a00199 <b>999</b>, ０８５ 0199999 \U0001f4de"
    "<i class=qooqie-number-placeholder>Bel</i><a href='tel:+31850199999'>x0850199999</a>\ud83d"
)


@pytest.mark.parametrize(
    ("charset", "encoding", "mark"),
    [
        pytest.param(None, "utf-16-le", b"\xff\xfe", id="little, by its mark"),
        pytest.param(None, "utf-16-be", b"\xfe\xff", id="big, by its mark"),
        pytest.param("utf-8", "utf-16-be", b"\xfe\xff", id="the mark counts before the header"),
        pytest.param("utf-16", "utf-16-le", b"", id="by the header"),
        pytest.param("utf-16le", "utf-16-le", b"", id="little, by the header"),
        pytest.param("UTF-16BE", "utf-16-be", b"", id="big, by the header"),
    ],
)
@pytest.mark.parametrize("tail", [b"", b"x"])
def test_utf_16_is_followed(charset: str | None, encoding: str, mark: bytes, tail: bytes) -> None:
    html = mark + UTF_16.encode(encoding, "surrogatepass") + tail

    after = rewritten_bytes(html, charset=charset)

    text = after[len(mark) : len(after) - len(tail)].decode(encoding, "surrogatepass")
    assert text.startswith("<!doctype html><p title='020 1234567'>")
    assert "Bel 020\u00a01234 <b>567</b>, 020 1234567 \U0001f4de" in text
    assert "placeholder>020 123 4567</i><a href='tel:+31201234567'>x0850199999</a>" in text
    assert after.endswith(tail)
    assert_cuts_do_not_matter(html, charset=charset)


@pytest.mark.parametrize("charset", ["iso-2022-kr", "hz-gb-2312", "iso-2022-cn"])
def test_charsets_that_browsers_refuse_are_passed_over(charset: str) -> None:
    scanner = Scanner(BINDINGS, charset=charset)

    assert scanner.feed(b"0850199999") == [b"0850199999"]
    assert scanner.gave_up == f"the charset {charset} is not followed"
    assert scanner.feed(b"0850199999") == [b"0850199999"]
    assert scanner.close() == []


def test_a_page_waits_for_its_charset_only_where_nothing_tells_it() -> None:
    known = Scanner(BINDINGS, charset="utf-8")
    unknown = Scanner(BINDINGS)
    told = Scanner(BINDINGS)

    assert known.feed(b"<p>a") == [b"<p>a"]
    assert unknown.feed(b"<p>a") == []
    assert unknown.feed(b" " * 1024) == [b"<p>a" + b" " * 1024]
    assert told.feed(b"<meta charset=utf-8>a") == [b"<meta charset=utf-8>a"]


def test_what_is_written_into_a_page_is_in_its_charset() -> None:
    html = "<p>085 0199999".encode("utf-16-be")

    after = fill(scan(html, Bindings(frozenset({OURS})), charset="utf-16be"), lambda _: SHOWN)

    assert after.decode("utf-16-be") == "<p>020 1234567"
