"""HTML's tokens as regular expressions on bytes.

Possessive throughout: an expression either matches a whole token or fails, it never tries another
reading of the bytes it has walked over.

Source: WHATWG HTML, 13.2.5 "Tokenization". Its oddities that matter here:
- a quote begins a value only right after "="; elsewhere it is part of a name
- a "=" where a name is expected begins the name
- `<!-->` and `<!--->` are whole comments; `--!>` ends one too
- `</` before anything but a letter, `<?` and other `<!` run to the next ">", whatever is quoted;
  `</>` is nothing at all; outside svg and math CDATA is such a bogus comment too
- a script that holds `<!--` and then `<script` ends at the second `</script>`
"""

import re

from proxy.rewrite import elements
from proxy.rewrite.expressions import compiled

SPACE = rb"[\t\n\f\r ]"
NAME_ENDS = rb"(?=[\t\n\f\r />])"

_EQUALS = SPACE + rb"*+="
_VALUE = rb"""(?:"[^"]*+"|'[^']*+'|[^\t\n\f\r >"'][^\t\n\f\r >]*+|(?=>))"""
_NAME = rb"[^\t\n\f\r />][^\t\n\f\r />=]*+"
_ATTRIBUTE = _NAME + rb"(?:" + _EQUALS + SPACE + rb"*+" + _VALUE + rb"|(?!" + _EQUALS + rb"))"
ATTRIBUTES = rb"(?:[\t\n\f\r /]++|" + _ATTRIBUTE + rb")*+"
REST_OF_TAG = rb"[^\t\n\f\r />]*+" + ATTRIBUTES + rb">"

ANY_TAG = compiled(rb"</?[A-Za-z]" + REST_OF_TAG)
TAG = compiled(rb"<(/?)([A-Za-z][^\t\n\f\r />]*+)(" + ATTRIBUTES + rb")>")

ATTRIBUTE = compiled(
    rb"(" + _NAME + rb")(?:" + _EQUALS + SPACE + rb"*+"
    rb"""(?:"([^"]*+)"|'([^']*+)'|([^\t\n\f\r >"'][^\t\n\f\r >]*+)|\Z)|(?!""" + _EQUALS + rb"))"
)
"""One attribute of a tag cut out: its name, and its value in one of three groups."""

COMMENT = rb"<!--(?:-?>|[^-]*+(?:-(?!-!?>)[^-]*+)*+--!?>)"
COMMENT_END = rb"--!?>"
BOGUS = rb"<(?:[?]|/(?![A-Za-z])|!(?!--))[^>]*+>"
NO_TAG = rb"<(?![A-Za-z/!?]|\Z)"
"""A "<" that is text."""


def either_case(name: bytes) -> bytes:
    """Match a name in any case. Spelled out: it is faster than a flag, and ASCII only."""
    return b"".join(
        b"[%c%c]" % (c, c ^ 32) if 0x61 <= c <= 0x7A else re.escape(b"%c" % c) for c in name
    )


def one_of(names: frozenset[bytes]) -> bytes:
    """Match one of some names in any case. Sorted by first letter: most tags fail at once."""
    choices = []
    for first in sorted({name[:1] for name in names}):
        rests = b"|".join(either_case(n[1:]) for n in sorted(names) if n[:1] == first)
        choices.append(either_case(first) + b"(?:" + rests + b")")
    return b"(?:" + b"|".join(choices) + b")" + NAME_ENDS


def end_tag(name: bytes) -> bytes:
    """Match the beginning of an end tag, its name whole."""
    return rb"</" + either_case(name) + NAME_ENDS


def raw_element(name: bytes, *stops: bytes) -> bytes:
    """Match an element whose content is text to its end tag; fail when it holds one of `stops`."""
    end = b"|".join([b"/" + either_case(name) + rb"[\t\n\f\r />]", *stops])
    return (
        rb"<" + either_case(name) + NAME_ENDS + ATTRIBUTES + rb">"
        rb"[^<]*+(?:<(?!" + end + rb")[^<]*+)*+" + end_tag(name) + ATTRIBUTES + rb">"
    )


SCRIPT = raw_element(b"script", b"!--")
STYLE = raw_element(b"style")

_NOT_PLAIN = one_of(elements.RAW_TEXT | elements.FOREIGN)
_OTHER_TAG = rb"(?!" + _NOT_PLAIN + rb")[A-Za-z])[^\t\n\f\r />]*+" + ATTRIBUTES + rb">"
PLAIN_TAG = rb"<(?:/[A-Za-z]|" + _OTHER_TAG
"""A tag after which the text goes on."""
EASY_TAG = (
    rb"<(?:/[A-Za-z][^\t\n\f\r />]*+>|(?!" + _NOT_PLAIN + rb")[A-Za-z][A-Za-z0-9]*+"
    rb"""(?:>| [^\t\n\f\r />="']++="[^"]*+"(?: [^\t\n\f\r />="']++="[^"]*+")*+>))"""
)
"""The shapes of a plain tag that most tags have: the same reading, found sooner."""
SIMPLE_SVG = (
    rb"<[sS][vV][gG]" + NAME_ENDS + ATTRIBUTES + rb">"
    rb"(?=(?:[^<]++|<(?:/(?![sS][vV][gG])[A-Za-z]|"
    + _OTHER_TAG
    + rb"){0,500}+"
    + end_tag(b"svg")
    + rb")"
)
"""The start tag of a drawing in which nothing is read otherwise than in HTML, and not too much."""


def quiet_svg(text: bytes) -> bytes:
    """Match a whole drawing, titles and comments too, all of whose texts are of these bytes."""
    title = end_tag(b"title")
    parts = (
        text + rb"++",
        rb"<(?:/(?![sS][vV][gG]" + NAME_ENDS + rb")[A-Za-z]|" + _OTHER_TAG,
        title.replace(b"</", b"<") + ATTRIBUTES + rb">" + text + rb"*+" + title + rb">",
        COMMENT,
    )
    start = rb"<[sS][vV][gG]" + NAME_ENDS + ATTRIBUTES + rb">"
    content = rb"(?:" + rb"|".join(parts) + rb"){0,500}+"
    return start + content + end_tag(b"svg") + ATTRIBUTES + rb">"


INLINE_NAME = one_of(frozenset(elements.INLINE))
INLINE_TAG = rb"</?+" + INLINE_NAME + ATTRIBUTES + rb">"
