"""Where in a page's bytes a tag may matter: found by plain searches, before anything is parsed.

Nearly no tag of a page holds a phone link, a mark of ours or a number in an attribute. Each that
does contains one of a few words, a needle. So the walk over the page takes tags without a needle in
one stride, and looks closer only where one stands. A needle in a text or a script does no harm.

Rule: every tag that matters has a needle. A word may hide as entities (`&#116;el:`); then the
entity is one.
"""

import re

from proxy.rewrite import syntax
from proxy.rewrite.expressions import compiled

_MARK = b"data-calltrack"
_CHOICES = b"<select"
_LINK = compiled(
    # href = " then what may be the beginning of tel: or callto:, line breaks and entities between
    rb"href[\t\n\f\r ]*+=[\t\n\f\r ]*+[\"']?+[\x00-\x20]*+"
    rb"(?:&|t[\t\n\r]*+(?:&|e[\t\n\r]*+[l&])|c[\t\n\r]*+(?:&|a[\t\n\r]*+[l&]))"
)
_PLAIN_TOKEN = re.compile(r"[A-Za-z0-9:_-]+")
_REFERENCE = compiled(rb"&(?=[#A-Za-z])")
_HIDING = compiled(  # letters, digits, blanks and - : _ as entities
    rb"&(?:#(?:0*+(?:9|10|12|13|32|45|4[89]|5[0-8]|6[5-9]|[78][0-9]|90|95|9[7-9]|1[01][0-9]|12[0-2])"
    rb"(?![0-9])"
    rb"|x0*+(?:[9acd]|20|2d|3[0-9a]|4[1-9a-f]|5[0-9af]|6[1-9a-f]|7[0-9a])(?![0-9a-f]))"
    rb"|colon;|tab;|newline;|lowbar;)"
)


class Needles:
    """The searches for one site."""

    def __init__(
        self, classes: frozenset[str], attributes: frozenset[str], *, numbers: bool
    ) -> None:
        self._tokens = [
            (token, compiled(re.escape(token) + _TOKEN_ENDS + _token_begins(token)))
            for token in (name.encode("utf-8", "surrogatepass") for name in sorted(classes))
        ]
        plain = all(_PLAIN_TOKEN.fullmatch(name) for name in classes)
        self._hiding = _HIDING if plain else _REFERENCE
        value = rb"""(?:"[^"0-9&\x80-\xff]*+[^"]|'[^'0-9&\x80-\xff]*+[^']|[^"'])"""
        equals = syntax.SPACE + rb"*+=" + syntax.SPACE + rb"*+"
        self._words = [(_MARK, compiled(_MARK)), (_CHOICES, compiled(rb"(?<=<)select"))]
        if numbers:
            self._words += [
                (name, compiled(re.escape(name) + equals + b"(?=" + value + b")"))
                for name in (attribute.encode() for attribute in sorted(attributes))
            ]
            self._words.append((b"href", _LINK))

    def find(self, data: bytes, start: int) -> list[int]:
        """Give the places of all needles from `start` on, in order."""
        here = data[start:] if start else data
        lower = here.lower()
        found: list[int] = []
        for word, whole in self._words:
            if word in lower:
                found += [m.start() for m in whole.finditer(lower)]
        for token, whole in self._tokens:
            if token in here:
                found += [m.start() for m in whole.finditer(here)]
        if b"&" in lower:
            found += [m.start() for m in self._hiding.finditer(lower)]
        found.sort()
        return [at + start for at in found] if start else found


def _token_begins(token: bytes) -> bytes:
    """Look back last: a search for plain letters is fast."""
    return rb"(?<=[\t\n\f\r \"'=;]" + re.escape(token) + rb")"


_TOKEN_ENDS = rb"(?![^\t\n\f\r \"'>&/])"
