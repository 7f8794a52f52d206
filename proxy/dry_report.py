"""What a dry run has seen: the last pages, and what would have become of their numbers.

By path and rule, never by visitor: a page may hold its visitor's own number, so no number is kept,
only where it stands. Kept are MOST_PATHS paths, those seen last.
"""

from collections import Counter, OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

MOST_PATHS = 50
LONGEST_PATH = 200
MOST_LINES = 5


@dataclass(frozen=True, slots=True)
class Left:
    """Numbers that would stay as they are by one rule: how many, and the lines of the first."""

    rule: str
    count: int
    lines: tuple[int, ...]


@dataclass(slots=True)
class DryPage:
    """One path, as it was last seen."""

    path: str
    seen_at: datetime
    outcome: str
    replaced: int
    times: int = 1
    left: Sequence[Left] | None = None
    """None: not looked at yet."""
    explained_at: datetime | None = None

    def facts(self) -> Mapping[str, object]:
        """Tell a program."""
        left = self.left
        return {
            "path": self.path,
            "seen_at": self.seen_at.isoformat(),
            "times": self.times,
            "outcome": self.outcome,
            "replaced": self.replaced,
            "left": None
            if left is None
            else [{"rule": one.rule, "count": one.count, "lines": one.lines} for one in left],
        }


@dataclass(slots=True)
class DryReport:
    """The last pages, the latest first."""

    _pages: "OrderedDict[str, DryPage]" = field(default_factory=OrderedDict)

    def note(self, path: str, outcome: str, replaced: int, *, now: datetime) -> DryPage:
        """Take note of a page; give what is known of its path."""
        path = path if len(path) <= LONGEST_PATH else f"{path[:LONGEST_PATH]}…"
        page = self._pages.get(path)
        if page is None:
            page = self._pages[path] = DryPage(path, now, outcome, replaced)
        else:
            page.seen_at, page.outcome, page.replaced = now, outcome, replaced
            page.times += 1
        self._pages.move_to_end(path)
        while len(self._pages) > MOST_PATHS:
            self._pages.popitem(last=False)
        return page

    def pages(self) -> Sequence[DryPage]:
        """Give them all."""
        return list(reversed(self._pages.values()))

    def facts(self) -> Sequence[Mapping[str, object]]:
        """Tell a program."""
        return [page.facts() for page in self.pages()]


def by_rule(found: Sequence[tuple[str, int]]) -> Sequence[Left]:
    """Put what is left alone under its rules, the most frequent first. Shape: rule and line."""
    count = Counter(rule for rule, _ in found)
    lines: dict[str, list[int]] = {}
    for rule, line in found:
        lines.setdefault(rule, []).append(line)
    return [
        Left(rule, times, tuple(dict.fromkeys(lines[rule]))[:MOST_LINES])
        for rule, times in count.most_common()
    ]
