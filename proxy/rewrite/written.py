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
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from calltrack.dialling import is_in_use
from calltrack.errors import NumberError
from calltrack.numbers import PhoneNumber, Spelling, parse, spellings
from proxy.rewrite.alphabet import NumberSyntax
from proxy.rewrite.syntax import INLINE_TAG

E164_DIGITS_MAX = 15
DIGITS_MAX = 20
"""Of the longest spelling."""
COMPLETE_FROM = 8
"""An international number has at least as many digits."""
PART_OF_LONGER = "part of a longer number"
BEHIND_BYTES = 256
"""How far back the surroundings of a number are looked at."""
AHEAD_BYTES = 40

_ANY_TAG = re.compile(rb"""<(?:[^"'>]|"[^"]*"|'[^']*')*+>""")
_TAGS = re.compile(rb"(?:<[^<>]*>)+")
_ONLY_INLINE = re.compile(rb"(?:" + INLINE_TAG + rb")++")
_ONLY_PLAIN = re.compile(rb"[-+./() 0-9]++")
_NO_DIGITS = bytes(set(range(256)) - set(b"0123456789"))
_GROUP = re.compile(rb"[0-9]++")

_TOUCHING = re.compile(rb"[A-Za-z_@#=]")
_ENTITY = rb"&(?:#[0-9]+|#[xX][0-9A-Fa-f]+|[A-Za-z][A-Za-z0-9]*);"
_ENTITY_BEFORE = re.compile(_ENTITY + rb"\Z")
_ENTITY_AFTER = re.compile(_ENTITY)
_DOMAIN_AFTER = re.compile(rb"\.[a-z]")
_TIED_BEFORE = re.compile(rb"[0-9][-./()]{0,5}\Z")
_TIME_BEFORE = re.compile(rb"[0-9][:,]\Z")
_BLANKS = frozenset({b"", b" ", b"\n", b"\t", b"\r", b"\f"})
_BLANK = re.compile(rb"&nbsp;?|&#160;?|&#[xX][aA]0;?|\xC2?\xA0|[\t\n\f\r ]+")
_IBAN_HEAD = re.compile(rb"(?:\A|[^A-Za-z0-9])[A-Z]{2}[0-9]{2} ?([A-Z0-9]{4} ?)*\Z")
_MAY_BE_IBAN = re.compile(rb"[A-Z]{2}[0-9]{2}")
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
class Run:
    """Digits with gaps between them, and what stands around them."""

    data: bytes
    groups: tuple[Group, ...]
    plus: bool
    before: bytes
    after: bytes


@dataclass(frozen=True, slots=True)
class Written:
    """A number found in a run: these groups of it."""

    groups: tuple[Group, ...]
    number: PhoneNumber
    spelling: Spelling

    @property
    def start(self) -> int:
        """Where its first digit stands."""
        return self.groups[0].start

    @property
    def end(self) -> int:
        """Where its last digit ends."""
        return self.groups[-1].end


class Reader:
    """Cuts a run into groups of digits."""

    def __init__(self, number: NumberSyntax) -> None:
        self._digits = re.compile(number.digit + rb"++")
        self._digit = re.compile(rb"([0-9]++)|" + number.digit)
        self._gap = re.compile(_ANY_TAG.pattern + rb"|" + number.separator)
        self._space = re.compile(number.space)

    def read(self, data: bytes, start: int, end: int) -> tuple[Group, ...]:
        """Give the groups of digits in data[start:end], a run without its "+"."""
        find = _GROUP.finditer if _ONLY_PLAIN.fullmatch(data, start, end) else self._spans
        groups = []
        last = -1
        for m in find(data, start, end):
            first, after = m.span()
            tied = last < 0 or self._ties(data[last:first])
            groups.append(Group(first, after, self._plain(m[0]), tied))
            last = after
        return tuple(groups)

    def _spans(self, data: bytes, at: int, end: int) -> Iterator[re.Match[bytes]]:
        while at < end:
            m = self._digits.match(data, at, end)
            if m:
                yield m
            else:
                m = self._gap.match(data, at, end)
            at = m.end() if m else at + 1

    def _plain(self, raw: bytes) -> str:
        if raw.isdigit():
            return raw.decode("ascii")
        return "".join(
            m[0].decode("ascii") if m[1] else _plain_digit(m[0]) for m in self._digit.finditer(raw)
        )

    def _ties(self, gap: bytes) -> bool:
        if b"<" in gap:
            if _parts(_ANY_TAG.findall(gap)):
                return False
            gap = _ANY_TAG.sub(b"", gap)
        return self._space.search(gap) is None


def plain_digits(run: bytes) -> str | None:
    """Give the digits of a run; None when some are, or may be, written otherwise."""
    if not _ONLY_PLAIN.fullmatch(run):
        return None
    return run.translate(None, _NO_DIGITS).decode("ascii")


def _parts(tags: Iterable[bytes]) -> bool:
    """Say whether one element ends and another begins: texts in them are not one word."""
    return len({tag.startswith(b"</") for tag in tags}) == 2


