"""Which status a request gets that the parser cannot read.

The parser says 400 to all of it. A visitor's program can do more with the truth: a target that is
too long, a head that is too big, a method or a version that is not known here. And it lets some
through that is no HTTP to us.

Source: RFC 9110 §15.5.15, §15.6.2, §15.6.6; RFC 6585 §5; RFC 9112 §3.
"""

import re

from aiohttp.http_exceptions import BadHttpMethod, LineTooLong

_LINE = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+ [!-~]+ HTTP/([0-9])\.([0-9])\r?")
_KNOWN = ((b"1", b"0"), (b"1", b"1"))
_LEADING = b"\r\n"  # empty lines before a request are passed over (RFC 9112 §2.2)


def unfit(data: bytes, *, is_whole: bool, most_bytes: int) -> int:
    """Give the status for a request that the parser lets through, and we do not; 0: it is fit.

    The parser takes the lines of RTSP and Icecast for those of HTTP, and counts fields, not what
    they come to. `is_whole`: with this one request the bytes begin; else it stands somewhere in
    them.
    """
    if not is_whole:
        return 400 if b" RTSP/" in data or b" ICE/" in data else 0
    head = data.lstrip(_LEADING)
    end = head.find(b"\n")
    if head[end - 9 : end - 4] != b"HTTP/":
        return 400
    is_big = len(data) > most_bytes and data.find(b"\r\n\r\n") > most_bytes
    return 431 if is_big else 0


def status_of(head: bytes, error: BaseException, *, line_bytes: int, most_fields: int) -> int:
    """Give the status. `head`: what has come of the request, as far as it has; or nothing."""
    line, found, rest = head.lstrip(_LEADING).partition(b"\n")
    if isinstance(error, LineTooLong):
        return 431 if found and len(line) <= line_bytes else 414
    match = _LINE.fullmatch(line) if found else None
    if match is None:
        return 400
    if match.groups() not in _KNOWN:
        return 505
    if isinstance(error, BadHttpMethod):
        is_this_line = repr(line.rstrip(b"\r")) in error.message  # else it stands further on
        return 501 if is_this_line else 400
    fields = rest.partition(b"\r\n\r\n")[0].split(b"\r\n")
    return 431 if len(fields) > most_fields else 400
