"""What digits and separators look like in a page's bytes.

Digits, "+" and all markup are the same bytes in every charset we follow; what differs is what
stands above 0x7F. An Alphabet holds that as pieces of regular expressions:

- digits: 0-9, full-width digits, and both as entities (&#48; &#xFF10;)
- separators: white space, dashes, dots, slashes, brackets, and signs without width
- a gap: what may stand between two digits of one number

White space in a gap sets two numbers apart ("085 0199999 06 12345678"); a gap without it ties its
digits together ("2024-0850199999-17").
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from proxy.rewrite import syntax

SEPARATORS_MAX = 5
"""Between two digits of one number; white space in a row counts as one."""
BLANKS_MAX = 256
"""White space in a row that still counts as one."""
TAGS_MAX = 8
"""In a row, between two digits of one number."""
RUN_DIGITS_MAX = 256
"""A longer run is read in parts."""

SPACES = (
    "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u202f\u205f\u3000"
)
TIES = (
    "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068"
    "\u2069\ufeff"  # no width
    "\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\ufe58\ufe63\uff0d"  # dashes
    "\u00b7\u2044\u2215\uff08\uff09\uff0e\uff0f"  # dots, slashes, brackets
)
_ASCII_SPACES = "\t\n\f\r "
_ASCII_TIES = "-./()"
_SPACE_NAMES = (
    b"nbsp NonBreakingSpace ensp emsp emsp13 emsp14 numsp puncsp thinsp ThinSpace hairsp"
    b" VeryThinSpace MediumSpace Tab NewLine"
).split()
_TIE_NAMES = (
    b"shy zwj zwnj ZeroWidthSpace NegativeThinSpace NegativeMediumSpace NegativeThickSpace"
    b" NegativeVeryThinSpace NoBreak lrm rlm ndash mdash horbar hyphen dash minus hybull middot"
    b" centerdot CenterDot sol period lpar rpar frasl"
).split()
_NO_SEMICOLON = {b"nbsp", b"shy", b"middot"}

NUMERIC_ENTITY = rb"&#(?:[0-9]++|[xX][0-9A-Fa-f]++)"

SEPARATORS = SPACES + _ASCII_SPACES + TIES + _ASCII_TIES
"""All characters that may stand between two digits, and as numeric entities in any charset."""
ENTITIES = {name: name in _NO_SEMICOLON for name in _SPACE_NAMES + _TIE_NAMES}
"""Those with names; and whether one may lack its semicolon."""


@dataclass(frozen=True, slots=True, eq=False)
class Alphabet:
    """One way to read the bytes above 0x7F. Each field is a regular expression, or b"".

    There is one of each, so that one is itself and no other: it is a key for every page.
    """

    wide_digit: bytes
    wide_plus: bytes
    space: bytes
    tie: bytes
    partial: bytes  # the start of one of the above, at the end of what has come
    leads: bytes  # first bytes of wide_digit and wide_plus, for a set
    # The same as values, for the compiled stride: separators of one byte above 0x7F; the kind.
    lone: bytes = b""
    is_utf8: bool = False
    is_mask: bool = False


def _either(*choices: bytes) -> bytes:
    return b"(?:" + b"|".join(c for c in choices if c) + b")"


def numeric(characters: str) -> bytes:
    """Match characters written as entities, with and without a semicolon."""
    decimal = b"|".join(b"%d" % ord(c) for c in characters)
    hexadecimal = b"|".join(
        b"".join(b"[%c%c]" % (h, h ^ 32) if h > 0x40 else b"%c" % h for h in b"%X" % ord(c))
        for c in characters
    )
    return (
        rb"&#(?:0*+(?:" + decimal + rb")(?:;|(?![0-9;]))"
        rb"|[xX]0*+(?:" + hexadecimal + rb")(?:;|(?![0-9A-Fa-f;])))"
    )


def _named(names: list[bytes]) -> bytes:
    rows = [name + (b";?" if name in _NO_SEMICOLON else b";") for name in names]
    return b"&" + _either(*rows)


def _encoded(characters: str, charset: str) -> bytes:
    """Match the characters that a charset has, as its bytes."""
    found = []
    for character in characters:
        try:
            found.append(re.escape(character.encode(charset)))
        except UnicodeEncodeError:
            continue
    return b"|".join(found)


_WIDE_DIGITS = "０１２３４５６７８９"
DIGIT_ENTITY = numeric("0123456789" + _WIDE_DIGITS)
PLUS_ENTITY = _either(numeric("+＋"), b"&plus;")


@lru_cache(maxsize=64)
def single_byte(charset: str) -> Alphabet:
    """Give the alphabet of a charset in which one byte is one character."""
    space, tie = _encoded(SPACES, charset), _encoded(TIES, charset)
    lone = (SPACES + TIES).encode(charset, "ignore")
    return Alphabet(b"", b"", space, tie, b"", b"", lone=lone)


def _utf8() -> Alphabet:
    return Alphabet(
        wide_digit=rb"\xEF\xBC[\x90-\x99]",
        wide_plus=rb"\xEF\xBC\x8B",
        space=_encoded(SPACES, "utf-8"),
        tie=_encoded(TIES, "utf-8"),
        partial=rb"(?:\xC2|\xE1(?:\x9A)?|\xE2[\x80-\x88]?|\xE3\x80?|\xEF[\xB8-\xBC]?)\Z",
        leads=rb"\xEF",
        is_utf8=True,
    )


UTF8 = _utf8()
UNDECLARED = Alphabet(
    UTF8.wide_digit,
    UTF8.wide_plus,
    UTF8.space + rb"|\xA0",
    UTF8.tie + rb"|\xAD",
    UTF8.partial,
    UTF8.leads,
    lone=b"\xa0\xad",
    is_utf8=True,
)

MASKED = Alphabet(
    wide_digit=rb"[\xD0-\xD9]\xDF*+",
    wide_plus=rb"\xAB\xDF*+",
    space=rb"\xA0\xDF*+",
    tie=rb"\xAD\xDF*+",
    partial=b"",
    leads=rb"\xAB\xD0-\xD9",
    is_mask=True,
)
"""How a charset's mask stands for what the charset has (`charset`)."""


