"""A page with one number, and what a guest sees of it."""

from proxy.headers import Fields
from tests.proxy.browser import NAVIGATION, Got
from tests.proxy.guests import COOKIE

PAGE = (
    b"<!doctype html><p>Bel <a href=tel:+31850199999>085 0199 999</a></p>" + b"<p>tekst</p>" * 200
)
PLAIN = b"<!doctype html><p>Bel ons niet</p>" + b"<p>tekst</p>" * 200
FOR_FIRST = PAGE.replace(b"+31850199999", b"+31201234560").replace(b"085 0199 999", b"020 1234 560")
FOR_SECOND = PAGE.replace(b"+31850199999", b"+31201234561").replace(
    b"085 0199 999", b"020 1234 561"
)

LONG = PAGE + b"<p>tekst</p>\n" * 40_000 + PAGE
LONG_FOR_FIRST = FOR_FIRST + b"<p>tekst</p>\n" * 40_000 + FOR_FIRST

CACHEABLE = (
    b"Cache-Control: public, max-age=600, s-maxage=9000",
    b"Expires: Thu, 01 Dec 2037 16:00:00 GMT",
    b"Last-Modified: Sun, 22 Nov 2026 05:00:00 GMT",
    b'ETag: "abc"',
    b"Surrogate-Control: max-age=600",
    b"CDN-Cache-Control: max-age=600",
    b"Accept-Ranges: bytes",
    b"Content-MD5: Q2hlY2sgSW50ZWdyaXR5IQ==",
    b"Digest: sha-256=abc",
    b"Content-Digest: sha-256=:abc=:",
    b"Repr-Digest: sha-256=:abc=:",
    b"Vary: Accept-Encoding",
    b"X-Frame-Options: DENY",
)


def guest(name: str, *lines: bytes) -> tuple[bytes, ...]:
    return (*NAVIGATION, b"Cookie: %b=%b" % (COOKIE.encode(), name.encode()), *lines)


def names(fields: Fields) -> list[bytes]:
    return [name.lower() for name, _ in fields]


def without_ours(got: Got) -> bytes:
    """Take away what every answer through the proxy may get: a Date, and the connection's end."""
    raw = got.raw.replace(b"\r\nConnection: close", b"", 1)
    date = got.has(b"date")
    assert date is not None
    return raw.replace(b"\r\nDate: " + date, b"", 1)


def gzip_body(said: bytes) -> bytes:
    return said.partition(b"\r\n\r\n")[2]
