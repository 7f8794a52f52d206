"""Cache-Control, dates and seconds, read the way the RFC says.

Where a directive is written twice the first one counts. One that needs a number and has none that
can be read counts as 0: what cannot be understood makes nothing fresh.

Source: RFC 9111 §1.2.2, §4.2.1, §5.2; RFC 9110 §5.6.7.
"""

import re
from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime

from proxy.headers import Fields, for_shared_caches, members, values

MOST_SECONDS = 2**31
"""What a longer span counts as."""

_DATE = re.compile(
    rb"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT"
    rb"|[A-Z][a-z]{5,8}, \d\d-[A-Z][a-z]{2}-\d\d \d\d:\d\d:\d\d GMT"
    rb"|[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}"
)

Directives = Mapping[bytes, bytes]
"""Name, in lower case -> argument, without quotes; b"" where it has none."""


def directives(fields: Fields) -> Directives:
    """Give what is said, in a request or an answer."""
    return read(b",".join(values(fields, b"cache-control")))


def targeted(fields: Fields) -> list[Directives]:
    """Give what is said to some shared caches in words of their own, a field at a time."""
    return [
        {b"max-age": value} if name.lower() == b"x-accel-expires" else read(value)
        for name, value in for_shared_caches(fields)
    ]


def read(text: bytes) -> Directives:
    """Read what Cache-Control says."""
    found: dict[bytes, bytes] = {}
    for member in members([(b"", text)], b"") if text else ():
        key, _, value = member.partition(b"=")
        name = key.rstrip(b" \t")  # no blank may stand there: then what follows counts for nothing
        found.setdefault(name, value.strip(b'"') if name == key else b"")
    return found


def seconds(said: Directives, name: bytes) -> int | None:
    """Give a span that a directive names; None: it is not said."""
    value = said.get(name)
    if value is None:
        return None
    return span(value) or 0


def span(value: bytes) -> int | None:
    """Read seconds; None: they are none."""
    if not value.isdigit():
        return None
    return int(value) if len(value) < 11 and int(value) < MOST_SECONDS else MOST_SECONDS


def moment(value: bytes | None) -> float | None:
    """Read a date, in seconds since 1970; None: it is none."""
    if value is None or not _DATE.fullmatch(value):
        return None
    try:
        read = parsedate_to_datetime(value.decode("ascii"))
    except ValueError:  # the 31st of February
        return None
    return read.replace(tzinfo=UTC).timestamp()