def _join_or_part(tags: re.Match[bytes]) -> bytes:
    """Give what tags in a text are to its reader: nothing, or a blank."""
    inline = _ONLY_INLINE.fullmatch(tags[0]) and not _parts(_ANY_TAG.findall(tags[0]))
    return b"" if inline else b" "


def _plain_digit(raw: bytes) -> str:
    """Read a digit that is an entity, full-width or %3x, or stands for one (`charset`)."""
    if 0xD0 <= raw[0] <= 0xD9:
        return str(raw[0] - 0xD0)
    if raw.startswith(b"%"):
        return raw[-1:].decode("ascii")
    return str(int(html.unescape(raw.decode("utf-8"))))


class Known:
    """The numbers that are looked for, by every string of digits they are written with."""

    def __init__(self, numbers: Iterable[PhoneNumber], region: str) -> None:
        self._region = region
        self._numbers: dict[str, tuple[PhoneNumber, Spelling]] = {}
        for number in sorted(numbers):
            for digits, spelling in spellings(number).items():
                self._numbers.setdefault(digits, (number, spelling))
        self.shortest = min(map(len, self._numbers), default=0)
        self._heads = frozenset(digits[: self.shortest] for digits in self._numbers)

    def may_stand_in(self, digits: str) -> bool:
        """Say whether one of our numbers can be among these digits. Quick; a no is sure."""
        size = self.shortest
        heads = self._heads
        return any(digits[at : at + size] in heads for at in range(len(digits) - size + 1))

    def ours(self, digits: str) -> tuple[PhoneNumber, Spelling] | None:
        """Give the number of ours that these digits are."""
        return self._numbers.get(digits)

    def inside(self, digits: str) -> tuple[PhoneNumber, Spelling] | None:
        """Give the number of ours whose digits stand somewhere in these."""
        sizes = range(self.shortest, min(DIGITS_MAX, len(digits)) + 1)
        places = (digits[at : at + size] for size in sizes for at in range(len(digits) - size + 1))
        return next((self._numbers[text] for text in places if text in self._numbers), None)

    def anyone(self, digits: str, *, plus: bool, sure: bool) -> tuple[PhoneNumber, Spelling] | None:
        """Give the phone number that these digits are. `sure`: of a range that is in use."""
        if digits in self._numbers:
            return self._numbers[digits]
        found = _read("+" + digits if plus else digits, self._region)
        if found is None or (sure and not is_in_use(found[0].country_code, found[0].national)):
            return None
        return found


@lru_cache(maxsize=4096)
def _read(text: str, region: str) -> tuple[PhoneNumber, Spelling] | None:
    try:
        number = parse(text, region=region)
    except NumberError:
        return None
    spelling = spellings(number).get(text.removeprefix("+"))
    return None if spelling is None else (number, spelling)


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
    if whole is not None and why_left(run, 0, last, whole[1]) is None:
        yield Written(run.groups, *whole)


def find_left(run: Run, known: Known) -> Iterator[tuple[Written, str]]:
    """Give our numbers in a run that are left alone, and why."""
    at = 0
    while at < len(run.groups):
        found = _longest_left(run, at, known)
        if found is not None:
            yield found
        at += len(found[0].groups) if found else 1


def _longest_left(run: Run, first: int, known: Known) -> tuple[Written, str] | None:
    digits = ""
    longest = None
    for last in range(first, len(run.groups)):
        digits += run.groups[last].digits
        here = known.ours(digits) or known.inside(digits)
        if here is None:
            continue
        why = PART_OF_LONGER if known.ours(digits) is None else why_left(run, first, last, here[1])
        if why is None or longest is not None:
            break
        longest = (Written(run.groups[first : last + 1], *here), why)
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


def why_left(run: Run, first: int, last: int, spelling: Spelling) -> str | None:
    """Say why the number in these groups of a run is left alone; None when it is not."""
    if _is_tied(run, first, last):
        return PART_OF_LONGER
    if first == 0 and _touches_before(run.before):
        return "letters or signs touch it"
    if last + 1 == len(run.groups) and _touches_after(run.after):
        return "letters or signs touch it"
    if run.plus and first == 0 and spelling not in {Spelling.INTERNATIONAL, Spelling.TRUNK}:
        return "no international number, though written with a +"
    if _belongs_abroad(run, first, last):
        return "part of another country's number"
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


def _stands_in(run: Run, first: int) -> str | None:
    begun = run.data[run.groups[0].start : run.groups[first].start]
    before = run.before + begun
    if before[-1:] in _BLANKS and not _MAY_BE_IBAN.search(before):
        return None
    before = _BLANK.sub(b" ", _TAGS.sub(_join_or_part, before))
    if first == 0 and _ADDRESS.search(before):
        return "inside an address"
    head = _IBAN_HEAD.search(before)
    if head and (head[1] or len(run.groups[first].digits) == 4):
        return "part of an IBAN"
    return None
