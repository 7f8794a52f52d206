"""Which charset a page is in, and how its bytes are read.

The byte order mark counts before the Content-Type header, and the header before a <meta> in the
first 1,024 bytes. Labels mean what browsers take them for (`labels`).

==================  ================================================================================
family              how it is scanned
==================  ================================================================================
utf-8               as it is; separators are the UTF-8 sequences
single byte         as it is; separators by the charset's own table (A0, AD; windows-125x: 96, 97)
nothing declared    as it is; the UTF-8 sequences and the lone bytes A0 and AD both count
multibyte           a character's second byte may look like a letter, in GB18030 like a digit, in
                    ISO-2022-JP like anything: the scanner walks over a mask, the same in length
utf-16              a mask with one byte for two, and offsets are doubled
others              iso-2022-kr and the like, which browsers refuse too: the page passes untouched
==================  ================================================================================

In a mask ASCII stands for itself; D0 to D9 are full-width digits, AB their "+", A0 white space, AD
other separators, each with a tail of DF where the page has more bytes; FF is any other character.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from proxy.rewrite import syntax
from proxy.rewrite.alphabet import MASKED, SPACES, TIES, UNDECLARED, UTF8, Alphabet, single_byte
from proxy.rewrite.expressions import compiled
from proxy.rewrite.labels import NAMES, REFUSED
from proxy.rewrite.tags import attributes_of

PRESCAN_BYTES = 1024

_OTHER = 0xFF
_TAIL = 0xDF
_CODES = {
    **dict.fromkeys(map(ord, SPACES), 0xA0),
    **dict.fromkeys(map(ord, TIES), 0xAD),
    **{ord("０") + digit: 0xD0 + digit for digit in range(10)},
    ord("＋"): 0xAB,
}
_SPECIAL = re.compile("[" + re.escape("".join(map(chr, _CODES))) + "]")


@dataclass(frozen=True, slots=True)
class Charset:
    """One charset. `mask` gives a page's bytes as the scanner reads them, and how many it took."""

    name: str
    alphabet: Alphabet | None  # None: pages in it are not followed
    mask: Callable[[bytes, bool], tuple[bytes, int]] | None = None
    width: int = 1
    encoding: str = "ascii"  # of what is written into a page


def _masked(name: str, character: bytes) -> Charset:
    """Describe a multibyte charset by the regular expression of its longer characters."""
    several = compiled(rb"(?:" + character + rb")++|[\x80-\xFF]")
    one = compiled(character)

    def cover(m: re.Match[bytes]) -> bytes:
        if not _SPECIAL.search(m[0].decode(name, "replace")):
            return bytes([_OTHER]) * len(m[0])
        return one.sub(cover_one, m[0])

    def cover_one(m: re.Match[bytes]) -> bytes:
        text = m[0].decode(name, "replace")
        code = _CODES.get(ord(text)) if len(text) == 1 else None
        if code is None:
            return bytes([_OTHER]) * len(m[0])
        return bytes([code]) + bytes([_TAIL]) * (len(m[0]) - 1)

    def mask(data: bytes, last: bool) -> tuple[bytes, int]:
        end = len(data) if last else _whole(data, one)
        return several.sub(cover, data[:end]), end

    return Charset(name, MASKED, mask)


def _whole(data: bytes, character: re.Pattern[bytes]) -> int:
    """Give where a page's last character ends, of those that are there whole.

    A byte below 0x30 is always a character of its own, so reading can begin behind one.
    """
    at = len(data)
    while at and data[at - 1] >= 0x30:
        at -= 1
    while at < len(data):
        m = character.match(data, at)
        if m is None and data[at] >= 0x80 and len(data) - at < 4:
            return at
        at = m.end() if m else at + 1
    return at


class _Escaped:
    """ISO-2022-JP: escape sequences switch between ASCII and others."""

    def __init__(self) -> None:
        self._state = b"(B"

    def mask(self, data: bytes, last: bool) -> tuple[bytes, int]:
        """Cover everything in another state than ASCII."""
        out = bytearray()
        at = 0
        for m in _ESCAPE.finditer(data):
            out += self._cover(data[at : m.start()])
            out += bytes([0xAD, _TAIL, _TAIL])
            self._state = m[0][1:]
            at = m.end()
        end = len(data)
        if not last:
            begun = data.rfind(b"\x1b", max(at, end - 2))
            end = begun if begun >= 0 else end
        if self._state in _TWO_BYTES and (end - at) % 2 and not last:
            end -= 1
        out += self._cover(data[at:end])
        return bytes(out), end

    def _cover(self, data: bytes) -> bytes:
        if self._state in {b"(B", b"(J"}:
            return data.translate(_SEVEN_BITS)
        if self._state not in _TWO_BYTES:
            return bytes([_OTHER]) * len(data)
        pairs = (data[at : at + 2] for at in range(0, len(data), 2))
        return b"".join(map(self._cover_pair, pairs))

    @staticmethod
    def _cover_pair(pair: bytes) -> bytes:
        text = (b"\x1b$B" + pair + b"\x1b(B").decode("iso2022_jp", "replace")
        code = _CODES.get(ord(text)) if len(text) == 1 and len(pair) == 2 else None
        # No digits here: a number is written in ASCII, and that is another state.
        return bytes([code, _TAIL]) if code in {0xA0, 0xAD} else bytes([_OTHER]) * len(pair)


