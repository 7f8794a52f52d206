"""Addresses and values that a stranger wrote: read with limits, decoded once, cleaned.

Nothing here raises, whatever comes in. Of an address the first `ADDRESS_LIMIT` characters are
read, of a query as many, and `MOST_PAIRS` pairs. Pairs are parted by `&` alone, as browsers do
it; a `;` is part of a value. Percent-encoding is decoded once, as UTF-8; bytes that are none
become U+FFFD.

Source: WHATWG URL Standard §5.1 (application/x-www-form-urlencoded).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

ADDRESS_LIMIT = 8192
MOST_PAIRS = 200

_SCHEMES = frozenset({"http", "https", "android-app", "ios-app"})
_HOST_AND_PORT = re.compile(
    r"(?P<host>[a-z0-9_.-]{1,253}|\[[0-9a-f:.]{2,45}\])(?P<port>:\d{0,5})?", re.ASCII
)
_LEFTOVER = "amp;"  # of a link that a page encoded twice: ?a=1&amp;utm_source=b


@dataclass(frozen=True, slots=True)
class Address:
    """A page's address without password and fragment. `host` is in lower case."""

    host: str
    path: str
    query: str = ""
    origin: str = ""  # scheme, host and port

    @property
    def target(self) -> str:
        """Path and query."""
        return f"{self.path}?{self.query}" if self.query else self.path


def read_address(text: str) -> Address | None:
    """Read the address of a page or of an app; anything else is None."""
    try:
        split = urlsplit(text[:ADDRESS_LIMIT].strip())
    except ValueError:  # brackets that do not close, a host that is none when normalised
        return None
    found = _HOST_AND_PORT.fullmatch(split.netloc.lower().rpartition("@")[2])
    if found is None or split.scheme not in _SCHEMES:
        return None
    host = found["host"].strip(".")
    origin = f"{split.scheme}://{host}{found['port'] or ''}"
    return Address(host, split.path or "/", split.query, origin) if host else None


def read_query(query: str) -> Mapping[str, str]:
    """Give what a query says, by names in lower case; the first that says something counts."""
    pairs = "&".join(query[:ADDRESS_LIMIT].split("&", MOST_PAIRS)[:MOST_PAIRS])
    said: dict[str, str] = {}
    for name, value in parse_qsl(pairs, encoding="utf-8", errors="replace"):
        if cleaned(value, 1):
            said.setdefault(name.lower().removeprefix(_LEFTOVER), value)
    return said


def cleaned(text: str, longest: int) -> str:
    """Leave out what cannot be printed, and cut.

    Spaces of any kind are plain ones, one at a time. Marks that nobody sees (they hide, or turn the
    direction of writing) are left out with control characters, NUL and broken characters.
    """
    shown = "".join(char if char.isprintable() else " " * char.isspace() for char in text)
    return " ".join(shown.split())[:longest].rstrip()
