"""Encodings: what a charset's bytes mean, and who says which charset it is.

In a page {} is our number where another one is to be shown, and [] is our number where it is to
stay; both as ASCII.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calltrack.numbers import PhoneNumber
from proxy.rewrite import Bindings, scan
from tests.proxy.rewrite.oracle import (
    assert_cuts_do_not_matter,
    rewritten_bytes,
)

FAMILIES = [
    # label, Python's name, a text in it
    ("utf-8", "utf-8", "téléphone 電話 📞"),
    ("utf-16le", "utf-16-le", "téléphone 電話 📞"),
    ("utf-16be", "utf-16-be", "téléphone 電話 📞"),
    ("windows-1250", "cp1250", "číslo žádá"),
    ("windows-1251", "cp1251", "телефон"),
    ("windows-1252", "cp1252", "téléphone …"),
    ("windows-1253", "cp1253", "τηλέφωνο"),
    ("windows-1254", "cp1254", "müşterı"),
    ("windows-1255", "cp1255", "טלפון"),
    ("windows-1256", "cp1256", "هاتف"),
    ("windows-1257", "cp1257", "tālrunī"),
    ("windows-1258", "cp1258", "đêmđ"),
    ("windows-874", "cp874", "โทร"),
    ("iso-8859-1", "latin-1", "téléphoné"),
    ("iso-8859-2", "iso8859-2", "číslo žádá"),
    ("iso-8859-5", "iso8859-5", "телефон"),
    ("iso-8859-6", "iso8859-6", "هاتف"),
    ("iso-8859-7", "iso8859-7", "τηλ"),
    ("iso-8859-8", "iso8859-8", "טלפון"),
    ("iso-8859-15", "iso8859-15", "téléphone €"),
    ("koi8-r", "koi8-r", "телефон"),
    ("koi8-u", "koi8-u", "їжак"),
    ("ibm866", "cp866", "телефон"),
    ("macintosh", "mac-roman", "téléphoné"),
    ("x-mac-cyrillic", "mac-cyrillic", "телефон"),
    ("shift_jis", "cp932", "電話ソ表ｱ"),
    ("euc-jp", "euc_jp", "電話ｱ表"),
    ("iso-2022-jp", "iso2022_jp", "電話へ"),
    ("gb18030", "gb18030", "电话㐀📞"),
    ("gbk", "gbk", "电话亊"),
    ("big5", "big5", "電話功"),
    ("euc-kr", "cp949", "전화뷁"),
]
_PAGE = "<title>[]</title><p title='~{}'>~ {} ~<b>{}</b>~<a href=tel:{} class='~'>{}</a><!--~[]-->~"

SEPARATORS = [
    # label, the bytes it has for separators
    ("windows-1250", [b"\xa0", b"\xad", b"\x96", b"\x97"]),
    ("windows-1251", [b"\xa0", b"\xad", b"\x96", b"\x97"]),
    ("windows-1252", [b"\xa0", b"\xad", b"\x96", b"\x97", b"\xb7"]),
    ("windows-1253", [b"\xa0", b"\xad", b"\x96", b"\xaf"]),
    ("windows-1254", [b"\xa0", b"\xad", b"\x96", b"\x97"]),
    ("windows-1255", [b"\xa0", b"\xad", b"\x96", b"\x97", b"\xfd", b"\xfe"]),
    ("windows-1256", [b"\xa0", b"\xad", b"\x96", b"\x97", b"\x9d", b"\x9e", b"\xfd", b"\xfe"]),
    ("windows-1257", [b"\xa0", b"\xad", b"\x96", b"\x97"]),
    ("windows-1258", [b"\xa0", b"\xad", b"\x96", b"\x97"]),
    ("windows-874", [b"\xa0", b"\x96", b"\x97"]),
    ("iso-8859-1", [b"\xa0", b"\xad", b"\x96"]),  # which is windows-1252
    ("iso-8859-2", [b"\xa0", b"\xad"]),
    ("iso-8859-7", [b"\xa0", b"\xad", b"\xaf"]),
    ("iso-8859-8", [b"\xa0", b"\xad", b"\xfd", b"\xfe"]),
    ("iso-8859-15", [b"\xa0", b"\xad"]),
    ("koi8-r", [b"\x9a", b"\x9e"]),
    ("koi8-u", [b"\x9a"]),
    ("ibm866", [b"\xff", b"\xfa"]),
    ("macintosh", [b"\xca", b"\xd0", b"\xd1"]),
    ("x-mac-cyrillic", [b"\xca", b"\xd0", b"\xd1"]),
    ("utf-8", [c.encode() for c in "\u00a0\u00ad\u2009\u2011\u2013\u2212\u200b\u2060\u3000\ufeff"]),
    ("shift_jis", [b"\x81\x40", b"\x81\x5d", b"\x81\x7c", b"\x81\x5e"]),
    ("euc-jp", [b"\xa1\xa1", b"\xa1\xbe", b"\xa1\xdd"]),
    ("iso-2022-jp", [b"\x1b$B!!\x1b(B", b"\x1b$B!>\x1b(B", b"\x1b$@!!\x1b(J"]),
    ("gb18030", [b"\xa1\xa1", b"\xa1\xaa", b"\x81\x30\x84\x32", "\u2011".encode("gb18030")]),
    ("big5", [b"\xa1\x40", b"\xa1\x56"]),
    ("euc-kr", [b"\xa1\xa1", b"\xa1\xaa"]),
]
NO_SEPARATORS = [
    # the bytes of one charset are no separators of another
    ("utf-8", [b"\xa0", b"\xad", b"\x96", b"\xc2", b"\xe2\x80", b"\xc0\xa0", b"\xe0\x82\xa0"]),
    ("windows-1252", [b"\xc2\xa0", b"\xe2\x80\x91", b"\x81\x40", b"\xca"]),
    ("windows-1251", [b"\xc2\xa0", b"\x9a", b"\xfd"]),
    ("iso-8859-15", [b"\x96", b"\x97"]),
    ("iso-8859-5", [b"\x96", b"\xf0"]),
    ("koi8-r", [b"\xa0", b"\xad", b"\x96"]),
    ("ibm866", [b"\xa0", b"\xad"]),
    ("macintosh", [b"\xa0", b"\xad"]),
    ("shift_jis", [b"\xa0", b"\xad", b"\xc2\xa0", b"\x81", b"\x83\x5c", b"\xa1\xa1"]),
    ("euc-jp", [b"\xa0", b"\x81\x40", b"\x8e\xa1", b"\x8f\xa1\xa1"]),
    ("gb18030", [b"\xa0", b"\x81\x40", b"\x81\x30\x81\x30"]),
    ("iso-2022-jp", [b"\x1b$B!A\x1b(B", b"\x1b(I!\x1b(B", b"\xa0"]),
]

SAID: dict[str, list[tuple[str | None, bytes]]] = {
    # header, page
    "the byte order mark counts before the header": [
        ("windows-1252", b"\xef\xbb\xbf085\xa00199999"),
        ("koi8-r", b"\xef\xbb\xbf085\xc2\xa0{}"),
        ("shift_jis", b"\xef\xbb\xbf{}"),
        ("iso-2022-kr", b"\xef\xbb\xbf{}"),
        ("utf-8", b"\xef\xbb\xbf{}"),
        (None, b"\xef\xbb\xbf<meta charset=koi8-r>085\x9a0199999"),
        ("utf-8", b" \xef\xbb\xbf{}"),
        ("windows-1252", b"\xef\xbb{}"),
    ],
    "the header counts before meta": [
        ("utf-8", b"<meta charset=windows-1252>085\xa00199999"),
        ("koi8-r", b"<meta charset=utf-8>085\xa00199999"),
        (" 'UTF-8'\t", b"<meta charset=windows-1252>085\xa00199999"),
        ("iso-2022-kr", b"<meta charset=utf-8>[]"),
        ("nothing", b"<meta charset=utf-8>085\xa00199999"),
        ("utf_8", b"<meta charset=koi8-r>085\xa00199999"),
        ("", b"<meta charset=koi8-r>085\xa00199999"),
    ],
    "meta": [
        (None, b"<meta charset=utf-8>085\xa00199999"),
        (None, b"<META CHARSET = 'UTF-8' >085\xa00199999"),
        (None, b"<meta/charset=utf-8>085\xa00199999"),
        (None, b"<meta charset=koi8-r>085\xa00199999"),
        (None, b"<meta charset=utf-16>085\xa00199999"),
        (None, b"<meta charset=utf-16le>085\xa00199999 {}"),  # read as UTF-8
        (None, b"<meta charset=iso-2022-kr>[]"),
        (None, b"<meta charset=nothing><meta charset=utf-8>085\xa00199999"),
        (None, b"<meta charset=koi8-r charset=windows-1252>085\xa00199999"),
        (None, b"<meta http-equiv=Content-Type content='text/html; charset=utf-8'>085\xa00199999"),
        (None, b"<meta content='a;charset=\"utf-8\"' http-equiv=content-type>085\xa00199999"),
        (None, b"<!-- > --><p title='>'><meta charset=utf-8>085\xa00199999"),
        (None, b" " * 1000 + b"<meta charset=utf-8>085\xa00199999"),
    ],
}

UNDECLARED = [
    # header, the page before the number
    (None, b""),
    ("no-such-charset", b""),
    ("utf-7", b""),
    ("cp037", b""),
    (None, b"<meta content='text/html; charset=utf-8'>"),
    (None, b"<!-- <meta charset=utf-8> -->"),
    (None, b"<p title='<meta charset=utf-8>'>"),
    (None, b"<metal charset=utf-8>"),
    (None, b"<meta charset=utf-9>"),
    (None, b" " * 1010 + b"<meta charset=utf-8>"),
    (None, b" " * 1030),
]

ODD = [
    # charset, page
    ("utf-8", b"\xff\xfd{}\xc0\x80{}\xf8\x88"),
    ("utf-8", b"\xed\xa0\x80{}\xed\xb0\x80"),
    ("utf-8", b"\xed\xa0\xbd\xed\xb3\x9e{}"),
    ("utf-8", b"\xc2{}\xe2\x80"),
    ("utf-8", b"<p title='\xff{}\xff' \xff=\xfe>{}</p\xff>"),
    ("utf-8", b"085\xff0199999 085\xed\xa0\x800199999 {}"),
    ("utf-8", b"\0{}\0<\0b>{}\0"),
    ("utf-8", b"<b\0 title={}>{}</b\0><p\0data-calltrack=off>{}"),
    ("utf-8", b"085\x000199999 085\x1f0199999 {}"),
    (None, b"\xff\xc3{}\xc3\0"),
    ("windows-1252", b"\x81\x8d{}\x9d"),
    ("shift_jis", b"\x81{}\x85 {}\xff{}\xa0"),
    ("shift_jis", b"<p title='\x83\\'>{}</p><p title=\x83'{}>"),
    ("shift_jis", b"\xfc\xfd{}\x80"),
    ("euc-jp", b"\x8f\xa1 {}\x8e{}\xa1"),
    ("big5", b"\x81{}\xa1<b>{}\xff"),
    ("euc-kr", b"\xff{}\x80 {}\xa1"),
    ("gb18030", b"\xff{}\x80 {}\x81\x30\xff {}\x81\x30"),
    ("gb18030", b"\x81\x30\x81 {}\x81\x30\x81\x30{}\x81"),
    ("iso-2022-jp", b"\x1b$B0850199999\x1b(B{}"),
    ("iso-2022-jp", b"\x1b$B<b>&#x30;\x1b(B{}"),
    ("iso-2022-jp", b"\x1b$@</title>\x1b(B{}\x1b$B"),
    ("iso-2022-jp", b"\x1b(I0850199999\x1b(B{}"),
    ("iso-2022-jp", b"\x1b(J{}\x1b(B {}"),
    ("iso-2022-jp", b"<p title='\x1b$B'>\x1b(B{}'>{}"),
    ("iso-2022-jp", b"<!--\x1b$B-->\x1b(B[]-->{}"),
    ("iso-2022-jp", b"\x1b(A {}\x1b{}\x1b$A {}"),
    ("iso-2022-jp", b"{}\x1b$B[]"),
    ("iso-2022-jp", b"{}\x1b"),
    ("iso-2022-jp", b"{}\x1b$"),
    ("iso-2022-jp", b"\x1b$B0\x1b(B{}"),
    ("iso-2022-jp", b"\x1b(B{}\x1b(B \x1b(J{}"),
    ("iso-2022-jp", b"\xd0850199999 085\xa00199999 085\xad0199999 \xff{}\x80"),
    ("iso-2022-jp", b"\x1b$B#0#8#5\x1b(B 0199999 {}"),  # digits of another state
]


def _decided(html: bytes, charset: str | None, codec: str = "ascii") -> tuple[bytes, bytes]:
    """Give what becomes of a page, however it is cut, and what is to become of it."""
    ours, other = "085-0199999".encode(codec), "020-1234567".encode(codec)
    found, stays = "{}".encode(codec), "[]".encode(codec)
    before = html.replace(found, ours).replace(stays, ours)

    assert_cuts_do_not_matter(before, charset=charset)
    after = rewritten_bytes(before, charset=charset)
    return after, html.replace(found, other).replace(stays, ours)


@pytest.mark.parametrize(
    ("label", "codec", "text"), [pytest.param(*row, id=f"family | {row[0]}") for row in FAMILIES]
)
def test_a_number_is_exchanged_in_any_charset(label: str, codec: str, text: str) -> None:
    page = _PAGE.replace("~", text).encode(codec)

    after, expected = _decided(page, label, codec)

    assert after == expected


@pytest.mark.parametrize(
    ("label", "codec", "text"), [pytest.param(*row, id=f"family | {row[0]}") for row in FAMILIES]
)
def test_a_page_in_any_charset_stays_when_nothing_of_it_is_ours(
    label: str, codec: str, text: str
) -> None:
    page = _PAGE.replace("~", text).replace("{}", "085-0199999").encode(codec)

    for bindings in (
        Bindings(),
        Bindings(frozenset({PhoneNumber("+31107654321")})),
        Bindings(classes={"x": "y"}, keys=frozenset({"z"})),
    ):
        assert (
            b"".join(p for p in scan(page, bindings, charset=label) if isinstance(p, bytes)) == page
        )
        assert_cuts_do_not_matter(page, bindings, charset=label)


@pytest.mark.parametrize(
    ("label", "separator"),
    [
        pytest.param(label, separator, id=f"separator | {label} {separator!r}")
        for label, separators in SEPARATORS
        for separator in separators
    ],
)
def test_a_charset_s_own_separators_are_kept(label: str, separator: bytes) -> None:
    page = b"<p>085" + separator + b"0199" + separator + b"999 "

    after = rewritten_bytes(page, charset=label)

    assert after == page.replace(b"085", b"020").replace(b"0199", b"1234").replace(b"999", b"567")
    assert_cuts_do_not_matter(page, charset=label)


@pytest.mark.parametrize(
    ("label", "separator"),
    [
        pytest.param(label, separator, id=f"no separator | {label} {separator!r}")
        for label, separators in NO_SEPARATORS
        for separator in separators
    ],
)
def test_another_charset_s_separators_are_not(label: str, separator: bytes) -> None:
    after, expected = _decided(b"<p>085" + separator + b"0199999 {}", label)

    assert after == expected


@pytest.mark.parametrize(
    ("header", "html"),
    [
        pytest.param(header, html, id=f"{row} | {header} {html.strip()[:50]!r}")
        for row, pages in SAID.items()
        for header, html in pages
    ],
)
def test_who_says_which_charset_it_is(header: str | None, html: bytes) -> None:
    after, expected = _decided(html, header)

    assert after == expected


@pytest.mark.parametrize(
    ("header", "before"),
    [
        pytest.param(header, html, id=f"nothing is declared | {header} {html.strip()!r}")
        for header, html in UNDECLARED
    ],
)
def test_where_nothing_is_declared_utf_8_and_lone_bytes_count(
    header: str | None, before: bytes
) -> None:
    for separator in (b"\xa0", b"\xad", b"\xc2\xa0", b"\xe2\x80\x91"):
        page = before + b"085" + separator + b"0199999"

        after = rewritten_bytes(page, charset=header)

        assert after == page.replace(b"085", b"020").replace(b"0199999", b"1234567")
    assert_cuts_do_not_matter(page, charset=header)


@pytest.mark.parametrize(
    ("charset", "html"),
    [
        pytest.param(charset, html, id=f"invalid bytes, NUL, escapes | {charset} {html!r}")
        for charset, html in ODD
    ],
)
def test_odd_bytes_pass_unchanged(charset: str | None, html: bytes) -> None:
    after, expected = _decided(html, charset)

    assert after == expected


PARTS = [
    *(
        "085 0199999",
        "0850199999",
        "085",
        "0199999",
        "+31",
        "(0)85",
        "０８５",
        "＋",
        "&#",
        "&nbsp;",
    ),
    *("<b>", "</b>", "<p title='", "'>"),
    *"1-< @a\u00a0\u2011\u2013\u3000\u2212\u200b\u00ad－（．／·電ソ表éяア📞功㐀",
]


def _fits(text: str, label: str, codec: str) -> bool:
    if label == "iso-2022-jp" and text in {"０８５", "＋"}:
        return False  # there they are left alone
    try:
        return text.encode(codec).decode(codec) == text
    except UnicodeError:
        return False


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(PARTS), max_size=12), st.sampled_from(FAMILIES))
def test_a_page_in_any_charset_is_read_as_the_same_page_in_utf_8(
    parts: list[str], family: tuple[str, str, str]
) -> None:
    label, codec, _ = family
    text = "".join(part for part in parts if _fits(part, label, codec))

    after = rewritten_bytes(text.encode(codec), charset=label)

    assert after == rewritten_bytes(text.encode(), charset="utf-8").decode().encode(codec)
