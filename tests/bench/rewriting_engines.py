"""What rewrites pages in the benchmark: ours in its builds, the peers, and a scale.

A peer that is not installed is left out: its column holds no figures.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from itertools import cycle

from calltrack.numbers import PhoneNumber
from calltrack.plan import PLACEHOLDER_CLASS, PRIORITY_PLACEHOLDER_CLASS
from proxy.rewrite import Bindings, Scanner, fill, scan, strides
from tests.bench import lxml_way
from tests.bench.finding import Way
from tests.bench.pages import Where

CHUNK_BYTES = 16 * 1024
POOL = tuple(PhoneNumber(f"+3120{at:07}") for at in range(2_000_000, 2_700_000, 700))
"""A thousand numbers that visitors are shown in turn."""

ALL = frozenset(Where)
PLAIN = ALL - {Where.SPLIT}

OURS, AGAIN, PURE = "ours", "ours again", "ours, pure"
CHUNKS, MANY = f"ours in {CHUNK_BYTES >> 10} KB chunks", "ours, many numbers"
LXML, SELECTOLAX, LOLHTML = "lxml", "selectolax", "lol_html"
ELEMENTS, SCALE = "lol_html, elements only", "decode, encode"
PEERS = ("selectolax", "lolhtml")
"""Packages that not every machine has."""


@dataclass(slots=True, eq=False)
class Engine:
    """An engine, and whose numbers it shows next."""

    name: str
    way: Way
    finds: frozenset[Where]
    """The places in which it must find a number."""
    is_ours: bool = False
    visitors: Iterator[PhoneNumber] = field(default_factory=lambda: cycle(POOL))
    """Whose numbers it shows: each page another's."""


def bindings(numbers: Iterable[PhoneNumber], *, apart: str = "") -> Bindings:
    """Look for these numbers, and for two classes of placeholders.

    `apart`: what is kept from page to page is kept for equal bindings; these are equal to no other.
    """
    names = (PLACEHOLDER_CLASS, PRIORITY_PLACEHOLDER_CLASS + apart)
    return Bindings(
        numbers=frozenset(numbers), classes={name: name for name in names}, keys=frozenset(names)
    )


def whole(found: Bindings) -> Way:
    """Rewrite a page that is all there."""
    return lambda page, new: fill(scan(page, found), lambda _: new)


def in_chunks(found: Bindings) -> Way:
    """Rewrite a page as it comes from a socket."""

    def rewrite(page: bytes, new: PhoneNumber) -> bytes:
        scanner = Scanner(found)
        parts = [
            fill(scanner.feed(page[at : at + CHUNK_BYTES]), lambda _: new)
            for at in range(0, len(page), CHUNK_BYTES)
        ]
        return b"".join([*parts, fill(scanner.close(), lambda _: new)])

    return rewrite


def in_pure(way: Way) -> Way:
    """Rewrite with the pure build."""

    def rewrite(page: bytes, new: PhoneNumber) -> bytes:
        build, strides.BUILD = strides.BUILD, strides.PURE
        try:
            return way(page, new)
        finally:
            strides.BUILD = build

    return rewrite


def ours(numbers: frozenset[PhoneNumber], many: frozenset[PhoneNumber]) -> list[Engine]:
    """Give ours. Each has bindings of its own, so that none finds what another has kept."""
    found = [
        (OURS, whole(bindings(numbers))),
        (AGAIN, whole(bindings(numbers, apart="-again"))),
        (CHUNKS, in_chunks(bindings(numbers, apart="-chunks"))),
        (PURE, in_pure(whole(bindings(numbers)))),
    ]
    if many:
        found.append((MANY, whole(bindings(many))))
    return [Engine(name, way, ALL, is_ours=True) for name, way in found]


def builds(numbers: frozenset[PhoneNumber]) -> dict[str, Way]:
    """Give a way for each of our builds."""
    way = whole(bindings(numbers))
    return {strides.BUILD: way, strides.PURE: in_pure(way)}


def peers(numbers: frozenset[PhoneNumber]) -> list[Engine]:
    """Give the peers that are installed, and the scale."""
    found = [Engine(LXML, lxml_way.rewriter(numbers), PLAIN)]
    if is_there("selectolax"):
        way = import_module("tests.bench.selectolax_way").rewriter
        found.append(Engine(SELECTOLAX, way(numbers), PLAIN))
    if is_there("lolhtml"):
        way = import_module("tests.bench.lolhtml_way").rewriter
        elements = frozenset({Where.LINK, Where.ATTRIBUTE})
        found.append(Engine(LOLHTML, way(numbers), PLAIN))
        found.append(Engine(ELEMENTS, way(numbers, texts=False), elements))
    found.append(Engine(SCALE, lambda page, _: page.decode().encode(), frozenset()))
    return found


def missing() -> list[str]:
    """Say of each peer that is not installed that it is left out."""
    return [f"{name} is not installed: left out" for name in PEERS if not is_there(name)]


def is_there(package: str) -> bool:
    """Say whether a peer is installed."""
    return find_spec(package) is not None
