"""What a browser found on its page, as one page of HTML for the rewriter, and the texts back.

The script knows no formats of numbers. It sends the places that may matter, `read_spots` checks
them, `page_of` writes them as HTML that `proxy.rewrite` scans (as UTF-8, with the site's own
Bindings), and `values_of` reads the filled page: what each place is to show.

A spot is a list, as JSON; its first item says what it is:

    ["t", before, parts, after]     a text, of the page or of an attribute
        before  what touches it from the left: the word that ends there, or an account number
        parts   the digits and what stands between them, cut where elements begin and end
        after   the two characters behind it at most
    ["l", href]                     a link with tel: or callto:, as it is written
    ["p", parts]                    a placeholder with all in it; its first part is its own element

A part is

    "text"          a text; two never stand side by side
    0               an element ends
    1               an inline element begins (`<wbr>` too; in a placeholder 0 follows)
    2               another element begins, which no number goes across
    3               in "t" only: an inline element begins that no number goes across: a phone link
    [1, {…}]        in "p" only: as 1 or 2, with those of its attributes that count:
    [2, {…}]        class, data-calltrack, data-vestiging; and href, title, … whose text may change

The values of a spot are its texts, and the attributes that may change, in the order in which they
stand there: of "t" the texts among its parts, of "l" its href. The answer to a spot is a list with
a new text for each value, None for one that stays; or None, where all stay.

In a "p" the texts that cannot matter may be sent as "x". An empty element has an empty text in it,
so that there is a value to fill.

Units: characters. Errors: SpotError, which names the spot and what is wrong with it.
"""

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

SPOTS_MAX = 200
CHARACTERS_MAX = 1024
"""Of one spot: all its texts and values."""
PARTS_MAX = 512
AFTER_MAX = 2

MARKS = ("class", "data-calltrack", "data-vestiging")
"""Attributes that say what an element is; they never change."""

_TEXT, _LINK, _PLACEHOLDER = "t", "l", "p"
_LENGTHS = {_TEXT: 4, _LINK: 2, _PLACEHOLDER: 2}
_END, _INLINE, _BLOCK, _LINKED = 0, 1, 2, 3
_STARTS = {_INLINE: "span", _BLOCK: "div"}
_HTML = {_END: "</span>", _INLINE: "<span>", _BLOCK: "<div>", _LINKED: '<span href="tel:">'}
_BORDER = "<hr>"
_ATTRIBUTE_NAME = re.compile(r"[a-z][a-z0-9:_-]{0,63}")
_DIGIT = re.compile("[0-9０-９]")
_TAG = re.compile("<[^<>]*>")
_VALUE = re.compile('([a-z][a-z0-9:_-]*)="([^"]*)"')


class SpotError(ValueError):
    """What was sent is no spot. Its text names the place and is for whoever sent it."""


@dataclass(frozen=True, slots=True)
class Element:
    """The start of an element with attributes that count."""

    kind: int
    attributes: dict[str, str]


Part = str | int | Element


@dataclass(frozen=True, slots=True)
class Spot:
    """One place, checked."""

    parts: tuple[Part, ...]
    before: str = ""
    after: str = ""

    def values(self) -> list[str]:
        """Give the texts that may change."""
        return [value for part in self.parts for value in _values_in(part)]


Values = list[str | None]


def read_spots(sent: object) -> tuple[Spot, ...]:
    """Check what was sent, as parsed JSON."""
    if not isinstance(sent, list):
        raise SpotError("spots: must be a list")
    if len(sent) > SPOTS_MAX:
        raise SpotError(f"spots: at most {SPOTS_MAX}, not {len(sent)}")
    return tuple(_spot(spot, f"spots[{at}]") for at, spot in enumerate(sent))


def page_of(spots: Sequence[Spot]) -> bytes:
    """Write spots as a page in UTF-8."""
    page = _BORDER.join(_html_of(spot) for spot in spots)
    return page.encode("utf-8", "surrogatepass")


def values_of(filled: bytes, spots: Sequence[Spot]) -> list[Values | None]:
    """Read what each spot is to show from its page, rewritten."""
    page = filled.decode("utf-8", "surrogatepass")
    parts = page.split(_BORDER)
    if len(parts) != max(len(spots), 1):
        raise ValueError("the page is not one of these spots")
    return [_changed(spot, part) for spot, part in zip(spots, parts, strict=False)]


def _spot(sent: object, at: str) -> Spot:
    kind = sent[0] if isinstance(sent, list) and sent else None
    if not isinstance(sent, list) or not isinstance(kind, str) or kind not in _LENGTHS:
        raise SpotError(f'{at}: must be a list that begins with "t", "l" or "p"')
    if len(sent) != _LENGTHS[kind]:
        raise SpotError(f"{at}: must have {_LENGTHS[kind]} items, not {len(sent)}")
    if kind == _LINK:
        spot = Spot((Element(_INLINE, {"href": _text(sent[1], f"{at}[1]")}),))
    elif kind == _PLACEHOLDER:
        spot = Spot(_parts(sent[1], f"{at}[1]", in_placeholder=True))
        _check_nesting(spot.parts, f"{at}[1]")
    else:
        parts = _parts(sent[2], f"{at}[2]", in_placeholder=False)
        spot = Spot(parts, _text(sent[1], f"{at}[1]"), _text(sent[3], f"{at}[3]"))
        if len(spot.after) > AFTER_MAX:
            raise SpotError(f"{at}[3]: at most {AFTER_MAX} characters")
    _check_size(spot, at)
    return spot


