"""What a scan needs, built once for each alphabet and bindings, and kept for the next pages."""

import re
from dataclasses import dataclass
from functools import lru_cache

from calltrack.numbers import PhoneNumber
from proxy.rewrite import strides, syntax
from proxy.rewrite.alphabet import NUMERIC_ENTITY, Alphabet, NumberSyntax
from proxy.rewrite.bindings import Bindings
from proxy.rewrite.expressions import compiled
from proxy.rewrite.finder import Finder
from proxy.rewrite.groups import Reader
from proxy.rewrite.known import Known
from proxy.rewrite.pure import PurePath


@dataclass(frozen=True, slots=True)
class Patterns:
    """What one scan needs, compiled."""

    known: Known
    finder: Finder
    path: strides.CompiledPath | PurePath
    text: re.Pattern[bytes]  # text up to the next thing that may matter, in a region
    run: re.Pattern[bytes]
    runs: re.Pattern[bytes]  # the same as a group, and what else holds digits
    undecided: re.Pattern[bytes]
    plus: re.Pattern[bytes]
    run_in_value: re.Pattern[bytes]
    link: re.Pattern[bytes]
    link_finder: Finder
    leads: re.Pattern[bytes]  # what may begin a digit that is not written plainly
    texts: frozenset[bytes]  # the attributes that count as text


def patterns_for(bindings: Bindings, alphabet: Alphabet) -> Patterns:
    """Give the patterns for these bindings; made once, kept for the next pages."""
    wanted = alphabet, strides.BUILD
    found: Patterns | None = bindings.kept.get(wanted)
    if found is None:
        classes = frozenset(bindings.classes)
        found = _build(bindings.numbers, bindings.region, classes, bindings.attributes, *wanted)
        bindings.kept[wanted] = found
    return found


@lru_cache(maxsize=64)
def _build(
    numbers: frozenset[PhoneNumber],
    region: str,
    classes: frozenset[str],
    attributes: frozenset[str],
    alphabet: Alphabet,
    build: str,
) -> Patterns:
    known = Known(numbers, region)
    number, linked = NumberSyntax(alphabet), NumberSyntax(alphabet, in_link=True)
    gap, gap_in_value = number.gap(syntax.INLINE_TAG), number.gap()
    finder, link_finder = Finder(Reader(number), known), Finder(Reader(linked), known)
    finders = finder, link_finder
    return Patterns(
        known=known,
        finder=finder,
        path=strides.path_for(known, alphabet, classes, attributes, finders, build=build),
        runs=compiled(
            b"(" + number.run(gap) + b")|" + NUMERIC_ENTITY + b"|" + syntax.ANY_TAG.pattern
        ),
        text=compiled(rb"[^<0-9" + number.stops + rb"]++"),
        run=compiled(number.run(gap)),
        undecided=compiled(number.undecided(gap)),
        plus=compiled(number.plus),
        run_in_value=compiled(number.run(gap_in_value)),
        link=compiled(_link(linked)),
        link_finder=link_finder,
        leads=compiled(b"&#|[" + alphabet.leads + b"]" if alphabet.leads else b"&#"),
        texts=frozenset(name.encode() for name in attributes),
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
