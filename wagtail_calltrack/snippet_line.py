"""The line of HTML by which a site's pages get the snippet.

    CALLTRACK_SNIPPETS = {"www.example.nl": "https://calls.example.nl/_calltrack/"}

The setting says where the edge answers, for each host that visitors type: an address with the
edge's prefix, or the prefix alone, where it is another one. A host without an entry has the usual
prefix on the site itself: there the proxy stands in front, or a path is passed on to it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings

SETTING = "CALLTRACK_SNIPPETS"
USUAL = "/_calltrack/"

_WHERE = re.compile(
    r"(?:https?://(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?)?"
    r"/(?:[A-Za-z0-9._~-]+/)+"
)
_HOST = re.compile(r"[a-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Line:
    """What is pasted into pages, and the hosts whose pages these are."""

    html: str
    hosts: Sequence[str]


def lines(hosts: Iterable[str]) -> Sequence[Line]:
    """Give the lines for a site: one, or several where its hosts have edges of their own."""
    found: dict[str, list[str]] = {}
    for host in hosts:
        found.setdefault(_html(_where(host)), []).append(host)
    return [Line(html, names) for html, names in found.items()]


def wrong_entries() -> Iterator[tuple[str, str]]:
    """Say of each entry that cannot be used what is wrong with it, and the fix."""
    said = getattr(settings, SETTING, {})
    if not isinstance(said, Mapping):
        yield (
            f"{SETTING} is no dictionary.",
            f'Write {SETTING} = {{"www.example.nl": "https://calls.example.nl{USUAL}"}}.',
        )
        return
    for host, where in said.items():
        if not (isinstance(host, str) and _HOST.fullmatch(host)):
            yield (
                f"{SETTING} names «{host}», which is no host name.",
                "Write it in lower case, without https:// and without a port.",
            )
        elif not _is_usable(where):
            yield (
                f"{SETTING} leads «{host}» to «{_shown(where)}», where no edge can answer.",
                f"Write the edge's address with its prefix: https://calls.example.nl{USUAL}.",
            )


def _where(host: str) -> str:
    said = getattr(settings, SETTING, {})
    where = said.get(host) if isinstance(said, Mapping) else None
    return where if isinstance(where, str) and _is_usable(where) else USUAL


def _is_usable(where: object) -> bool:
    return isinstance(where, str) and _WHERE.fullmatch(where) is not None


def _html(where: str) -> str:
    return f'<script src="{where}snippet.js" async></script>'


def _shown(where: object) -> str:
    """Give an address without what may be a password."""
    return str(where).rpartition("@")[2]