_SEVEN_BITS = bytes([*range(0x80), *[_OTHER] * 0x80])
_ESCAPE = re.compile(rb"\x1b(?:\([BJI]|\$[@B])")
_TWO_BYTES = {b"$@", b"$B"}


class _Narrow(dict[int, int]):
    """One byte for each UTF-16 unit."""

    def __missing__(self, unit: int) -> int:
        code = unit if unit < 0x80 else _CODES.get(unit, _OTHER)
        self[unit] = code
        return code


_ASTRAL = re.compile("[\U00010000-\U0010ffff]")


def _narrowing(encoding: str) -> Charset:
    table = _Narrow()

    def mask(data: bytes, last: bool) -> tuple[bytes, int]:  # noqa: ARG001 - as the others
        end = len(data) - len(data) % 2
        text = data[:end].decode(encoding, "surrogatepass")
        units = _ASTRAL.sub("\uffff\uffff", text).translate(table)
        return units.encode("latin-1"), end

    return Charset(encoding, MASKED, mask, width=2, encoding=encoding)


UNKNOWN = Charset("", UNDECLARED)
_UTF8 = Charset("utf-8", UTF8)
_MULTIBYTE = {
    "cp932": rb"[\x81-\x9F\xE0-\xFC][\x40-\x7E\x80-\xFC]",
    "gb18030": rb"[\x81-\xFE](?:[\x40-\x7E\x80-\xFE]|[0-9][\x81-\xFE][0-9])",
    "big5hkscs": rb"[\x81-\xFE][\x40-\x7E\xA1-\xFE]",
    "cp949": rb"[\x81-\xFE][\x41-\xFE]",
    "euc_jp": rb"\x8E[\xA1-\xDF]|\x8F[\xA1-\xFE]{2}|[\xA1-\xFE]{2}",
}
"""The characters of more than one byte."""


def charset_of(label: str | None) -> Charset | None:
    """Give the charset that a label names, or None for one that browsers do not know."""
    wanted = (label or "").strip("\t\n\f\r \"'").lower()
    name = NAMES.get(wanted)
    if name is None:
        return None
    if name == REFUSED:
        return Charset(wanted, None)
    if name.startswith("utf-"):
        return _UTF8 if name == "utf-8" else _narrowing(name)
    if name in _MULTIBYTE:
        return _masked(name, _MULTIBYTE[name])
    if name == "iso2022_jp":
        return Charset(name, MASKED, _Escaped().mask)
    return Charset(name, single_byte(name))


_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xfe\xff", "utf-16be"),
    (b"\xff\xfe", "utf-16le"),
)


def detect(start: bytes, header: str | None, *, last: bool) -> Charset | None:
    """Find a page's charset from its first bytes; None when more of them are needed."""
    for mark, name in _MARKS:
        if start.startswith(mark):
            return charset_of(name)
        if not last and mark.startswith(start):
            return None
    found = charset_of(header)
    if found is not None:
        return found
    found = _prescan(start[:PRESCAN_BYTES])
    if found is None:
        return UNKNOWN if last or len(start) >= PRESCAN_BYTES else None
    return _UTF8 if found.width == 2 else found  # a <meta> that can be read is not in UTF-16


_PRESCANNED = re.compile(
    rb"<!--[\s\S]*?(?<=--)(?:>|\Z)|<[!/?](?![A-Za-z])[^>]*>?|(<meta(?=[\t\n\f\r /])|</?[A-Za-z])",
    re.IGNORECASE,
)
_PASSED = compiled(
    rb"(?:[^<]++|<![A-Za-z]|(?!<[mM][eE][tT][aA][\t\n\f\r /])" + syntax.EASY_TAG + rb")*+"
)
"""What says nothing of a charset, found sooner."""
_CONTENT = re.compile(
    r"charset[\t\n\f\r ]*=[\t\n\f\r ]*(?:\"([^\"]*)\"|'([^']*)'|([^\t\n\f\r ;\"']+))", re.IGNORECASE
)


def _prescan(start: bytes) -> Charset | None:
    """Find a charset in a <meta>. Source: WHATWG HTML, "prescan a byte stream"."""
    at = 0
    while True:
        passed = _PASSED.match(start, at)
        m = _PRESCANNED.search(start, passed.end() if passed else at)
        if m is None:
            return None
        at = m.end()
        if m[1] is None:
            continue
        tag = syntax.TAG.match(start, m.start())
        if tag is None:
            return None
        at = tag.end()
        if m[1].lower() == b"<meta":
            found = charset_of(_declared(start, *tag.span(3)))
            if found is not None:
                return found


def _declared(data: bytes, start: int, end: int) -> str | None:
    values = {
        name: data[slice(*span)].decode("latin-1")
        for name, span in attributes_of(data, start, end).items()
    }
    if b"charset" in values:
        return values[b"charset"]
    if values.get(b"http-equiv", "").lower() != "content-type":
        return None
    m = _CONTENT.search(values.get(b"content", ""))
    return (m[1] or m[2] or m[3]) if m else None
