"""Reads the head of an answer: strictly, by llhttp; what sites are known to do wrong is mended.

Only whole heads are parsed here, and nothing behind them: how long a body is, is said by `bodies`.
llhttp refuses what could be read in two ways (two lengths, a length beside a transfer coding,
control characters in a field). Mended, as RFC 9112 allows or asks of a proxy (§2.2, §5.1, §5.2):
lines that end without a CR, fields folded over lines, blanks before a colon. llhttp lets RTSP and
HTTP/2.0 pass, and control characters in the reason: looked at here.

Errors: UpstreamBroken.
"""

import re
from contextlib import suppress
from dataclasses import dataclass
from typing import NamedTuple

import httptools

from calltrack.errors import UpstreamBroken
from proxy.headers import Fields

_HEAD_END = re.compile(rb"\n\r?\n")
_BARE_LF = re.compile(rb"(?<!\r)\n")
_FOLD = re.compile(rb"\r\n[ \t]+")
_BLANKS_BEFORE_COLON = re.compile(rb"(\r\n[^:\s]+)[ \t]+:")
_CONTROL = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
_ABOUT_CONNECTION = frozenset(
    {b"connection", b"content-length", b"keep-alive", b"transfer-encoding", b"upgrade"}
)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a head may hold; the interim heads before an answer count with it."""

    line_bytes: int = 64 * 1024  # one line: a long CSP
    head_bytes: int = 256 * 1024
    fields: int = 256


class Head(NamedTuple):
    """An answer's head. `about` holds the fields that are about the connection, in lower case."""

    status: int
    reason: bytes
    fields: Fields
    is_http_10: bool
    about: dict[bytes, list[bytes]]

    @property
    def is_interim(self) -> bool:
        """Say whether the answer is still to come (1xx); a switch of protocols is an answer."""
        return self.status < 200 and self.status != 101

    def options(self, name: bytes) -> list[bytes]:
        """Give the members of one of the fields in `about`, over all its lines, in lower case."""
        joined = b",".join(self.about.get(name, ())).lower()
        return [member for part in joined.split(b",") if (member := part.strip(b" \t"))]


def end_of_head(data: bytes | memoryview, start: int = 0) -> int:
    """Say where the head ends, behind its empty line; -1 where more has to come."""
    found = _HEAD_END.search(data, start)
    return found.end() if found else -1


def read_head(raw: bytes, limits: Limits) -> Head:
    """Read a whole head, with its empty line."""
    if raw[:7] != b"HTTP/1." or raw[7:8] not in (b"0", b"1"):
        raise UpstreamBroken("the site's answer is no HTTP/1.1")
    try:
        parts = _parsed(raw)
    except httptools.HttpParserError:
        try:
            parts = _parsed(_mended(raw))
        except httptools.HttpParserError as error:
            raise UpstreamBroken(f"the head of the site's answer: {error}") from error
    fields = parts.fields
    if len(fields) > limits.fields:
        raise UpstreamBroken(f"the site's answer has {len(fields)} fields")
    if len(raw) > limits.line_bytes and max(map(len, raw.split(b"\n"))) > limits.line_bytes:
        raise UpstreamBroken("the head of the site's answer has a line that is too long")
    if parts.status < 100 or _CONTROL.search(parts.reason):
        raise UpstreamBroken("the first line of the site's answer")
    return Head(parts.status, parts.reason, fields, raw[7:8] == b"0", _about(fields))


class _Parts:
    """What llhttp finds in a head."""

    def __init__(self) -> None:
        self.status = 0
        self.reason = b""
        self.fields: Fields = []

    def on_status(self, reason: bytes) -> None:
        self.reason = reason

    def on_header(self, name: bytes, value: bytes) -> None:
        if value[-1:] in (b" ", b"\t"):
            value = value.rstrip(b" \t")
        self.fields.append((name, value))


def _parsed(raw: bytes) -> _Parts:
    parts = _Parts()
    parser = httptools.HttpResponseParser(parts)
    with suppress(httptools.HttpParserUpgrade):  # a 101
        parser.feed_data(raw)
    parts.status = parser.get_status_code()
    return parts


def _mended(raw: bytes) -> bytes:
    line, end, rest = _BARE_LF.sub(b"\r\n", raw.rstrip(b"\r\n")).partition(b"\r\n")
    whole = line + end + _FOLD.sub(b" ", rest) + b"\r\n\r\n"
    return _BLANKS_BEFORE_COLON.sub(rb"\1:", whole)


def _about(fields: Fields) -> dict[bytes, list[bytes]]:
    about: dict[bytes, list[bytes]] = {}
    for name, value in fields:
        key = name.lower()
        if key in _ABOUT_CONNECTION:
            about.setdefault(key, []).append(value)
    return about
