"""Patterns that editors write: `*` stands for anything, everything else for itself, in any case.

Rule 1: the whole value. «linkedin» is not in «not-linkedin»; who wants that writes `*linkedin*`.
Rule 2: an empty value is one that nobody knows, and matches nothing: so `*` says "there is one".
Rule 3: nothing goes back. The parts between stars are looked for once each, from left to right, so
no pattern and no value, however hostile, takes more than a search for each part.
"""

from collections.abc import Iterable

ANYTHING = "*"


def matches(pattern: str, value: str) -> bool:
    """Say whether the whole value is as the pattern says."""
    text, (start, *others) = value.casefold(), pattern.casefold().split(ANYTHING)
    if not text:
        return False
    if not others:
        return text == start
    *between, end = others
    at, last = len(start), len(text) - len(end)
    if at > last or not text.startswith(start) or not text.endswith(end):
        return False
    for part in between:
        found = text.find(part, at, last)
        if found < 0:
            return False
        at = found + len(part)
    return True


def matches_any(patterns: Iterable[str], value: str) -> bool:
    """Say whether one of the patterns matches."""
    return any(matches(pattern, value) for pattern in patterns)
