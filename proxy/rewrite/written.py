"""Numbers as they are written in text: which digits of a run are one of ours.

A run is digits with gaps between them; it may hold several numbers. Rules, in this order:

1. A number begins where a group of digits begins, and ends where one ends.
2. Digits tied to it by a gap without white space make it part of something longer: left alone.
3. ASCII letters and _ @ # = that touch it: left alone.
4. After "+" or "00" the digits belong to that international number, up to 15 of them.
5. Inside an IBAN, also one in groups of four, and inside an address (wa.me/…, sms:…): left alone.

The longest number that fits counts, from the left.
"""

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from calltrack.errors import NumberError
from calltrack.numbers import PhoneNumber, Spelling, parse, spellings
from proxy.rewrite.slots import Pattern

BEHIND_BYTES = 256
"""How far back a number's surroundings are looked at."""

E164_DIGITS_MAX = 15
_COMPLETE_FROM = 8  # an international number has at least as many digits
LONGEST = 20
"""Digits of the longest spelling."""

AFTER_PLUS = frozenset({Spelling.INTERNATIONAL, Spelling.TRUNK})

_ANY_TAG = re.compile(rb"""<(?:[^"'>]|"[^"]*"|'[^']*')*+>""")
_OPENING = re.compile(rb"<[A-Za-z]")
_TOUCHING = re.compile(rb"[A-Za-z_@#=]")
_ENTITY_BEFORE = re.compile(rb"&(?:#[0-9]+|#[xX][0-9A-Fa-f]+|[A-Za-z][A-Za-z0-9]*);\Z")
_ENTITY_AFTER = re.compile(rb"&(?:#[0-9]+|#[xX][0-9A-Fa-f]+|[A-Za-z][A-Za-z0-9]*);")
_DOMAIN_AFTER = re.compile(rb"\.[a-z]")
_BLANK = re.compile(rb"&nbsp;?|&#160;?|&#[xX][aA]0;?|\xC2?\xA0|[\t\n\f\r ]+")
_IBAN_HEAD = re.compile(rb"(?:\A|[^A-Za-z0-9])[A-Z]{2}[0-9]{2} ?([A-Z0-9]{4} ?)*\Z")
_ADDRESS = re.compile(
    rb"(?:://|www\.|(?:\A|[^a-z])(?:sms|smsto|mms|mailto|whatsapp):|[a-z0-9-]\.[a-z]{2,}/)"
    rb"[^\s<>\"']*\Z",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Group:
    """Digits with nothing between them. `tied`: no white space between it and the one before."""

    start: int
    end: int
    digits: str
    tied: bool


@dataclass(frozen=True, slots=True)
class Written:
    """A number found, from its first digit to its last."""

    start: int
    end: int
    number: PhoneNumber
    pattern: Pattern


@dataclass(frozen=True, slots=True)
class Run:
    """Digits with gaps between them, as they stand in `data`."""

    data: bytes
    groups: tuple[Group, ...]
    plus: bool
    before: bytes  # what stands before it, "+" left out
    after: bytes


class Reader:
    """Cuts a matched run into groups of digits."""

    def __init__(self, digit: bytes, separator: bytes, space: bytes) -> None:
        self._digits = re.compile(rb"(?:" + digit + rb")++")
        self._wide = re.compile(rb"([0-9]++)|(" + digit + rb")")
        self._piece = re.compile(_ANY_TAG.pattern + rb"|" + separator)
        self._space = re.compile(space)

    def read(self, data: bytes, start: int, end: int) -> tuple[Group, ...]:
        """Give the groups of digits in data[start:end], a run behind its "+"."""
        groups: list[Group] = []
        last = -1
        at = start
        while at < end:
            m = self._digits.match(data, at, end)
            if m is None:  # a gap: on to the next digit behind its tags and entities
                at = self._pass(data, at, end)
                continue
            tied = last < 0 or self._ties(data[last : m.start()])
            groups.append(Group(m.start(), m.end(), self._plain(m[0]), tied))
            last = at = m.end()
        return tuple(groups)

    def _pass(self, data: bytes, at: int, end: int) -> int:
        m = self._piece.match(data, at, end)
        return m.end() if m else at + 1

    def _plain(self, raw: bytes) -> str:
        if raw.isdigit():
            return raw.decode("ascii")
        return "".join(
            m[0].decode("ascii") if m[1] else _plain_digit(m[0]) for m in self._wide.finditer(raw)
        )

    def _ties(self, gap: bytes) -> bool:
        if b"<" in gap:
            if b"</" in gap and _OPENING.search(gap):
                return False
            gap = _ANY_TAG.sub(b"", gap)
        return self._space.search(gap) is None


def _plain_digit(raw: bytes) -> str:
    """Read a digit that is an entity or full-width."""
    return str(int(html.unescape(raw.decode("utf-8"))))


class Known:
    """The numbers that are looked for, by every digit string they are written with."""

    def __init__(self, numbers: Iterable[PhoneNumber], region: str) -> None:
        self._numbers: dict[str, tuple[PhoneNumber, Spelling]] = {}
        self._region = region
        for number in sorted(numbers):
            for digits, spelling in spellings(number).items():
                self._numbers.setdefault(digits, (number, spelling))
        self.shortest = min(map(len, self._numbers), default=0)

    def ours(self, digits: str) -> tuple[PhoneNumber, Spelling] | None:
        """Give the forwarding number with these digits, or None."""
        return self._numbers.get(digits)

    def anyone(self, digits: str, *, plus: bool) -> tuple[PhoneNumber, Spelling] | None:
        """Give any phone number with these digits, or None. Forwarding numbers come first."""
        found = self._numbers.get(digits)
        if found is None and 5 <= len(digits) <= LONGEST:
            found = _read(digits, self._region, plus)
        return found


@lru_cache(maxsize=4096)
def _read(digits: str, region: str, plus: bool) -> tuple[PhoneNumber, Spelling] | None:
    try:
        number = parse("+" + digits if plus else digits, region=region)
    except NumberError:
        return None
    spelling = spellings(number).get(digits)
    return None if spelling is None else (number, spelling)


def find(run: Run, known: Known, *, anyone: bool = False) -> Iterator[Written]:
    """Give the numbers in a run, from the left. `anyone`: any phone number, not only ours."""
    at = 0
    while at < len(run.groups):
        found = _longest(run, at, known, anyone=anyone)
        if found is None:
            at += 1
            continue
        end, number, spelling = found
        groups = run.groups[at : end + 1]
        gaps = tuple(run.data[a.end : b.start] for a, b in zip(groups, groups[1:], strict=False))
        pattern = Pattern(spelling, tuple(len(g.digits) for g in groups), gaps)
        yield Written(groups[0].start, groups[-1].end, number, pattern)
        at = end + 1


def _longest(
    run: Run, first: int, known: Known, *, anyone: bool
) -> tuple[int, PhoneNumber, Spelling] | None:
    digits = ""
    found = None
    for last in range(first, len(run.groups)):
        digits += run.groups[last].digits
        if len(digits) > LONGEST:
            break
        plus = run.plus and first == 0
        here = known.anyone(digits, plus=plus) if anyone else known.ours(digits)
        if here is not None and why_left(run, first, last, here[1]) is None:
            found = (last, *here)
    return found


def why_left(run: Run, first: int, last: int, spelling: Spelling) -> str | None:
    """Say why a number in these groups of a run is left alone; None when it is not."""
    if first > 0 and run.groups[first].tied:
        return "part of a longer number"
    if last + 1 < len(run.groups) and run.groups[last + 1].tied:
        return "part of a longer number"
    if first == 0 and _touches_before(run.before):
        return "letters or signs touch it"
    if last + 1 == len(run.groups) and _touches_after(run.after):
        return "letters or signs touch it"
    if first == 0 and run.plus and spelling not in AFTER_PLUS:
        return "not an international number, but written after a +"
    if _belongs_abroad(run, first, last):
        return "part of another country's number"
    return _inside_other(run, first)


def _touches_before(before: bytes) -> bool:
    if before.endswith(b";"):
        m = _ENTITY_BEFORE.search(before)
        if m:
            before = html.unescape(m[0].decode("ascii")).encode("utf-8")
    return _TOUCHING.fullmatch(before[-1:]) is not None


def _touches_after(after: bytes) -> bool:
    if after.startswith(b"&"):
        m = _ENTITY_AFTER.match(after)
        if m:
            after = html.unescape(m[0].decode("ascii")).encode("utf-8")
    return bool(_TOUCHING.match(after) or _DOMAIN_AFTER.match(after))


def _belongs_abroad(run: Run, first: int, last: int) -> bool:
    """Say whether a "+" or "00" before these groups claims their digits."""
    own = sum(len(g.digits) for g in run.groups[first : last + 1])
    between = 0
    for at in range(first - 1, -1, -1):
        group = run.groups[at]
        between += len(group.digits)
        dialled = _is_dialled(run, at)
        if dialled or (at == 0 and run.plus):
            claimed = between - 2 * dialled
            return claimed < _COMPLETE_FROM or claimed + own <= E164_DIGITS_MAX
        if between > E164_DIGITS_MAX:
            return False
    return False


def _is_dialled(run: Run, at: int) -> bool:
    """Say whether the international prefix 00 begins here, with a country code after it."""
    group = run.groups[at]
    if not group.digits.startswith("00") or (at > 0 and group.tied):
        return False
    if at == 0 and re.search(rb"[0-9][:,]\Z", run.before):
        return False
    rest = group.digits[2:] or (run.groups[at + 1].digits if at + 1 < len(run.groups) else "0")
    return not rest.startswith("0")


def _inside_other(run: Run, first: int) -> str | None:
    before = _ANY_TAG.sub(b"", run.before)
    if first == 0 and _ADDRESS.search(before):
        return "inside an address"
    start = run.groups[0].start
    before += _ANY_TAG.sub(b"", run.data[start : run.groups[first].start])
    m = _IBAN_HEAD.search(_BLANK.sub(b" ", before))
    if m and (len(run.groups[first].digits) == 4 or m[1]):
        return "part of an IBAN"
    return None
