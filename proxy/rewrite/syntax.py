"""HTML's tokens as regular expressions on bytes.

Possessive throughout: an expression either matches a whole token or fails, it never tries another
reading of the bytes it has walked over.

Source: WHATWG HTML, 13.2.5 "Tokenization". Its oddities that matter here:
- a quote begins a value only right after "="; elsewhere it is part of a name
- a "=" where a name is expected begins the name
- `<!-->` and `<!--->` are whole comments; `--!>` ends one too
- `</` before anything but a letter, `<?` and other `<!` run to the next ">", whatever is quoted
- a script that holds `<!--` and then `<script` ends at the second `</script>`
"""

import re

SPACE = rb"[\t\n\f\r ]"
NAME_ENDS = rb"(?=[\t\n\f\r />])"

VALUE = rb"""(?:"[^"]*+"|'[^']*+'|[^\t\n\f\r >"'][^\t\n\f\r >]*+|(?=>))"""
_EQUALS = SPACE + rb"*+="
ATTRIBUTE = (
    rb"[^\t\n\f\r />][^\t\n\f\r />=]*+(?:"
    + _EQUALS
    + SPACE
    + rb"*+"
    + VALUE
    + rb"|(?!"
    + _EQUALS
    + rb"))"
)
ATTRIBUTES = rb"(?:[\t\n\f\r /]++|" + ATTRIBUTE + rb")*+"
REST_OF_TAG = rb"[^\t\n\f\r />]*+" + ATTRIBUTES + rb">"

TAG = re.compile(rb"<(/?)([A-Za-z][^\t\n\f\r />]*+)(" + ATTRIBUTES + rb")>")

NAMED_VALUE = re.compile(
    rb"([^\t\n\f\r />][^\t\n\f\r />=]*+)"
    rb"(?:" + _EQUALS + SPACE + rb"*+"
    rb"""(?:"([^"]*+)"|'([^']*+)'|([^\t\n\f\r >"'][^\t\n\f\r >]*+)|(?=>|\Z))|(?!"""
    + _EQUALS
    + rb"))"
)
"""One attribute: its name, and its value in one of three groups."""

COMMENT_END = rb"[^-]*+(?:-(?!-!?>)[^-]*+)*+--!?>"
COMMENT = rb"<!--(?:-?>|" + COMMENT_END + rb")"
BOGUS = rb"<(?:[?]|/(?![A-Za-z])|!(?!--))[^>]*+>"
"""Bogus comments, processing instructions, doctypes. `</>` is nothing at all; outside svg and math
CDATA is bogus too."""

_SCRIPT_END = rb"</[sS][cC][rR][iI][pP][tT]" + NAME_ENDS
SCRIPT = (
    rb"<[sS][cC][rR][iI][pP][tT]" + NAME_ENDS + ATTRIBUTES + rb">"
    rb"[^<]*+(?:<(?!/[sS][cC][rR][iI][pP][tT][\t\n\f\r />]|!--)[^<]*+)*+"
    + _SCRIPT_END
    + ATTRIBUTES
    + rb">"
)
"""A whole script without `<!--` in it."""
STYLE = (
    rb"<[sS][tT][yY][lL][eE]" + NAME_ENDS + ATTRIBUTES + rb">"
    rb"[^<]*+(?:<(?!/[sS][tT][yY][lL][eE][\t\n\f\r />])[^<]*+)*+"
    rb"</[sS][tT][yY][lL][eE]" + NAME_ENDS + ATTRIBUTES + rb">"
)

SCRIPT_EVENT = re.compile(rb"<!--|-->|<(/?)[sS][cC][rR][iI][pP][tT](?=[\t\n\f\r />])")
"""What changes the state inside a script."""


def either_case(name: bytes) -> bytes:
    """Match a name in any case. ASCII, spelled out: it is faster than a flag."""
    return b"".join(
        b"[%c%c]" % (c, c ^ 32) if 0x61 <= c <= 0x7A else re.escape(b"%c" % c) for c in name
    )
