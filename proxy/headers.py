"""Which fields go through the proxy, which stop here, which are ours.

Fields are kept as the bytes they came in, in their order and spelling: a list of (name, value).

Rules:

- Fields that are about one connection stop here, both ways (RFC 9110 §7.6.1), and with them every
  field that `Connection` names; but a sender cannot name away what the message needs (KEPT).
- A name with an underscore stops here: behind CGI and WSGI it reads as the name with a dash, and
  would pass for a field that we set.
- Our session cookie never reaches the site; the other cookies reach it byte for byte.
- A redirect goes on as it is, but for the site's inner address: the visitor could not follow it.
- `X-Calltrack` is between the site and us: obeyed, and removed.
"""

import re
from collections.abc import Collection, Iterable
from functools import lru_cache

from calltrack.cookie import NAME_PREFIX

Field = tuple[bytes, bytes]
Fields = list[Field]

HOP_BY_HOP = frozenset(
    {
        b"connection",
        b"keep-alive",
        b"proxy-connection",
        b"proxy-authenticate",
        b"proxy-authentication-info",
        b"proxy-authorization",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
        b"http2-settings",  # only with Upgrade: h2c
    }
)
KEPT = frozenset(
    {
        b"host",
        b"content-length",
        b"content-type",
        b"content-encoding",
        b"content-range",
        b"authorization",
        b"cookie",
        b"set-cookie",
        b"cache-control",
        b"vary",
        b"x-calltrack",
    }
)
"""What `Connection` cannot name away: framing, coding, and who may see or keep the answer."""

_OURS_IN_REQUESTS = frozenset(
    # answered, added to, or set by us
    {b"expect", b"via", b"host", b"x-request-id", b"x-calltrack-trace"}
)
_NOT_FOR_SITE = HOP_BY_HOP | _OURS_IN_REQUESTS
_NAMES_NOTHING = frozenset({b"keep-alive", b"close"})  # nearly every `Connection`
_OUR_PREFIX = NAME_PREFIX.encode()
_NOT_FOR_VISITOR = HOP_BY_HOP | {b"x-calltrack", b"x-calltrack-trace"}
_SAYS_HOW_LONG = frozenset({b"cache-control", b"expires", b"pragma"})
_PLACES = frozenset({b"location", b"content-location"})
# What caches in front believe more than Cache-Control: words of their own (the latter two those of
# nginx and Akamai), and the names of RFC 9213, which end all alike, as LiteSpeed's does.
_FOR_SHARED_CACHES = frozenset({b"surrogate-control", b"x-accel-expires", b"edge-control"})
_TARGETED = b"-cache-control"
_OF_OTHER_BYTES = frozenset(
    {
        b"etag",
        b"last-modified",
        b"accept-ranges",
        b"content-md5",
        b"digest",
        b"content-digest",
        b"repr-digest",
    }
)
_NOT_PERSONAL = _SAYS_HOW_LONG | _OF_OTHER_BYTES
_OF_A_BODY = frozenset(
    {
        b"content-length",
        b"content-type",
        b"content-encoding",
        b"content-language",
        b"content-md5",
        b"digest",
        b"content-digest",
        b"repr-digest",
        b"accept-ranges",
    }
)
_MEMBER = re.compile(rb'(?:[^,"]|"[^"]*"|")+')  # a comma inside quotes ends no member
_OUR_COOKIE = re.compile(
    rb"(?:^|;)[ \t]*" + re.escape(NAME_PREFIX.encode()) + rb"[^=;]*(?:=[^;]*)?"
)


def values(fields: Iterable[Field], name: bytes) -> list[bytes]:
    """Give a field's values in order. The name is in lower case."""
    return [value for key, value in fields if key.lower() == name]


def first(fields: Iterable[Field], name: bytes) -> bytes | None:
    """Give a field's first value, or None."""
    for key, value in fields:
        if key.lower() == name:
            return value
    return None


def members(fields: Iterable[Field], name: bytes) -> list[bytes]:
    """Give the members of a comma-separated list, over all its lines, in lower case."""
    found = values(fields, name)
    if not found:
        return []
    joined = b",".join(found).lower()
    return [member for part in _MEMBER.findall(joined) if (member := part.strip(b" \t"))]


def without(fields: Iterable[Field], names: Collection[bytes]) -> Fields:
    """Leave out the fields with these names, in lower case."""
    return [field for field in fields if field[0].lower() not in names]


def for_shared_caches(fields: Iterable[Field]) -> Fields:
    """Give what speaks to shared caches alone, each in words of its own."""
    return [field for field in fields if _is_for_shared_caches(field[0].lower())]


def _is_for_shared_caches(name: bytes) -> bool:
    return name in _FOR_SHARED_CACHES or name.endswith(_TARGETED)


def _for_browsers(fields: Iterable[Field]) -> Fields:
    """Leave out what speaks to shared caches alone."""
    return [field for field in fields if not _is_for_shared_caches(field[0].lower())]


