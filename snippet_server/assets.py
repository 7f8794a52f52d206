"""The released scripts: read once, packed once, each with the hash that a page may hold it to.

Rule 1: a released script never changes: `snippet-X.Y.Z.js` is the same bytes for good, so browsers
keep it for good, and a page may name its hash.
Rule 2: the newest one has a second address, without a version and so without a hash.

Sources: Subresource Integrity §3.5 (the hash), RFC 9110 §8.8.3 and §13.1.2 (tags, one for each
coding), §12.5.3 (Accept-Encoding).
"""

import base64
import gzip
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from importlib.resources import files

import brotli

NEWEST = "snippet.js"

_NAME = re.compile(r"snippet-(\d{1,4})\.(\d{1,4})\.(\d{1,4})\.js")
_WEIGHT = re.compile(r"[ \t]*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)[ \t]*", re.IGNORECASE)

Version = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Packed:
    """A script in one coding. `coding` is "" for the script as it is."""

    coding: str
    body: bytes
    etag: str


@dataclass(frozen=True, slots=True)
class Script:
    """One released script."""

    name: str  # snippet-1.0.0.js
    version: Version
    text: bytes
    codings: Mapping[str, Packed]

    @property
    def integrity(self) -> str:
        """What a page writes into `integrity` to have no other script."""
        return integrity(self.text)

    def packed(self, accepted: str) -> Packed:
        """Give it in the smallest coding that an Accept-Encoding takes."""
        takes = _accepted(accepted)
        return next(self.codings[one] for one in ("br", "gzip", "") if one in takes)


@dataclass(frozen=True, slots=True)
class Scripts:
    """Every script there is."""

    by_name: Mapping[str, Script]

    @property
    def newest(self) -> Script | None:
        """The one of the highest version; None where nothing was released."""
        return max(self.by_name.values(), key=lambda one: one.version, default=None)

    def find(self, name: str) -> Script | None:
        """Give a script by the last part of its address."""
        return self.newest if name == NEWEST else self.by_name.get(name)


def load() -> Scripts:
    """Read what is released, out of the package."""
    folder = files("snippet_server") / "released"
    if not folder.is_dir():
        return Scripts({})
    return gathered({one.name: one.read_bytes() for one in folder.iterdir() if one.is_file()})


def gathered(found: Mapping[str, bytes]) -> Scripts:
    """Make scripts of files by their names; a file of another name is none."""
    names = ((name, _NAME.fullmatch(name)) for name in sorted(found))
    return Scripts(
        {
            name: _script(name, (int(said[1]), int(said[2]), int(said[3])), found[name])
            for name, said in names
            if said is not None
        }
    )


def integrity(script: bytes) -> str:
    """Give the hash of a script as `integrity` has it."""
    return "sha384-" + base64.b64encode(hashlib.sha384(script).digest()).decode()


def tag(address: str, script: Script | None = None) -> str:
    """Write the line for a page.

    `address` is what the routes stand under: https://www.example.nl/_calltrack/. With a script it
    is held to that one, for good; without, the newest is asked for. A hash needs `crossorigin`
    where the script comes from another host, and does no harm where it does not.
    """
    if script is None:
        return f'<script src="{escape(address + NEWEST)}" async></script>'
    return (
        f'<script src="{escape(address + script.name)}" integrity="{script.integrity}" '
        'crossorigin="anonymous" async></script>'
    )


def _script(name: str, version: Version, text: bytes) -> Script:
    bodies = {
        "": text,
        "gzip": gzip.compress(text, 9, mtime=0),
        "br": brotli.compress(text, mode=brotli.MODE_TEXT, quality=11),
    }
    word = hashlib.sha256(text).hexdigest()[:20]
    packed = {
        coding: Packed(coding, body, f'"{word}-{coding}"' if coding else f'"{word}"')
        for coding, body in bodies.items()
    }
    return Script(name, version, text, packed)


def _accepted(text: str) -> frozenset[str]:
    """Give the codings that an Accept-Encoding takes; always the script as it is, too."""
    return frozenset({"", *(_named(text.lower().split(",")))})


def _named(members: Iterable[str]) -> Iterable[str]:
    for member in members:
        coding, _, rest = member.partition(";")
        weight = _WEIGHT.fullmatch(rest)
        if not rest or (weight is not None and float(weight[1]) > 0):
            yield coding.strip()
