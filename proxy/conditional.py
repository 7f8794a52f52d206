"""If-None-Match, If-Modified-Since and Range where pages differ from visitor to visitor.

A page that shows numbers carries the site's ETag with a suffix of ours: a hash of everything else
that its bytes depend on (the Plan's serial, the campaigns, the numbers held), known before the page
is. So, on the way to the site:

- a validator with the suffix that counts now goes on without it: the site may answer 304;
- on a navigation every other validator stays here, for the site's "not modified" would say nothing
  about what we write into the page. If the page turns out to be the site's own bytes, and the
  validator is that of those bytes, the 304 is given here;
- on anything else (assets, fetch()) validators pass as they are. An ETag with a suffix that counts
  no more matches nothing at the site, so a full answer comes;
- several ranges at once are not asked for: a part of a page could hide in them.

The suffix starts with `w` where the site's own ETag was weak, to be given back as it was, and with
`o` where the page shows the original numbers: a page that shows numbers must not pass for it.

Source: RFC 9110 §8.8, §13, §14.2; RFC 9111 §4.3.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from proxy.headers import Fields, first, values, without

_TAG = re.compile(rb'(?P<weak>W/)?"(?P<value>[^"]*)"')
_VALIDATORS = frozenset({b"if-none-match", b"if-modified-since"})
_RANGES = frozenset({b"range", b"if-range"})


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a request compares, after the split: `fields` go to the site, the rest stays here."""

    fields: Fields
    suffix: bytes | None
    is_forwarded: bool = False  # a validator went on to the site without our suffix
    tags: frozenset[bytes] = frozenset()  # of the site's own bytes; compared here
    since: bytes | None = None


def has_any(headers: Mapping[str, str]) -> bool:
    """Say whether a request has any of the fields that are split; most have none."""
    return (
        "If-None-Match" in headers
        or "If-Modified-Since" in headers
        or "Range" in headers
        or "If-Range" in headers
    )


def split(fields: Fields, *, suffix: bytes | None, is_navigation: bool) -> Conditions:
    """Tell the validators that the site can judge from those that stay here."""
    if b"," in b",".join(values(fields, b"range")):
        fields = without(fields, _RANGES)
    tags = [m for value in values(fields, b"if-none-match") for m in _TAG.finditer(value)]
    stripped = [tag for m in tags if (tag := _stripped(m, suffix)) is not None]
    if stripped:
        field = (b"If-None-Match", b", ".join(stripped))
        passed = [*without(fields, _VALIDATORS), field]
        return Conditions(passed, suffix, is_forwarded=True)
    if not is_navigation:
        return Conditions(fields, suffix)
    has_match = first(fields, b"if-none-match") is not None
    return Conditions(
        without(fields, _VALIDATORS),
        suffix,
        tags=frozenset(m["value"] for m in tags),
        since=None if has_match else first(fields, b"if-modified-since"),
    )


def without_range(fields: Fields) -> Fields:
    """Ask for the whole."""
    return without(fields, _RANGES)


def is_unchanged(conditions: Conditions, answer: Fields) -> bool:
    """Say whether the browser has these very bytes of the site's already."""
    if conditions.tags:
        found = _TAG.fullmatch(first(answer, b"etag") or b"")
        return found is not None and found["value"] in conditions.tags
    modified = first(answer, b"last-modified")
    return modified is not None and modified == conditions.since


def page_suffix(suffix: str | None, *, is_personal: bool) -> bytes | None:
    """Give the suffix for pages of this visit; None: they have no validator."""
    if not suffix:
        return None
    return suffix.encode() if is_personal else b"o" + suffix.encode()


def page_etag(etag: bytes | None, suffix: bytes | None) -> bytes | None:
    """Make a page's ETag out of the site's: weak, for the bytes are ours to write."""
    found = _TAG.fullmatch(etag or b"")
    if found is None or suffix is None:
        return None
    mark = b"w" if found["weak"] else b""
    return b'W/"%b-%b%b"' % (found["value"], mark, suffix)


def _stripped(tag: re.Match[bytes], suffix: bytes | None) -> bytes | None:
    if not suffix or not tag["weak"]:
        return None
    value = tag["value"]
    for mark, form in ((b"-w", b'W/"%b"'), (b"-", b'"%b"')):
        if value.endswith(mark + suffix):
            return form % value.removesuffix(mark + suffix)
    return None
