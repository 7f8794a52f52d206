"""A whole page token by token, for those who must see every token.

The scanner does not: it is fast because it walks over most of them at once. This slow reading is
for what is asked seldom: which elements are open (`outline`), and where every number of a page
stands (`explain`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from proxy.rewrite import elements, syntax
from proxy.rewrite.expressions import compiled
from proxy.rewrite.opaque import BOGUS, CDATA, raw_text
from proxy.rewrite.stack import NOWHERE, Element
from proxy.rewrite.tree import OpenElements


class Kind(Enum):
    """What a token is."""

    TEXT = auto()
    START = auto()
    END = auto()
    COMMENT = auto()
    BOGUS = auto()  # also a doctype, a processing instruction, a tag that never ends
    CDATA = auto()
    RAW = auto()  # content of a script, a textarea, …


@dataclass(frozen=True, slots=True)
class Token:
    """One token, and where it stands. For a tag: its match; for raw text: its element's name."""

    kind: Kind
    start: int
    end: int
    name: bytes = b""
    tag: re.Match[bytes] | None = None
    element: Element | None = None


_TEXT = compiled(rb"(?:[^<]++|<(?![A-Za-z/!?]|\Z))++")
_COMMENT = compiled(syntax.COMMENT)


_REST = syntax.NAME_ENDS + syntax.ATTRIBUTES + rb">"
_DRAWN = b"path circle ellipse line polygon polyline rect stop use".split()


def _whole(names: list[bytes]) -> bytes:
    """Match an element of text only. Nothing is captured: Python's possessive repeats spoil it."""
    return b"|".join(rb"<%b%b[^<]*+</%b>" % (name, _REST, name) for name in names)


def _skipping(names: bytes) -> re.Pattern[bytes]:
    """Match what changes nothing in HTML: whole elements of these names among it.

    Such names are left out whose start tag ends what may be open.
    """
    empty = rb"<(?:" + b"|".join(_DRAWN) + rb")" + _REST + rb"(?<=/>)"
    drawing = rb"<svg" + _REST + rb"(?<!/>)(?:[^<]++|" + empty + rb"|" + _whole(_DRAWN) + rb")*+"
    parts = (
        rb"[^<]++",
        syntax.NO_TAG,
        syntax.COMMENT,
        _whole(names.split()),
        rb"<(?:br|img|link|meta|source|wbr)" + _REST,
        syntax.SCRIPT,
        syntax.STYLE,
        drawing + rb"</svg>",
    )
    return compiled(rb"(?:" + rb"|".join(parts) + rb")++")


_NO_MARKUP = compiled(rb"(?:[^<]++|" + syntax.NO_TAG + rb"|" + syntax.COMMENT + rb")++")
_NEUTRAL = _skipping(rb"b em i label small span strong sub sup time u")
_NEUTRAL_OUTSIDE = _skipping(rb"a b div em i label p small span strong sub sup time u")
"""The same where no link and no paragraph is open."""


def tokens(data: bytes, tree: OpenElements) -> Iterator[Token]:
    """Read a page; `tree` follows it, and has taken in a tag when its token is given."""
    at = 0
    while at < len(data):
        text = _TEXT.match(data, at)
        if text:
            yield Token(Kind.TEXT, at, text.end())
            at = text.end()
            continue
        tag = syntax.TAG.match(data, at)
        if tag is None:
            token = _declaration(data, at, tree)
            yield token
            at = token.end
            continue
        at = tag.end()
        name = tag[2].lower()
        if tag[1]:
            tree.end(name)
            yield Token(Kind.END, tag.start(), at, name, tag)
            continue
        element = tree.start(name, tag[3])
        yield Token(Kind.START, tag.start(), at, name, tag, element)
        if element is not None and element.is_html and name in elements.RAW_TEXT:
            end, _ = raw_text(name).walk(data, at, last=True)
            yield Token(Kind.RAW, at, end, name)
            at = end


def follow(data: bytes, tree: OpenElements, deepest: int) -> bool:
    """Let `tree` follow a page; False where elements nest too deep: it is not followed further."""
    at = 0
    while at < len(data):
        skipped = _expected(tree).match(data, at)
        at = skipped.end() if skipped else at
        tag = syntax.TAG.match(data, at)
        if tag is None:
            at = _declaration(data, at, tree).end if at < len(data) else at
            continue
        at = tag.end()
        name = tag[2].lower()
        if tag[1]:
            tree.end(name)
            continue
        element = tree.start(name, tag[3])
        if len(tree) > deepest:
            return False
        if element is not None and element.is_html and name in elements.RAW_TEXT:
            at, _ = raw_text(name).walk(data, at, last=True)
    return True


def _expected(tree: OpenElements) -> re.Pattern[bytes]:
    """Give what can be walked over here."""
    if tree.is_foreign():
        return _NO_MARKUP
    last = tree.stack.last
    return _NEUTRAL_OUTSIDE if last(b"a") == last(b"p") == NOWHERE else _NEUTRAL


def _declaration(data: bytes, at: int, tree: OpenElements) -> Token:
    """Read what begins with "<" and is no tag."""
    if data.startswith(b"<!--", at):
        m = _COMMENT.match(data, at)
        return Token(Kind.COMMENT, at, m.end() if m else len(data))
    if data.startswith(b"<![CDATA[", at) and tree.is_foreign():
        return Token(Kind.CDATA, at, CDATA.walk(data, at, last=True)[0])
    after = data[at + 1 : at + 3]
    if after[:1].isalpha() or (after[:1] == b"/" and after[1:].isalpha()):
        return Token(Kind.BOGUS, at, len(data))
    if len(after) == 0 or after == b"/":
        return Token(Kind.TEXT, at, len(data))
    return Token(Kind.BOGUS, at, BOGUS.walk(data, at, last=True)[0])
