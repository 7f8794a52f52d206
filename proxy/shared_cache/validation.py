"""Asking the site whether a page is still good, and telling a visitor that it is.

Pure. Source: RFC 9111 §3.2, §4.3; RFC 9110 §8.8.3.2, §13.
"""

from proxy.headers import HOP_BY_HOP, Fields, first, values, without

OF_THE_VISITOR = frozenset({b"if-none-match", b"if-modified-since"})
"""What a visitor has already."""

_OF_THE_BYTES = frozenset(
    {
        b"content-encoding",
        b"content-length",
        b"content-range",
        b"content-type",
    }
)


def question(fields: Fields, head: Fields) -> Fields | None:
    """Write a request that asks whether a kept page is still good; None: it cannot be asked."""
    etag, modified = first(head, b"etag"), first(head, b"last-modified")
    if etag is None and modified is None:
        return None
    asked = plain(fields)
    if etag is not None:
        asked.append((b"If-None-Match", etag))
    if modified is not None:
        asked.append((b"If-Modified-Since", modified))
    return asked


def plain(fields: Fields) -> Fields:
    """Leave out what a visitor has already."""
    return without(fields, OF_THE_VISITOR)


def is_about(head: Fields, confirmed: Fields) -> bool:
    """Say whether a "not modified" can be about the page that was asked for."""
    etag, modified = first(confirmed, b"etag"), first(confirmed, b"last-modified")
    if etag is not None:
        return _opaque(etag) == _opaque(first(head, b"etag") or b"")
    return modified is None or modified == first(head, b"last-modified")


def updated(head: Fields, confirmed: Fields) -> Fields:
    """Give the head that a page has after a "not modified"."""
    stays = _OF_THE_BYTES | HOP_BY_HOP
    newer = [field for field in confirmed if field[0].lower() not in stays]
    # An Age was of the answer before: the confirmation's own counts, or none.
    replaced = {name.lower() for name, _ in newer} | {b"age"}
    return [*without(head, replaced), *newer]


def has_it(fields: Fields, head: Fields) -> bool:
    """Say whether a request's own validators are those of this page."""
    if first(fields, b"if-none-match") is not None:
        etag = _opaque(first(head, b"etag") or b"")
        tags = {_opaque(tag) for value in values(fields, b"if-none-match") for tag in _tags(value)}
        return b"*" in tags or (bool(etag) and etag in tags)
    since = first(fields, b"if-modified-since")
    return since is not None and since == first(head, b"last-modified")


def _tags(value: bytes) -> list[bytes]:
    return [tag.strip() for tag in _kept_case(value)]


def _kept_case(value: bytes) -> list[bytes]:
    """Split a list of ETags, which may hold commas: their case counts, so `members` is not it."""
    parts: list[bytes] = []
    is_inside = False
    for part in value.split(b","):
        if is_inside:
            parts[-1] += b"," + part
        else:
            parts.append(part)
        is_inside ^= part.count(b'"') % 2 == 1
    return parts


def _opaque(etag: bytes) -> bytes:
    return etag.removeprefix(b"W/")
