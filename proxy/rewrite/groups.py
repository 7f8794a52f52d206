"""Cut a run of digits into groups: digits with nothing between them.

Between two groups stands a gap. One without white space ties them, unless one element ends in it
and another begins.

Units: positions are in the run.
"""

import html
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from proxy.rewrite.alphabet import NumberSyntax
from proxy.rewrite.expressions import compiled
from proxy.rewrite.syntax import ANY_TAG, INLINE_TAG

_ONLY_PLAIN = compiled(rb"[-+./() 0-9]++")
NO_DIGITS = bytes(set(range(256)) - set(b"0123456789"))
_GROUP = compiled(rb"[0-9]++")
_INLINE_TAG = compiled(INLINE_TAG)
_PLAIN_TAG = compiled(rb"</?[A-Za-z][A-Za-z0-9]*+(?: [A-Za-z-]++(?:=\"[^\"<>]*+\")?+)*+ ?/?>")
_PLAIN_SEPARATORS = b"-./() \t\n\f\r"
_MAY_END_GAP = frozenset(bytes([c]) for c in (*b"0123456789;", *range(0x80, 0x100)))
_LOOK_BYTES = 16


class Group(NamedTuple):
    """Digits with nothing between them. `tied`: no white space between it and the one before."""

    start: int
    end: int
    digits: str
    tied: bool


class Reader:
    """Cuts runs in one alphabet."""

    def __init__(self, number: NumberSyntax) -> None:
        self._plus = compiled(number.plus)
        self._digits = compiled(number.digit + rb"++")
        self._digit = compiled(rb"([0-9]++)|" + number.digit)
        self._gap = compiled(ANY_TAG.pattern + rb"|" + number.separator)
        self._space = compiled(number.space)

    def read(self, run: bytes) -> tuple[bool, tuple[Group, ...]]:
        """Give whether the run begins with a "+", and its groups."""
        plus = self._plus.match(run)
        spans = _GROUP.finditer(run) if _ONLY_PLAIN.fullmatch(run) else self._spans(run, plus)
        groups: list[Group] = []
        last = -1
        for m in spans:
            first, after = m.span()
            tied = last < 0 or self._ties(run[last:first])
            groups.append(Group(first, after, self._plain(m[0]), tied))
            last = after
        return plus is not None, tuple(groups)

    def _spans(self, run: bytes, plus: re.Match[bytes] | None) -> Iterator[re.Match[bytes]]:
        at = plus.end() if plus else 0
        while at < len(run):
            m = self._digits.match(run, at)
            if m:
                yield m
            else:
                m = self._gap.match(run, at)
            at = m.end() if m else at + 1

    def _plain(self, raw: bytes) -> str:
        if raw.isdigit():
            return raw.decode("ascii")
        return "".join(
            m[0].decode("ascii") if m[1] else _plain_digit(m[0]) for m in self._digit.finditer(raw)
        )

    def _ties(self, gap: bytes) -> bool:
        if b"<" in gap:
            if parts(ANY_TAG.findall(gap)):
                return False
            gap = ANY_TAG.sub(b"", gap)
        return self._space.search(gap) is None


def may_follow_digits(data: bytes, floor: int, at: int) -> bool:
    """Say whether digits, and behind them a gap, may stand before `at`. A no is sure."""
    while at > floor:
        tail = data[max(floor, at - _LOOK_BYTES) : at]
        text = tail.rstrip(_PLAIN_SEPARATORS)
        if not text:
            return len(tail) == _LOOK_BYTES
        end = at - len(tail) + len(text)
        if text[-1:] in _MAY_END_GAP or data.endswith((b"nbsp", b"shy", b"middot"), floor, end):
            return True  # a name may begin before the tail
        if not text.endswith(b">"):
            return False
        at = data.rfind(b"<", floor, end)
        if at > floor and _may_be_in_tag(data[floor:at]):
            return True
        if at < 0 or not _INLINE_TAG.fullmatch(data, at, end):
            return at < 0 or not _PLAIN_TAG.fullmatch(data, at, end)
    return False


def _may_be_in_tag(before: bytes) -> bool:
    """Say whether what stands behind this may be inside a tag, or its value. A no is sure."""
    begun = before.find(b"<")
    if begun < 0:
        return False
    quotes = before.count(b'"', begun) % 2 or before.count(b"'", begun) % 2
    return bool(quotes) or before.rfind(b">") < before.rfind(b"<")


def plain_digits(run: bytes) -> str | None:
    """Give the digits of a run; None when some are, or may be, written otherwise."""
    if not _ONLY_PLAIN.fullmatch(run):
        return None
    return run.translate(None, NO_DIGITS).decode("ascii")


def parts(tags: Iterable[bytes]) -> bool:
    """Say whether one element ends and another begins: texts in them are not one word."""
    return len({tag.startswith(b"</") for tag in tags}) == 2


def _plain_digit(raw: bytes) -> str:
    """Read a digit that is an entity, full-width or %3x, or stands for one (`charset`)."""
    if 0xD0 <= raw[0] <= 0xD9:
        return str(raw[0] - 0xD0)
    if raw.startswith(b"%"):
        return raw[-1:].decode("ascii")
    return str(int(html.unescape(raw.decode("utf-8"))))
