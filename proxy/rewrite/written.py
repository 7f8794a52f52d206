"""Numbers as they are written: which digits of a run are a phone number.

A run is digits with gaps between them; it may hold several numbers, or none. A number in it is left
alone when

1. it does not begin where a group of digits begins, or does not end where one ends;
2. a gap without white space ties it to more digits: 2024-0850199999-17;
3. ASCII letters or _ @ # = touch it;
4. its digits belong to a number of another country, begun by "+" or "00" (up to 15 digits);
5. it stands in an IBAN, also one in groups of four, or in an address (wa.me/…, sms:…).

From the left, the longest number that fits counts.
"""

import html
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from calltrack.numbers import PhoneNumber, Spelling, has_usual_length
from proxy.rewrite.expressions import compiled
from proxy.rewrite.findings import Rule
from proxy.rewrite.groups import Group, parts
from proxy.rewrite.known import DIGITS_MAX, Known
from proxy.rewrite.syntax import ANY_TAG, INLINE_TAG

E164_DIGITS_MAX = 15
COMPLETE_FROM = 8
"""An international number has at least as many digits."""

_TAGS = compiled(rb"(?:<[^<>]*>)+")
_ONLY_INLINE = compiled(rb"(?:" + INLINE_TAG + rb")++")
_TOUCHING = compiled(rb"[A-Za-z_@#=]")
_ENTITY = rb"&(?:#[0-9]+|#[xX][0-9A-Fa-f]+|[A-Za-z][A-Za-z0-9]*);"
_ENTITY_BEFORE = compiled(_ENTITY + rb"\Z")
_ENTITY_AFTER = compiled(_ENTITY)
_DOMAIN_AFTER = compiled(rb"\.[a-z]")
_TIED_BEFORE = compiled(rb"[0-9][-./()]{0,5}\Z")
_TIME_BEFORE = compiled(rb"[0-9][:,]\Z")
_BLANKS = frozenset({b"", b" ", b"\n", b"\t", b"\r", b"\f"})
_BLANK = compiled(rb"&nbsp;?|&#160;?|&#[xX][aA]0;?|\xC2?\xA0|[\t\n\f\r ]+")
_IBAN_HEAD = compiled(rb"(?:\A|[^A-Za-z0-9])[A-Z]{2}[0-9]{2} ?([A-Z0-9]{4} ?)*\Z")
MAY_BE_IBAN = compiled(rb"[A-Z][A-Z][0-9][0-9]")
_ADDRESS = re.compile(
    rb"(?:://|www\.|(?:\A|[^a-z])(?:sms|smsto|mms|mailto|whatsapp):|[a-z0-9-]\.[a-z]{2,}/)"
    rb"[^\s<>\"']*\Z",
    re.IGNORECASE,
)


class Run(NamedTuple):
    """Digits with gaps between them, and what stands around them in the page."""

    raw: bytes
    plus: bool
    groups: tuple[Group, ...]
    before: bytes = b""
    after: bytes = b""


class Written(NamedTuple):
    """A number found in a run: these groups of it."""

    groups: tuple[Group, ...]
    number: PhoneNumber
    spelling: Spelling


def find_ours(run: Run, known: Known) -> Iterator[Written]:
    """Give our numbers in a run, from the left."""
    if known.may_stand_in("".join(group.digits for group in run.groups)):
        yield from _find(run, lambda text, _: known.ours(text))


def find_in_use(run: Run, known: Known) -> Iterator[Written]:
    """Give the phone numbers in a run that lie in a range that is in use."""
    return _find(run, lambda text, plus: known.anyone(text, plus=plus, sure=True))


def find_anyone(run: Run, known: Known) -> Iterator[Written]:
    """Give all phone numbers in a run that an element says to hold one."""
    found = list(find_in_use(run, known))
    if found:
        yield from found
        return
    last = len(run.groups) - 1
    text = "".join(group.digits for group in run.groups)
    whole = known.anyone(text, plus=run.plus, sure=False) if len(text) <= DIGITS_MAX else None
    if (
        whole is not None
        and has_usual_length(whole[0])
        and why_left(run, 0, last, whole[1]) is None
    ):
        yield Written(run.groups, *whole)


def find_left(run: Run, known: Known) -> Iterator[tuple[Written, Rule]]:
    """Give our numbers in a run that are left alone, and why."""
    found = any(find_ours(run, known))
    at = 0
    while at < len(run.groups):
        left = _longest_left(run, at, known)
        if left is not None:
            found = True
            yield left
        at += len(left[0].groups) if left else 1
    inside = None if found else known.inside("".join(group.digits for group in run.groups))
    if inside is not None:
        yield Written(run.groups, *inside), Rule.TIED_TO_LONGER_NUMBER


