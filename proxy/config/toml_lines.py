"""On which line of a TOML file something stands; tomllib does not tell.

Rule: only what stands plainly is found: headings, and keys at the head of a line. What does not is
found where the thing around it stands, or nowhere.
"""

import re
from collections import Counter
from collections.abc import Mapping

Place = tuple[str | int, ...]

_STRINGS = re.compile(
    r'"""(?:\\.|[^\\])*?"""'
    r"|'''.*?'''"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|#[^\n]*",
    re.DOTALL,
)
_HEADING = re.compile(r"\s*(\[\[?)\s*([\w.-]+)\s*\]")
_KEY = re.compile(r"\s*([\w-]+(?:\s*\.\s*[\w-]+)*)\s*=")


class Lines:
    """The lines of a file."""

    def __init__(self, text: str) -> None:
        """Take a text that tomllib has read."""
        self._found = _lines_of(text)

    def of(self, *place: str | int) -> int | None:
        """Give the line, from 1, of a heading, a key, or else of what is around it."""
        for length in range(len(place), 0, -1):
            if line := self._found.get(place[:length]):
                return line
        return None


def _lines_of(text: str) -> Mapping[Place, int]:
    found: dict[Place, int] = {}
    rows: Counter[Place] = Counter()
    at: Place = ()
    depth = 0
    for number, line in enumerate(_STRINGS.sub(_hollow, text).split("\n"), 1):
        heading = _HEADING.match(line) if depth == 0 else None
        if heading is not None:
            at = tuple(heading[2].split("."))
            if heading[1] == "[[":
                rows[at] += 1
                at = (*at, rows[at] - 1)
            found.setdefault(at, number)
            continue
        if depth == 0 and (key := _KEY.match(line)):
            names = tuple(name.strip() for name in key[1].split("."))
            found.setdefault((*at, *names), number)
        depth += sum(map(line.count, "[{")) - sum(map(line.count, "]}"))
    return found


def _hollow(found: re.Match[str]) -> str:
    """Leave nothing of a string or comment but its line ends."""
    return "\n" * found[0].count("\n")
