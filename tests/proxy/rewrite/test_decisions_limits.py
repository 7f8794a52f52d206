"""Limits: a page over them passes untouched from there on, however it comes, and says why."""

from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calltrack.numbers import PhoneNumber
from proxy.rewrite import Bindings, Piece, Scanner, fill, scan
from tests.proxy.rewrite.oracle import BINDINGS, OURS, SHOWN, joined

LIMIT = 64 * 1024
DEEP = 512
NUMBER, OTHER = b"<p>085 0199999</p>", b"<p>020 1234567</p>"
TAG, NESTED = "a tag of over 64 KB", "elements nested over 512 deep"


def _tag(size: int, name: bytes = b"b") -> bytes:
    return b"<" + name + b" x='" + b"y" * (size - len(name) - 7) + b"'>"


OVER = {
    # what is over a limit, where in it that shows, and the reason
    "a tag over 64 KB": [
        (_tag(LIMIT + 1), TAG),
        (_tag(2 * LIMIT), TAG),
        (_tag(LIMIT + 1, b"/b"), TAG),
        (_tag(LIMIT + 1, b"script"), TAG),
        (b"<b " + b"x " * (LIMIT // 2) + b">", TAG),
        (b"<b title=" + b"0850199999/" * 6000 + b">", TAG),
        (b"<" + b"b" * LIMIT + b">", TAG),
        (b"<b x='" + b"y" * (LIMIT + 16 * 1024), TAG),
    ],
    "a carry over 64 KB": [
        (b"085 " + _tag(60_000) + _tag(60_000) + b"0199999", TAG),
        (b"085" + _tag(30_000) * 4, TAG),
        (b"+31" + b"<b " + b"\n" * 2 * LIMIT + b">", TAG),
    ],
    "nesting over 512": [
        (b"<div data-calltrack=off>" + b"<div>" * DEEP, NESTED),
        (b"<div class=qooqie-number-placeholder>" + b"<div>" * DEEP, NESTED),
        (b"<svg>" + b"<g>" * DEEP + b"</g>" * DEEP + b"</svg>", NESTED),
        (b"<math>" + b"<mrow>" * DEEP, NESTED),
        (b"<i data-calltrack=off>" + b"<b><i>" * (DEEP // 2) + b"</i></b>", NESTED),
    ],
}
WITHIN = [
    _tag(LIMIT),
    _tag(LIMIT - 1),
    _tag(LIMIT, b"script") + b"</script>",
    b"<" + b"b" * (LIMIT - 2) + b">",
    b"1 " + _tag(40_000) + b"<br>" + _tag(40_000),
    b"085 " + _tag(30_000) + _tag(30_000) + b"<p>",
    b"<div data-calltrack=off>" + b"<div>" * (DEEP - 1) + b"</div>" * DEEP,
    b"<svg>" + b"<g>" * (DEEP - 1) + b"</g>" * (DEEP - 1) + b"</svg>",
    b"<i class=qooqie-number-placeholder>" + b"<b>" * (DEEP - 1) + b"</b>" * (DEEP - 1) + b"</i>",
    b"<div>" * 5000,
]


def _chunked(page: bytes, *, begin: int, end: int) -> Iterator[list[bytes]]:
    """Cut a page whole, evenly, into single bytes, and right where a limit is hit."""
    yield [page]
    for size in (1, 4096, 16 * 1024, LIMIT + 1):
        yield [page[at : at + size] for at in range(0, len(page), size)]
    for cut in (
        begin,
        begin + 1,
        begin + LIMIT - 1,
        begin + LIMIT,
        begin + LIMIT + 1,
        end - 1,
        end,
    ):
        yield [page[:cut], page[cut:]]
        yield [page[:cut], page[cut : cut + 1], page[cut + 1 :]]


def _scanned(chunks: list[bytes], charset: str | None = "utf-8") -> tuple[list[Piece], str | None]:
    scanner = Scanner(BINDINGS, charset=charset)
    pieces = [piece for chunk in chunks for piece in scanner.feed(chunk)]
    return joined([*pieces, *scanner.close()]), scanner.gave_up


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        pytest.param(html, reason, id=f"{row} | {html[:24]!r} {len(html)}")
        for row, htmls in OVER.items()
        for html, reason in htmls
    ],
)
def test_over_a_limit_the_rest_of_a_page_is_untouched(html: bytes, reason: str) -> None:
    start = NUMBER.ljust(16 * 1024 - 1, b"x")  # its first byte is the last of a stride
    page = start + html + NUMBER * 3

    for chunks in _chunked(page, begin=len(start), end=len(start + html)):
        pieces, gave_up = _scanned(chunks)

        assert gave_up == reason
        assert fill(pieces, lambda _: SHOWN) == OTHER + page[len(NUMBER) :]


@pytest.mark.parametrize("html", [pytest.param(p, id=f"{p[:24]!r} {len(p)}") for p in WITHIN])
def test_at_a_limit_nothing_is_given_up(html: bytes) -> None:
    page = NUMBER + html + NUMBER

    for chunks in _chunked(page, begin=len(NUMBER), end=len(NUMBER + html)):
        pieces, gave_up = _scanned(chunks)

        assert gave_up is None
        assert fill(pieces, lambda _: SHOWN) == OTHER + html + OTHER


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_limits_hold_in_utf_16(encoding: str) -> None:
    page = (NUMBER + _tag(LIMIT + 1) + NUMBER).decode().encode(encoding)
    label = encoding.replace("16-", "16")

    for chunks in _chunked(page, begin=2 * len(NUMBER), end=len(page)):
        pieces, gave_up = _scanned(chunks, label)

        assert gave_up == TAG
        shown = (OTHER + _tag(LIMIT + 1) + NUMBER).decode().encode(encoding)
        assert fill(pieces, lambda _: SHOWN) == shown


def test_having_given_up_a_scanner_passes_everything_as_it_comes() -> None:
    scanner = Scanner(BINDINGS, charset="utf-8")
    scanner.feed(_tag(LIMIT + 1))

    for chunk in (b"<p title='", NUMBER, b"\x00\xff", b"<b x='" + b"y" * 3 * LIMIT, b""):
        assert scanner.feed(chunk) == ([chunk] if chunk else [])
    assert scanner.close() == []
    assert scanner.gave_up == TAG


FRAGMENTS = (
    b"085 0199999|0850199999|+31|(0)85|0199999|&#48;|&plus;|&nbsp;|\xa0|\xe2\x80\x91|<|>|</|/>|<b>"
    b"|</b>|<p|<a href=tel:| title='| class=|x|data-calltrack=off|data-calltrack='|'|\"|=|<!--|-->"
    b"|<script>|</script>|<svg>|<![CDATA[|]]>|<select>|\x1b$B|\x1b(B|\xff\xfe|\xef\xbb\xbf|\0|\r\n"
    b"|<meta charset=|utf-16|iso-2022-jp|gb18030|\x81|\x30|\xd8|\xdc"
).split(b"|")
PAGES = st.lists(st.sampled_from(FRAGMENTS) | st.binary(max_size=3), max_size=30).map(b"".join)
LABELS = (
    st.none()
    | st.text(max_size=12)
    | st.sampled_from(["utf-8", "utf-16", "UTF-16BE", "windows-1252", "windows-1255", "koi8-r"])
    | st.sampled_from(["shift_jis", "gb18030", "big5", "euc-kr", "euc-jp", "iso-2022-jp"])
    | st.sampled_from(["iso-2022-kr", "x-user-defined", "idna", "hex", "rot13", "cp037", "utf-7"])
    | st.sampled_from(["\ud800", "utf-8\0", "'utf-8", ";", ",", "charset=utf-8", " "])
)
NUMBERS = [
    OURS,
    SHOWN,
    *map(PhoneNumber, ("+4523456789", "+390612345678", "+3120123", "+14155552671")),
]
NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=6) | st.sampled_from(
    ["x", "off", "[&>p]:x", "a b", "x'", "телефон"]
)
BOUND = st.builds(
    Bindings,
    numbers=st.frozensets(st.sampled_from(NUMBERS), max_size=3),
    classes=st.dictionaries(NAMES, NAMES, max_size=3),
    keys=st.frozensets(NAMES, max_size=3),
    region=st.sampled_from(["NL", "US", "IT", "DK", "RU", "ZZ", ""]),
    attributes=st.frozensets(st.sampled_from(["title", "alt", "href", "class", "é", "", "x[y"])),
)


@settings(max_examples=150, deadline=None)
@given(PAGES, LABELS, BOUND, st.lists(st.integers(0, 150), max_size=6), st.sampled_from(NUMBERS))
def test_bad_input_never_raises_and_never_loses_a_byte(
    page: bytes, label: str | None, bindings: Bindings, cuts: list[int], shown: PhoneNumber
) -> None:
    bounds = [0, *sorted(min(cut, len(page)) for cut in cuts), len(page)]

    scanner = Scanner(bindings, charset=label)
    pieces = [p for a, b in pairwise(bounds) for p in scanner.feed(page[a:b])] + scanner.close()

    assert fill(pieces, lambda _: None) == page
    assert joined(pieces) == joined(scan(page, bindings, charset=label))
    assert fill(pieces, lambda _: shown) is not None