def _longest_left(run: Run, first: int, known: Known) -> tuple[Written, Rule] | None:
    digits = ""
    longest = None
    for last in range(first, len(run.groups)):
        digits += run.groups[last].digits
        if len(digits) > DIGITS_MAX:
            break
        ours = known.ours(digits)
        why = why_left(run, first, last, ours[1]) if ours else None
        if ours and why:
            longest = (Written(run.groups[first : last + 1], *ours), why)
    return longest


_LookUp = Callable[[str, bool], tuple[PhoneNumber, Spelling] | None]


def _find(run: Run, look_up: _LookUp) -> Iterator[Written]:
    at = 0
    while at < len(run.groups):
        found = _longest(run, at, look_up)
        if found is None:
            at += 1
        else:
            yield found
            at += len(found.groups)


def _longest(run: Run, first: int, look_up: _LookUp) -> Written | None:
    digits = ""
    longest = None
    plus = run.plus and first == 0
    for last in range(first, len(run.groups)):
        digits += run.groups[last].digits
        if len(digits) > DIGITS_MAX:
            break
        found = look_up(digits, plus)
        if found is not None and why_left(run, first, last, found[1]) is None:
            longest = Written(run.groups[first : last + 1], *found)
    return longest


def why_left(run: Run, first: int, last: int, spelling: Spelling) -> Rule | None:
    """Say why the number in these groups of a run is left alone; None when it is not."""
    if _is_tied(run, first, last):
        return Rule.TIED_TO_LONGER_NUMBER
    if first == 0 and _touches_before(run.before):
        return Rule.LETTERS_TOUCH
    if last + 1 == len(run.groups) and _touches_after(run.after):
        return Rule.LETTERS_TOUCH
    if run.plus and first == 0 and spelling not in {Spelling.INTERNATIONAL, Spelling.TRUNK}:
        return Rule.NOT_INTERNATIONAL
    if _belongs_abroad(run, first, last):
        return Rule.ABROAD
    return _stands_in(run, first)


def _is_tied(run: Run, first: int, last: int) -> bool:
    if first > 0 and run.groups[first].tied:
        return True
    if first == 0 and not run.plus and _TIED_BEFORE.search(run.before[-6:]):
        return True
    return last + 1 < len(run.groups) and run.groups[last + 1].tied


def _touches_before(before: bytes) -> bool:
    m = _ENTITY_BEFORE.search(before) if before.endswith(b";") else None
    if m:
        before = html.unescape(m[0].decode("ascii")).encode("utf-8", "replace")
    return _TOUCHING.fullmatch(before[-1:]) is not None


def _touches_after(after: bytes) -> bool:
    m = _ENTITY_AFTER.match(after)
    if m:
        after = html.unescape(m[0].decode("ascii")).encode("utf-8", "replace")
    return bool(_TOUCHING.match(after) or _DOMAIN_AFTER.match(after))


def _belongs_abroad(run: Run, first: int, last: int) -> bool:
    """Say whether a "+" or "00" before these groups claims their digits."""
    own = sum(len(group.digits) for group in run.groups[first : last + 1])
    between = 0
    for at in range(first - 1, -1, -1):
        between += len(run.groups[at].digits)
        if between > E164_DIGITS_MAX:
            return False
        dialled = _begins_abroad(run, at)
        if dialled or (at == 0 and run.plus):
            claimed = between - 2 * dialled
            return claimed < COMPLETE_FROM or claimed + own <= E164_DIGITS_MAX
    return False


def _begins_abroad(run: Run, at: int) -> bool:
    """Say whether "00" and a country code begin here."""
    group = run.groups[at]
    if not group.digits.startswith("00") or (at > 0 and group.tied):
        return False
    if at == 0 and _TIME_BEFORE.search(run.before[-2:]):
        return False
    code = group.digits[2:] or "".join(g.digits for g in run.groups[at + 1 : at + 2])
    return code != "" and not code.startswith("0")


def _stands_in(run: Run, first: int) -> Rule | None:
    begun = run.raw[: run.groups[first].start] if first else b""
    before = run.before + begun
    if before[-1:] in _BLANKS and not MAY_BE_IBAN.search(before):
        return None
    before = _BLANK.sub(b" ", _TAGS.sub(_join_or_part, before))
    if first == 0 and _ADDRESS.search(before):
        return Rule.ADDRESS
    head = _IBAN_HEAD.search(before)
    if head and (head[1] or len(run.groups[first].digits) == 4):
        return Rule.IBAN
    return None


def _join_or_part(tags: re.Match[bytes]) -> bytes:
    """Give what tags in a text are to its reader: nothing, or a blank."""
    inline = _ONLY_INLINE.fullmatch(tags[0]) and not parts(ANY_TAG.findall(tags[0]))
    return b"" if inline else b" "
