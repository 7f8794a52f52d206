"""Compare the rewriter's compiled build with its twin, on mutations of what is known.

Both must give the same pieces, whole and cut; and however a page is cut, nothing of it is lost.
Pages that they scan differently are told, shortest first, and are kept as `.fuzz/differs-…`.
"""

import hashlib
import random
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from proxy.rewrite import Piece, Scanner, Slot, fill, strides
from tests.fuzz import inputs
from tests.fuzz.core import FOLDER, HERE
from tests.fuzz.inputs import HEAD, Input
from tests.fuzz.seeds import LONGEST, seeds
from tests.fuzz.tables import TABLES
from tests.proxy.rewrite.oracle import SHOWN, joined

BUILDS = (strides.COMPILED, strides.PURE)
BYTE_BY_BYTE = 80
"""Bytes of a page that is also cut at every byte."""
TOLD_MAX = 20


def fuzz(seconds: int) -> int:
    """Compare for a while. Gives the exit status: 1 where they differ, or one is missing."""
    if strides.BUILD != strides.COMPILED:
        print(f"there is nothing to compare: {strides.why_pure}")
        return 1
    pool = [*inputs.kept(), *seeds()]
    seed = secrets.randbits(32)
    print(f"{len(pool)} inputs to begin with; seed {seed}")
    chance = random.Random(seed)  # noqa: S311 - no secret: to be had again
    found, count = _search(pool, chance, time.monotonic() + seconds)
    for data in sorted(found, key=len)[:TOLD_MAX]:
        name = f"differs-{hashlib.sha1(data, usedforsecurity=False).hexdigest()}"
        (FOLDER / name).write_bytes(data)
        given = inputs.read(data)
        said = [difference(given, build) for build in BUILDS]
        print(f"{name}: table {data[0] % len(TABLES)}", *filter(None, said), sep="\n  ")
    print(f"{count} pages compared, {len(found)} differ")
    return int(bool(found))


def is_odd(data: bytes) -> bool:
    """Say whether one of the builds scans an input otherwise than the pure one does whole."""
    return any(difference(inputs.read(data), build) is not None for build in BUILDS)


def difference(given: Input, build: str = strides.COMPILED) -> str | None:
    """Say in what a build differs from the pure one, whole or cut; None where it does not."""
    expected = _scans(given, strides.PURE)["whole"]
    for name, pieces in _scans(given, build).items():
        if fill(pieces, lambda _: None) != given.page:
            return f"{build}, {name}: bytes are lost: {given.page!r}"
        if _told(pieces) != _told(expected):
            return f"{build}, {name}: {_slots(pieces)} and not {_slots(expected)}: {given.page!r}"
    return None


def _scans(given: Input, build: str) -> dict[str, list[Piece]]:
    """Scan a page whole and cut, by one build."""
    page, cut = given.page, given.cut
    chunks = {"whole": [page], f"cut at {cut}": [page[:cut], page[cut:]]}
    if len(page) <= BYTE_BY_BYTE:
        chunks["byte by byte"] = [page[at : at + 1] for at in range(len(page))]
    with _built(build):
        return {name: _pieces(given, cuts) for name, cuts in chunks.items()}


def _pieces(given: Input, chunks: list[bytes]) -> list[Piece]:
    scanner = Scanner(given.table.bindings, charset=given.table.charset)
    pieces = [piece for chunk in chunks for piece in scanner.feed(chunk)]
    return joined([*pieces, *scanner.close()])


@contextmanager
def _built(build: str) -> Iterator[None]:
    before = strides.BUILD
    strides.BUILD = build
    try:
        yield
    finally:
        strides.BUILD = before


def _told(pieces: list[Piece]) -> list[tuple[Piece, bytes]]:
    """Give the pieces, and what each becomes with another number in it."""
    return [(piece, fill([piece], lambda _: SHOWN)) for piece in pieces]


def _slots(pieces: list[Piece]) -> list[tuple[int, bytes]]:
    return [(piece.offset, piece.raw) for piece in pieces if isinstance(piece, Slot)]


# Mutations


def _search(pool: list[bytes], chance: random.Random, until: float) -> tuple[list[bytes], int]:
    found: list[bytes] = []
    count = 0
    while time.monotonic() < until:
        data = _mutated(chance, pool)
        count += 1
        if is_odd(data):
            found.append(_shortened(data))
    return found, count


def _mutated(chance: random.Random, pool: list[bytes]) -> bytes:
    """Change one of the inputs in a few places, and cut it somewhere."""
    page = chance.choice(pool)[HEAD:]
    for _ in range(chance.randint(1, 6)):
        start = chance.randint(0, len(page))
        end = min(len(page), start + chance.choice((0, 0, 0, 1, 2, 8, 40)))
        put = chance.choice(
            (
                chance.choice(_words()),
                chance.choice(_words()),
                chance.choice(pool)[HEAD:][: chance.randint(0, 60)],
                chance.randbytes(1),
                b"",
            )
        )
        page = page[:start] + put + page[end:]
    page = page[:LONGEST]
    return inputs.write(chance.randrange(len(TABLES)), chance.randint(0, len(page)), page)


@cache
def _words() -> list[bytes]:
    """Give the words of the dictionary."""
    text = (HERE / "html.dict").read_text(encoding="ascii")
    found = re.findall(r'^"(.*)"$', text, re.MULTILINE)
    return [word.encode().decode("unicode_escape").encode("latin-1") for word in found]


def _shortened(data: bytes) -> bytes:
    """Take out of a page what it differs without."""
    size = len(data)
    while size > 0:
        size = min(size, len(data) - HEAD) // 2 or (1 if size > 1 else 0)
        at = HEAD
        while size and at < len(data):
            shorter = data[:at] + data[at + size :]
            if is_odd(shorter):
                data = shorter
            else:
                at += size
    return data
