"""Which status a request gets that the parser cannot read.

The parser says 400 to all of it. A visitor's program can do more with the truth: a target that is
too long, a head that is too big, a method or a version that is not known here.

Source: RFC 9110 §15.5.15, §15.6.2, §15.6.6; RFC 6585 §5; RFC 9112 §3.
"""

import re

from aiohttp.http_exceptions import BadHttpMethod, LineTooLong

_LINE = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+ [!-~]+ HTTP/([0-9])\.([0-9])\r?")
_KNOWN = ((b"1", b"0"), (b"1", b"1"))
_LEADING = b"\r\n"  # empty lines before a request are passed over (RFC 9112 §2.2)


def status_of(head: bytes, error: BaseException, *, most_fields: int) -> int:
    """Give the status. `head`: what has come of the request, as far as it has."""
    line, found, rest = head.lstrip(_LEADING).partition(b"\n")
    if isinstance(error, LineTooLong):
        return 431 if found else 414
    match = _LINE.fullmatch(line) if found else None
    if match is None:
        return 400
    if match.groups() not in _KNOWN:
        return 505
    if isinstance(error, BadHttpMethod):
        return 501
    fields = rest.partition(b"\r\n\r\n")[0].split(b"\r\n")
    return 431 if len(fields) > most_fields else 400
