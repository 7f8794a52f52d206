"""The stride in pure Python: one regular expression walks over what cannot hold a slot.

`skip` carries the speed: it matches over everything that cannot hold a slot at once (text but for
digits that a number of ours begins with, tags, comments, scripts), and stops where there is a
decision to take. It is given the page up to the next needle (`needles`), so a tag that may matter
is never whole for it. It takes nothing that more bytes could change.
"""

from proxy.rewrite import syntax
from proxy.rewrite.alphabet import Alphabet, NumberSyntax
from proxy.rewrite.expressions import compiled
from proxy.rewrite.known import Known
from proxy.rewrite.needles import Needles
from proxy.rewrite.slots import Slot

_LESS_THAN = ord("<")


class PurePath:
    """What the strides over the pages of one site are made of: made once, shared by them."""

    def __init__(
        self,
        known: Known,
        alphabet: Alphabet,
        classes: frozenset[str],
        attributes: frozenset[str],
    ) -> None:
        number = NumberSyntax(alphabet)
        self.needles = Needles(classes, attributes, numbers=bool(known.shortest))
        self.skip = compiled(_skip(number, number.gap(syntax.INLINE_TAG), known.heads()))

    def stride(self) -> "PureStride":
        """Begin a page."""
        return PureStride(self)


class PureStride:
    """Walks over one page."""

    def __init__(self, path: PurePath) -> None:
        self._path = path
        self._data = b""
        self._needles: list[int] = []  # from here on, the next one last

    def walk(
        self,
        data: bytes,
        at: int,
        floor: int,
        _base: int,
        _last: bool,
        _found: list[Slot],
        /,
    ) -> tuple[int, int, bool]:
        """Walk on as a Stride does; it takes no numbers by itself, and nothing at the end."""
        if data is not self._data:
            self._data = data
            self._needles = self._path.needles.find(data, at)
            self._needles.reverse()
        skip = self._path.skip
        while True:
            limit = self._next_needle(at)
            m = skip.match(data, at, limit)
            at = m.end() if m else at
            if at != limit or at == len(data) or data[at] == _LESS_THAN:
                return at, floor, False

    def _next_needle(self, at: int) -> int:
        """Give the place of the first needle behind `at`, or the end."""
        needles = self._needles
        while needles and needles[-1] <= at:
            needles.pop()
        return needles[-1] if needles else len(self._data)


def _skip(number: NumberSyntax, gap: bytes, heads: frozenset[str]) -> bytes:
    if heads:
        texts = [
            rb"[^<0-9" + number.stops + rb"]++",
            rb"(?!" + number.head(gap, heads) + rb")[0-9]++",
            rb"&(?!#|plus;|p?l?u?s?\Z)",
            _DULL_ENTITY,
            number.lone_plus(gap),
        ]
    else:  # no numbers of ours: text does not matter outside placeholders
        texts = [rb"[^<]++"]
    rest = [
        syntax.PLAIN_TAG,
        syntax.SCRIPT,
        syntax.STYLE,
        syntax.COMMENT,
        syntax.BOGUS,
        syntax.NO_TAG,
    ]
    quiet = syntax.quiet_svg(rb"[^<0-9" + number.stops + rb"]" if heads else rb"[^<]")
    choices = [texts[0], syntax.EASY_TAG, *texts[1:], *rest, quiet, syntax.SIMPLE_SVG]
    return rb"(?:" + rb"|".join(choices) + rb")*+"


_DULL_ENTITY = (  # neither a digit, nor full-width, nor "+"; and it surely ends
    rb"&#(?:(?![xX0-9]|\Z)|[xX](?![0-9A-Fa-f]|\Z)"
    rb"|(?!0*+(?:4[389]|5[0-7]|65)|[xX]0*+(?:2[bB]|3[0-9]|[fF]{2}))"
    rb"(?:[0-9]++|[xX][0-9A-Fa-f]++)(?!\Z))"
)