def end_to_end(fields: Iterable[Field]) -> Fields:
    """Leave out what is about one connection only."""
    return _end_to_end(fields, HOP_BY_HOP)


def _end_to_end(fields: Iterable[Field], stopped: Collection[bytes]) -> Fields:
    named: list[bytes] = []
    passed: Fields = []
    for field in fields:
        name = field[0].lower()
        if name not in stopped:
            passed.append(field)
        elif name == b"connection":
            named.append(field[1].lower())
    return passed if _NAMES_NOTHING.issuperset(named) else without(passed, _named(named))


def for_upstream(fields: Iterable[Field]) -> Fields:
    """Give the request fields that go on to the site; ours are added by the caller."""
    named: list[bytes] = []
    passed: Fields = []
    for field in fields:  # one walk over them: most requests need nothing else
        name = field[0].lower()
        if name in _NOT_FOR_SITE or b"_" in name:
            if name == b"connection":
                named.append(field[1].lower())
            continue
        kept = _without_our_cookie(field) if name == b"cookie" else field
        if kept is not None:
            passed.append(kept)
    return passed if _NAMES_NOTHING.issuperset(named) else without(passed, _named(named))


def _named(connection: Iterable[bytes]) -> frozenset[bytes]:
    """Give the fields that `Connection` names away."""
    listed = members([(b"connection", value) for value in connection], b"connection")
    return frozenset(listed) - KEPT


def _without_our_cookie(field: Field) -> Field | None:
    name, value = field
    if _OUR_PREFIX not in value:
        return field
    value = _OUR_COOKIE.sub(b"", value)
    if value.startswith(b";"):  # ours stood first
        value = value[1:].lstrip(b" \t")
    return (name, value) if value else None


def for_visitor(fields: Iterable[Field]) -> Fields:
    """Give the answer's fields that go on to the visitor."""
    return _end_to_end(fields, _NOT_FOR_VISITOR)


def relocated(fields: Iterable[Field], *, inner: Collection[bytes], outer: bytes) -> Fields:
    """Put the name that the visitor knows where the site gave its inner address away.

    Shape: `inner` and `outer` are scheme and authority, as http://127.0.0.1:8001.
    """
    return [
        (field[0], _relocated(field[1], inner, outer)) if field[0].lower() in _PLACES else field
        for field in fields
    ]


def _relocated(value: bytes, inner: Collection[bytes], outer: bytes) -> bytes:
    for base in inner:
        rest = value[len(base) :]
        if value.startswith(base) and (not rest or rest[:1] in b"/?#"):
            return outer + rest
    return value


def is_switched_off(fields: Iterable[Field]) -> bool:
    """Say whether the site asked to leave this answer alone."""
    return b"off" in members(fields, b"x-calltrack")


def may_transform(fields: Iterable[Field]) -> bool:
    """Say whether the site lets a proxy change the body (RFC 9110 §7.7)."""
    return b"no-transform" not in members(fields, b"cache-control")


def media_type(fields: Iterable[Field]) -> tuple[bytes, str | None]:
    """Give the media type in lower case, and the charset where one is named."""
    return _media_type(first(fields, b"content-type") or b"")


@lru_cache(maxsize=256)  # a site has a few
def _media_type(value: bytes) -> tuple[bytes, str | None]:
    kind, *parameters = value.split(b";")
    for parameter in parameters:
        name, _, value = parameter.partition(b"=")
        if name.strip().lower() == b"charset":
            charset = value.strip(b" \t\"'").decode("ascii", "replace")
            return kind.strip().lower(), charset or None
    return kind.strip().lower(), None


def private(fields: Iterable[Field]) -> Fields:
    """Keep an answer out of shared caches; the browser may keep it as before."""
    fields = list(fields)
    said = members(fields, b"cache-control")
    kept = [d for d in said if not d.startswith((b"public", b"private", b"s-maxage"))]
    passed = _for_browsers(without(fields, {b"cache-control"}))
    return [*passed, (b"Cache-Control", b", ".join([b"private", *kept]))]


def personal(fields: Iterable[Field], etag: bytes | None) -> Fields:
    """Mark a page in which a place for a number was found.

    `private, no-cache` whatever it shows and to whom: a cache must not hand the page of one
    visitor, or of a crawler, to another. Not `no-store`: the back button goes on working.
    """
    passed: Fields = []
    said: Fields = []
    for field in fields:  # one walk over them
        name = field[0].lower()
        if name == b"cache-control":
            said.append(field)
        elif name not in _NOT_PERSONAL and not _is_for_shared_caches(name):
            passed.append(field)
    asked = members(said, b"cache-control")
    stricter = [d for d in (b"no-store", b"no-transform") if d in asked]
    passed.append((b"Cache-Control", b", ".join([b"private", b"no-cache", *stricter])))
    if etag is not None:
        passed.append((b"ETag", etag))
    return passed


def of_unchanged(fields: Iterable[Field]) -> Fields:
    """Give the fields of a 304 that stands for an answer with a body (RFC 9110 §15.4.5)."""
    return without(fields, _OF_A_BODY)
