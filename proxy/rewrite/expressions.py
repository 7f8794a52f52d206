"""Compiles the rewriter's expressions so that every supported Python reads them alike.

Before Python 3.11.5 a possessive repeat of a group, as (?:…)*+, goes wrong where the group could
give something back; Debian 12 ships 3.11.2. An atomic group around a greedy repeat means the same
and is right everywhere, but slower by a fifth. So the first is written, and the second is compiled
where it must be.

Source: the changelog of Python 3.11.5, gh-106052.
"""

import re
import sys

_IS_RIGHT = sys.version_info >= (3, 11, 5)

_PART = re.compile(
    rb"(?P<plain>\\.|\[\^?\]?(?:\\.|[^]\\])*\]|[^()\\\[])"
    rb"|(?P<open>\()"
    rb"|(?P<close>\))(?:(?P<repeat>[*+?]|\{[0-9]*,?[0-9]*\})\+)?",
    re.DOTALL,
)


def compiled(pattern: bytes) -> re.Pattern[bytes]:
    """Compile an expression."""
    return re.compile(pattern if _IS_RIGHT else atomic(pattern))


def atomic(pattern: bytes) -> bytes:
    """Write possessive repeats of groups as atomic groups; all else stays as it is."""
    written: list[bytes] = []
    begun: list[int] = []
    for part in _PART.finditer(pattern):
        if part["open"]:
            begun.append(len(written))
        if part["repeat"]:
            written.insert(begun.pop(), b"(?>")
            written.append(b")" + part["repeat"] + b")")
            continue
        if part["close"]:
            begun.pop()
        written.append(part[0])
    return b"".join(written)
