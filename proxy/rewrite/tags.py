"""What stands in a start tag: its attributes, and the phone link among them.

Only the first of attributes with one name counts. Values are looked at as they stand in the page;
where a value is compared with ours its entities are decoded first.
"""

import html
import re
from dataclasses import dataclass
from html.entities import html5

from proxy.rewrite import syntax
from proxy.rewrite.alphabet import numeric
from proxy.rewrite.bindings import OPT_OUT, Bindings
from proxy.rewrite.expressions import compiled

_REFERENCE = re.compile(r"&(?:#[0-9]+;?|#[xX][0-9A-Fa-f]+;?|[A-Za-z0-9]++(?:;|(?!=)))")
_TOKEN = re.compile(r"[^\t\n\f\r ]+")


@dataclass(frozen=True, slots=True)
class Mark:
    """What an element's attributes say of it."""

    opted_out: bool = False
    key: str | None = None
    vestiging: str | None = None


NO_MARK = Mark()
CHOICES = Mark(opted_out=True)
"""Of a select: an option without a value is sent as its text."""


def attributes_of(data: bytes, start: int, end: int) -> dict[bytes, tuple[int, int]]:
    """Give each attribute's name in lower case, and where its value stands."""
    found: dict[bytes, tuple[int, int]] = {}
    for m in syntax.ATTRIBUTE.finditer(data, start, end):
        name = m[1].lower()
        if name not in found:
            found[name] = m.span(m.lastindex or 1) if (m.lastindex or 1) > 1 else (m.end(), m.end())
    return found


def text_of(raw: bytes) -> str:
    """Decode a value: entities, and bytes above 0x7F as they come."""
    text = raw.decode("utf-8", "surrogateescape")
    return _REFERENCE.sub(_referred, text) if "&" in text else text


def _referred(reference: re.Match[str]) -> str:
    """Read an entity. A name counts as a whole: in a value &copy=1 and &notit; are text."""
    text = reference[0]
    return html.unescape(text) if text[1] == "#" or text[1:] in html5 else text


def mark_of(data: bytes, found: dict[bytes, tuple[int, int]], bindings: Bindings) -> Mark:
    """Read whether an element is opted out, or a placeholder."""
    value = found.get(b"data-calltrack")
    key = None
    if value:
        text = text_of(data[value[0] : value[1]]).strip("\t\n\f\r ")
        if text.lower() == OPT_OUT:
            return Mark(opted_out=True)
        key = text if text in bindings.keys else None
    if key is None and b"class" in found and bindings.classes:
        tokens = _TOKEN.findall(text_of(data[slice(*found[b"class"])]))
        names = (bindings.classes.get(token) for token in tokens)
        key = next((name for name in names if name is not None), None)
    if key is None:
        return NO_MARK
    at = found.get(b"data-vestiging")
    vestiging = text_of(data[at[0] : at[1]]).strip("\t\n\f\r ") if at else ""
    return Mark(key=key, vestiging=vestiging or None)


def _spelled(name: str) -> bytes:
    letters = [
        rb"(?:[" + (c + c.upper()).encode() + rb"]|" + numeric(c + c.upper()) + rb")" for c in name
    ]
    return (rb"(?:[\t\n\r]|&Tab;|&NewLine;|" + numeric("\t\n\r") + rb")*+").join(letters)


PHONE_SCHEME = compiled(
    rb"(?:[\x01-\x20]|" + numeric("\t\n\f\r ") + rb"|&Tab;|&NewLine;)*+"
    rb"(?:" + _spelled("tel") + rb"|" + _spelled("callto") + rb")"
    rb"[\t\n\r]*+(?::|&colon;|" + numeric(":") + rb")(?://)?+"
)
