"""The regular expressions that a scan runs on, built once for each alphabet and bindings.

`skip` carries the speed: it walks over everything that cannot hold a slot in one match (text but
for digits that a number of ours begins with, tags, comments, scripts), and stops where there is a
decision to take. It is given the page up to the next needle (`needles`), so a tag that may matter
is never whole for it. It takes nothing that more bytes could change.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from calltrack.numbers import PhoneNumber
from proxy.rewrite import syntax
from proxy.rewrite.alphabet import Alphabet, NumberSyntax
from proxy.rewrite.bindings import Bindings
from proxy.rewrite.expressions import compiled
from proxy.rewrite.finder import Finder
from proxy.rewrite.groups import Reader
from proxy.rewrite.known import Known
from proxy.rewrite.needles import Needles


@dataclass(frozen=True, slots=True)
class Patterns:
    """What one scan needs, compiled."""

    known: Known
    finder: Finder
    needles: Needles
    skip: re.Pattern[bytes]
    text: re.Pattern[bytes]  # text up to the next thing that may matter, in a region
    run: re.Pattern[bytes]
    gap: re.Pattern[bytes]
    undecided: re.Pattern[bytes]
    plus: re.Pattern[bytes]
    run_in_value: re.Pattern[bytes]
    link: re.Pattern[bytes]
    link_finder: Finder


def patterns_for(bindings: Bindings, alphabet: Alphabet) -> Patterns:
    """Give the patterns for these bindings; made once, kept for the next pages."""
    return _build(
        bindings.numbers,
        bindings.region,
        frozenset(bindings.classes),
        bindings.attributes,
        alphabet,
    )


@lru_cache(maxsize=64)
def _build(
    numbers: frozenset[PhoneNumber],
    region: str,
    classes: frozenset[str],
    attributes: frozenset[str],
    alphabet: Alphabet,
) -> Patterns:
    known = Known(numbers, region)
    number, linked = NumberSyntax(alphabet), NumberSyntax(alphabet, in_link=True)
    gap, gap_in_value = number.gap(syntax.INLINE_TAG), number.gap()
    return Patterns(
        known=known,
        finder=Finder(Reader(number), known),
        needles=Needles(classes, attributes, numbers=bool(numbers)),
        skip=compiled(_skip(number, gap, known.heads())),
        gap=compiled(gap),
        text=compiled(rb"[^<0-9" + number.stops + rb"]++"),
        run=compiled(number.run(gap)),
        undecided=compiled(number.undecided(gap)),
        plus=compiled(number.plus),
        run_in_value=compiled(number.run(gap_in_value)),
        link=compiled(_link(linked)),
        link_finder=Finder(Reader(linked), known),
    )


def _skip(number: NumberSyntax, gap: bytes, heads: frozenset[str]) -> bytes:
    if heads:
        texts = [
            rb"[^<0-9" + number.stops + rb"]++",
            rb"(?!" + number.head(gap, heads) + rb")[0-9]++",
            rb"&(?!#|plus;|\Z)",
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
    choices = [texts[0], syntax.EASY_TAG, *texts[1:], *rest, syntax.SIMPLE_SVG]
    return rb"(?:" + rb"|".join(choices) + rb")*+"


_DULL_ENTITY = (  # neither a digit, nor full-width, nor "+"; and it surely ends
    rb"&#(?:(?![xX0-9]|\Z)|[xX](?![0-9A-Fa-f]|\Z)"
    rb"|(?!0*+(?:4[389]|5[0-7]|65)|[xX]0*+(?:2[bB]|3[0-9]|[fF]{2}))"
    rb"[xX]?+[0-9A-Fa-f]++(?![0-9A-Fa-f]|\Z))"
)


def _link(number: NumberSyntax) -> bytes:
    """Match the number of a phone link, behind its scheme."""
    gap = number.gap()
    return (
        gap
        + rb"((?:"
        + number.plus
        + gap
        + rb")?+"
        + number.digit
        + rb"(?:"
        + gap
        + number.digit
        + rb"){0,40}+)"
    )