@dataclass(frozen=True, slots=True)
class _Linked:
    """What else may stand for a character in an address."""

    digit: bytes = b""
    plus: bytes = b""
    space: bytes = b""
    tie: bytes = b""


_NOT_IN_LINK = _Linked()
_IN_LINK = _Linked(
    digit=rb"%3[0-9]",
    plus=rb"%2[bB]",
    space=rb"%20|%[cC]2%[aA]0",
    tie=rb"%2[89DdEeFf]|%[eE]2%80%(?:8[b-fB-F]|9[0-5])|%[cC]2%[aA][dD]",
)


class NumberSyntax:
    """Numbers in one alphabet: regular expressions, as bytes to build others from.

    `in_link`: as they stand in an address, where characters may also be written as %20.
    """

    def __init__(self, alphabet: Alphabet, *, in_link: bool = False) -> None:
        linked = _IN_LINK if in_link else _NOT_IN_LINK
        others = b"|".join(x for x in (DIGIT_ENTITY, alphabet.wide_digit, linked.digit) if x)
        self.digit = rb"(?:[0-9]|" + others + rb")"
        self.plus = _either(rb"\+", PLUS_ENTITY, alphabet.wide_plus, linked.plus)
        self.space = _either(
            rb"[\t\n\f\r ]",
            numeric(SPACES + _ASCII_SPACES),
            _named(_SPACE_NAMES),
            alphabet.space,
            linked.space,
        )
        self.separator = _either(
            rb"[\t\n\f\r ]{1,%d}+" % BLANKS_MAX,
            rb"[-./()]",
            numeric(SEPARATORS),
            _named(_SPACE_NAMES + _TIE_NAMES),
            alphabet.space,
            alphabet.tie,
            linked.space,
            linked.tie,
        )
        self.partial = _either(rb"\Z", rb"&[#A-Za-z0-9]{0,40}+\Z", alphabet.partial)
        self.leads = alphabet.leads
        self.stops = b"&+" + alphabet.leads
        """Bytes that may begin a digit or a "+", other than the digits, for a set."""

    def gap(self, tag: bytes = b"") -> bytes:
        """What may stand between two digits; `tag` is a tag that may stand there too."""
        if not tag:
            return self.separator + rb"{0,%d}+" % SEPARATORS_MAX
        tags = rb"(?:" + tag + rb"){0,%d}+" % TAGS_MAX
        return tags + rb"(?:" + self.separator + tags + rb"){0,%d}+" % SEPARATORS_MAX

    def run(self, gap: bytes) -> bytes:
        """Match digits with gaps between them, and a "+" before."""
        more = rb"(?:" + gap + self.digit + rb"){0,%d}+" % (RUN_DIGITS_MAX - 1)
        return rb"(?:" + self.plus + gap + rb")?+" + self.digit + more

    def head(self, gap: bytes, heads: Iterable[str]) -> bytes:
        """Match where a number may begin that begins like one of these. A no is sure."""
        firsts = b"[" + "".join({text[0] for text in heads}).encode() + b"]"
        some = rb"(?:" + _PLAIN_GAP + rb"[0-9]){0,%d}+" % max(map(len, heads)) + _PLAIN_GAP
        other_gap = rb"(?=[-./() <&\t\n\f\r\x80-\xFF]|\Z)" + self._going_on(gap)
        return _either(_head(heads), firsts + some + other_gap)

    def lone_plus(self, gap: bytes) -> bytes:
        """Match a "+" that surely has no digits behind it."""
        return rb"\+(?!" + self._going_on(gap) + rb")"

    def _going_on(self, gap: bytes) -> bytes:
        """Match a gap with a digit behind it, or what may become that."""
        digit = _either(rb"[0-9]", b"[&" + self.leads + b"]")
        return gap + _either(digit, self.partial, _TAG_BEGUN)

    def undecided(self, gap: bytes) -> bytes:
        """Match behind a run, or behind a "+", when more bytes could still make it longer."""
        return gap + _either(self.partial, _TAG_BEGUN)


_TAG_BEGUN = (  # one that may be inline, and has not ended
    rb"</?+(?:[A-Za-z][A-Za-z0-9]{0,9}+)?+\Z|</?+"
    + syntax.INLINE_NAME
    + rb"(?!"
    + syntax.REST_OF_TAG
    + rb")"
)


_PLAIN_GAP = rb"[-./() ]{0,5}+"


def _head(heads: Iterable[str]) -> bytes:
    """Match digits that begin like one of these, with the plainest gaps between them."""
    choices = []
    for first in sorted({text[0] for text in heads}):
        rests = {text[1:] for text in heads if text[0] == first}
        choices.append(first.encode() + (b"" if "" in rests else _PLAIN_GAP + _head(rests)))
    return _either(*choices)
