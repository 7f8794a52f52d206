"""Put one number's digits where another's stood, group by group.

A written number has sections: what is dialled first, the country code, the trunk prefix, the area
code, the rest. Each section is cut into groups, and separators stand between the groups.

Rule 1: as many groups come out as the old text has; a page's elements are never added or removed.
Rule 2: where the old text shows the border between two sections, the new one shows it too.
Rule 3: between two borders the country's own groups are used where they fit. Where there are too
many, the last group takes the rest; where there are too few, the old sizes are kept, and a group
that no digit is left for is empty.
"""

import re
from collections.abc import Callable, Sequence
from itertools import accumulate
from operator import itemgetter

Sections = Sequence[Sequence[str]]
"""What is dialled first, country code, trunk prefix, area code, rest."""

AREA = 3
"""Where the area code stands in the sections. Prefixes before it are glued to what follows."""


def regroup(new: Sections, old: Sections, sizes: Sequence[int]) -> tuple[str, ...]:
    """Cut a new number's sections into groups as an old number's are cut into `sizes`."""
    shown = list(accumulate(sizes))
    done: list[str] = []
    waiting: list[str] = []
    passed = 0  # digits of the old number up to the border at hand
    for at, (section, before) in enumerate(zip(new, old, strict=True)):
        waiting += section
        if at <= AREA or not new[AREA]:
            waiting = ["".join(waiting)]
        passed += len("".join(before))
        slots = shown.index(passed) + 1 - len(done) if passed in shown else 0
        if slots > 0:
            done += fit(waiting, sizes[len(done) : len(done) + slots])
            waiting = []
    empty = next((at for at, group in enumerate(done) if group), 0)
    return (*done[empty:], *done[:empty])  # what stands before the first group stays as it is


def cutter(sizes: Sequence[int]) -> Callable[[str], tuple[str, ...]]:
    """Make what cuts a text from the left into pieces of these sizes; the last takes the rest."""
    if len(sizes) == 1:
        return lambda text: (text,)
    starts = [0, *accumulate(sizes[:-1])]
    return itemgetter(*(slice(a, b) for a, b in zip(starts, [*starts[1:], None], strict=True)))


def cut(text: str, sizes: Sequence[int]) -> tuple[str, ...]:
    """Cut a text from the left into pieces of these sizes; the last takes the rest."""
    return cutter(sizes)(text)


def join(groups: Sequence[str], separators: Sequence[str]) -> str:
    """Put the separators round the groups: one before, one between each two, one after."""
    first, *others = kept(groups, separators)
    return first + "".join(g + after for g, after in zip(groups, others, strict=True))


def kept(groups: Sequence[str], separators: Sequence[str]) -> list[str]:
    """Give what stays of the separators round some groups: one before, between each two, after.

    A bracket round an empty group goes, and one of the two separators beside it.
    """
    stay, before = [], separators[0]
    for count, (group, after) in enumerate(zip(groups, separators[1:], strict=True), 1):
        if group:
            stay.append(before)
            before = after
            continue
        stay.append("")
        left, right = re.sub(r"\($", "", before), re.sub(r"^\)", "", after)
        closing = left[: len(left) - len(left.lstrip(")"))]
        before = closing + right if count == len(groups) else left or right
    return [*stay, before]


def fit(groups: Sequence[str], sizes: Sequence[int]) -> Sequence[str]:
    """Make as many groups of these as there are sizes."""
    filled = [group for group in groups if group]
    if len(filled) == len(sizes):
        return filled
    if len(filled) > len(sizes):
        last = len(sizes) - 1
        return [*filled[:last], "".join(filled[last:])]
    text = "".join(filled)
    return cut(text, _shrink(sizes, len(text)))


def _shrink(sizes: Sequence[int], total: int) -> Sequence[int]:
    """Make sizes smaller until so few digits fill them: "12 34", then "1234", never "12 3 4"."""
    smaller = list(sizes)
    while sum(smaller) > total:
        largest = max(smaller)
        if largest > 2:
            smaller[len(smaller) - 1 - smaller[::-1].index(largest)] -= 1
        else:
            last = max(i for i, size in enumerate(smaller) if size)
            smaller[last] = 0
            smaller[max(last - 1, 0)] += max(total - sum(smaller), 0)
    return smaller