def _text(sent: object, at: str) -> str:
    if not isinstance(sent, str):
        raise SpotError(f"{at}: must be a text")
    return sent


def _parts(sent: object, at: str, *, in_placeholder: bool) -> tuple[Part, ...]:
    if not isinstance(sent, list):
        raise SpotError(f"{at}: must be a list")
    if len(sent) > PARTS_MAX:
        raise SpotError(f"{at}: at most {PARTS_MAX} parts, not {len(sent)}")
    parts: list[Part] = []
    for number, part in enumerate(sent):
        read = _part(part, f"{at}[{number}]", in_placeholder=in_placeholder)
        if isinstance(read, str) and parts and isinstance(parts[-1], str):
            raise SpotError(f"{at}[{number}]: two texts stand side by side: make them one")
        parts.append(read)
    return tuple(parts)


def _part(sent: object, at: str, *, in_placeholder: bool) -> Part:
    if isinstance(sent, str):
        return sent
    if isinstance(sent, list) and in_placeholder:
        return _element(sent, at)
    known = (_END, _INLINE, _BLOCK) if in_placeholder else (_END, _INLINE, _LINKED)
    if type(sent) is int and sent in known:
        return sent
    listed = "0, 1, 2 or [1, {…}]" if in_placeholder else "0, 1 or 3"
    raise SpotError(f"{at}: must be a text, {listed}")


def _element(sent: list[object], at: str) -> Element:
    kind, attributes = sent if len(sent) == 2 else (None, None)
    if type(kind) is not int or kind not in _STARTS or not isinstance(attributes, dict):
        raise SpotError(f"{at}: an element is [1, {{…}}] or [2, {{…}}]")
    for name, value in attributes.items():
        if not _ATTRIBUTE_NAME.fullmatch(name):
            raise SpotError(f"{at}: its attributes have names in lower case")
        _text(value, f"{at}.{name}")
    return Element(kind, attributes)


def _check_nesting(parts: Sequence[Part], at: str) -> None:
    """Check that the parts are one element whose elements all end."""
    depth = 0
    for number, part in enumerate(parts):
        if depth == 0 and (number > 0 or not isinstance(part, Element)):
            raise SpotError(f"{at}: must be one element, and all in it")
        if not isinstance(part, str):
            depth += -1 if part == _END else 1
    if depth or not parts:
        raise SpotError(f"{at}: each element that begins has its end, as 0")


def _check_size(spot: Spot, at: str) -> None:
    marks = [part.attributes.values() for part in spot.parts if isinstance(part, Element)]
    texts = [spot.before, spot.after, *(part for part in spot.parts if isinstance(part, str))]
    size = sum(map(len, texts)) + sum(len(value) for values in marks for value in values)
    if size > CHARACTERS_MAX:
        raise SpotError(f"{at}: at most {CHARACTERS_MAX} characters, not {size}")


def _values_in(part: Part) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, Element):
        yield from (text for name, text in part.attributes.items() if name not in MARKS)


def _html_of(spot: Spot) -> str:
    before, after = _around(spot)
    open_names: list[str] = []
    written = []
    for part in spot.parts:
        if isinstance(part, str):
            written.append(html.escape(part, quote=False))
        elif part == _END and open_names:
            written.append(f"</{open_names.pop()}>")
        else:
            written.append(_start_of(part) if isinstance(part, Element) else _HTML[part])
            if part != _END:
                kind = part.kind if isinstance(part, Element) else part
                open_names.append(_STARTS.get(kind, "span"))
    return before + "".join(written) + after


def _around(spot: Spot) -> tuple[str, str]:
    """Give what stands around a text. A number in it is none of this spot's."""
    before = _DIGIT.sub("0", spot.before)
    return html.escape(before, quote=False), html.escape(spot.after, quote=False)


def _start_of(element: Element) -> str:
    attributes = "".join(
        f' {name}="{_quoted(value)}"' for name, value in element.attributes.items()
    )
    return f"<{_STARTS[element.kind]}{attributes}>"


def _quoted(value: str) -> str:
    return html.escape(value, quote=False).replace('"', "&quot;")


def _changed(spot: Spot, filled: str) -> Values | None:
    old = spot.values()
    new = _read(spot, filled)
    if len(new) != len(old):
        raise ValueError("the page is not one of these spots")
    changed = [None if now == was else now for was, now in zip(old, new, strict=True)]
    return changed if any(value is not None for value in changed) else None


def _read(spot: Spot, filled: str) -> list[str]:
    before, after = _around(spot)
    at, end = len(before), len(filled) - len(after)
    found = []
    for part in spot.parts:
        tag = _TAG.search(filled, at, end)
        if isinstance(part, str):
            stop = tag.start() if tag else end
            found.append(html.unescape(filled[at:stop]))
            at = stop
        elif tag:
            at = tag.end()
            if isinstance(part, Element):
                values = _VALUE.finditer(tag[0])
                found += [html.unescape(m[2]) for m in values if m[1] not in MARKS]
    return found
