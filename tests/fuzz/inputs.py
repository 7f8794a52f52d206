"""An input: a byte that chooses the table, one that says what the caller is like, two for the cut,
then the page.

The kept ones stand in `corpus.txt`, one a line, every byte that is no plain letter escaped.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from tests.fuzz.tables import TABLES, Table

HEAD = 4
CORPUS = Path(__file__).parent / "corpus.txt"


class Input(NamedTuple):
    """What one input says."""

    table: Table
    cut: int
    page: bytes


def read(data: bytes) -> Input:
    """Read an input, as `fuzz_stride.c` does."""
    page = data[HEAD:]
    cut = int.from_bytes(data[2:HEAD], "big") % (len(page) + 1)
    return Input(TABLES[data[0] % len(TABLES)], cut, page)


def write(table: int, cut: int, page: bytes) -> bytes:
    """Make an input."""
    return bytes([table, 0, *cut.to_bytes(2, "big")]) + page


def kept() -> list[bytes]:
    """Give the inputs that are kept."""
    lines = CORPUS.read_text(encoding="ascii").splitlines() if CORPUS.exists() else []
    return [line.encode("ascii").decode("unicode_escape").encode("latin-1") for line in lines]


def keep(inputs: Iterable[bytes]) -> None:
    """Keep these and no others, the short ones first."""
    ordered = sorted(set(inputs), key=lambda data: (len(data), data))
    lines = [data.decode("latin-1").encode("unicode_escape").decode("ascii") for data in ordered]
    CORPUS.write_text("".join(f"{line}\n" for line in lines), encoding="ascii")
