"""The regular expressions that a scan runs on, built once for each kind of page and bindings.

Two of them carry the speed. `skip` walks over everything that cannot hold a slot (text without a
digit run long enough, tags without an attribute of interest, comments, scripts, styles) in one
match. It stops where there is a decision to take. `skip_last` is the same for a page's last bytes:
nothing can follow, so nothing is undecided.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from proxy.rewrite import elements, syntax
from proxy.rewrite.alphabet import Alphabet, NumberSyntax
from proxy.rewrite.bindings import Bindings
from proxy.rewrite.written import LONGEST, Known, Reader

RUN_DIGITS_MAX = 256
"""A longer run is read in parts."""

_LETTERS_BY_RARITY = b"qjzxvkwyfbghmpducloinrtaes"


@dataclass(frozen=True, slots=True)
class Patterns:
    """What one scan needs, compiled."""

    known: Known
    reader: Reader
    skip: re.Pattern[bytes]
    skip_last: re.Pattern[bytes]
    text: re.Pattern[bytes]  # text up to the next thing that may matter, inside a region
    run: re.Pattern[bytes]
    undecided: re.Pattern[bytes]
    run_in_value: re.Pattern[bytes]
    link: re.Pattern[bytes]
    plus: re.Pattern[bytes]


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
    numbers: frozenset[object],
    region: str,
    classes: frozenset[str],
    attributes: frozenset[str],
    alphabet: Alphabet,
) -> Patterns:
    known = Known(numbers, region)  # type: ignore[arg-type]
    syn = NumberSyntax(alphabet)
    plain = _plain_attributes(classes, attributes, alphabet)
    inline = _inline_tag(plain)
    gap, gap_in_value = syn.gap(inline), syn.gap()
    run = syn.run(gap, digits_max=RUN_DIGITS_MAX)
    undecided = syn.undecided(gap)
    least = known.shortest or LONGEST + 1
    return Patterns(
        known=known,
        reader=Reader(syn.digit, syn.separator, syn.space),
        skip=re.compile(_skip(syn, plain, gap, least, undecided)),
        skip_last=re.compile(_skip(syn, plain, gap, least, rb"(?!)")),
        text=re.compile(rb"[^<&0-9+" + syn.leads + rb"]++"),
        run=re.compile(run),
        undecided=re.compile(undecided),
        run_in_value=re.compile(syn.run(gap_in_value, digits_max=RUN_DIGITS_MAX)),
        link=re.compile(_link(syn)),
        plus=re.compile(syn.plus),
    )


def _skip(syn: NumberSyntax, plain: bytes, gap: bytes, least: int, undecided: bytes) -> bytes:
    open_end = undecided != rb"(?!)"
    digit = syn.digit
    enough = digit + rb"(?:" + gap + digit + rb"){%d}" % (least - 1)
    few = rb"(?!" + enough + rb")" + digit + rb"(?:" + gap + digit + rb"){0,%d}+" % (least - 1)
    special = b"|".join(syntax.either_case(n) for n in sorted(elements.RAW_TEXT | elements.FOREIGN))
    start = rb"(?!(?:" + special + rb")" + syntax.NAME_ENDS + rb")[A-Za-z][^\t\n\f\r />]*+" + plain
    plus = rb"(?=[+&\xEF])(?!" + syn.plus + gap + digit + rb")"
    end_check = rb"(?!" + undecided + rb")"
    choices = [
        rb"[^<&0-9+" + syn.leads + rb"]++",
        rb"<(?:/[A-Za-z][^\t\n\f\r />]*+" + syntax.ATTRIBUTES + rb"|" + start + rb")>",
        few + end_check,
        rb"&(?=[^#])(?!plus;)" if open_end else rb"&(?=[^#]|\Z)(?!plus;)",
        plus + rb"\+" + end_check,
        syntax.SCRIPT,
        syntax.STYLE,
        syntax.COMMENT,
        syntax.BOGUS,
    ]
    return rb"(?:" + rb"|".join(choices) + rb")*+"


def _plain_attributes(
    classes: frozenset[str], attributes: frozenset[str], alphabet: Alphabet
) -> bytes:
    """Match attributes none of which can matter."""
    texts = rb"|".join(syntax.either_case(a.encode()) for a in sorted(attributes))
    named = [syntax.either_case(b"href"), syntax.either_case(b"data-calltrack")]
    rules = [
        rb"[\t\n\f\r /]++",
        syntax.either_case(b"href")
        + rb"=(?:\"(?![tTcC&\x00-\x20])[^\"]*+\"|'(?![tTcC&\x00-\x20])[^']*+')",
    ]
    if classes:
        rare = b"".join(re.escape(_rarest(c.encode())) for c in sorted(classes))
        name = syntax.either_case(b"class")
        named.append(name)
        rules.append(name + rb"=(?:\"[^\"&" + rare + rb"]*+\"|'[^'&" + rare + rb"]*+')")
    if texts:
        named.append(texts)
        dull = rb"0-9&" + alphabet.leads
        rules.append(rb"(?:" + texts + rb")=(?:\"[^\"" + dull + rb"]*+\"|'[^'" + dull + rb"]*+')")
    watched = rb"(?!(?:" + rb"|".join(named) + rb")[\t\n\f\r =/>])"
    rules.insert(1, watched + syntax.ATTRIBUTE)
    return rb"(?:" + rb"|".join(rules) + rb")*+"


def _rarest(token: bytes) -> bytes:
    """Give the byte of a class token that few other class names hold."""
    for c in _LETTERS_BY_RARITY:
        if c in token:
            return bytes([c])
    return token[:1]


def _inline_tag(plain: bytes) -> bytes:
    names = rb"|".join(syntax.either_case(n) for n in elements.INLINE)
    return rb"</?+(?:" + names + rb")" + syntax.NAME_ENDS + plain + rb">"


def _link(syn: NumberSyntax) -> bytes:
    """Match a phone link's value up to and with its number, in an attribute's bytes."""
    gap = rb"(?:" + syn.separator + rb"|%20|%[cC]2%[aA]0|%2[89DdEeFf]){0,5}+"
    digit = rb"(?:" + syn.digit + rb"|%3[0-9])"
    plus = rb"(?:" + syn.plus + rb"|%2[bB])"
    return (
        gap
        + rb"(?P<plus>"
        + plus
        + gap
        + rb")?+"
        + rb"(?P<digits>"
        + digit
        + rb"(?:"
        + gap
        + digit
        + rb"){0,40}+)"
    )
