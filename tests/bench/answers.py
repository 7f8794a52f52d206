"""What the answers of a round must be. Looked at after the clock has stopped."""

import gzip
import re
from collections.abc import Callable, Sequence

from calltrack.numbers import PhoneNumber
from proxy.rewrite import Bindings, Piece, Slot, fill, scan
from tests.bench.load import Load
from tests.bench.report import check

Check = Callable[[Load, str], None]

_LINK = re.compile(rb'"tel:(\+[0-9]+)"')


def same(expected: bytes) -> Check:
    """Every body is this one."""

    def compare(load: Load, where: str) -> None:
        check(all(body == expected for body in load.bodies), f"{where}: not what it must be")

    return compare


def same_unpacked(expected: bytes) -> Check:
    """Every body is this one, in gzip."""

    def compare(load: Load, where: str) -> None:
        packed = all(b"\r\ncontent-encoding: gzip\r\n" in head.lower() for head in load.heads)
        check(packed, f"{where}: not in gzip")
        right = all(gzip.decompress(body) == expected for body in load.bodies)
        check(right, f"{where}: not what it must be")

    return compare


class NewVisitors:
    """Every visitor sees a number of the pool that no other has, wherever the old one stood."""

    def __init__(self, page: bytes, old: PhoneNumber, pool: Sequence[PhoneNumber]) -> None:
        self._pieces: list[Piece] = scan(page, Bindings(numbers=frozenset({old})))
        self._free = set(pool)

    def __call__(self, load: Load, where: str) -> None:
        """Look at a round's answers."""
        for body in load.bodies:
            check(body == self.page_for(self.take(body, where)), f"{where}: not the page")

    def take(self, body: bytes, where: str) -> PhoneNumber:
        """Give the number in the page's phone link; nobody else may show it from now on."""
        link = _LINK.search(body)
        number = PhoneNumber(link[1].decode()) if link else None
        check(number in self._free, f"{where}: no number of the pool, or one that is another's")
        assert number is not None
        self._free.remove(number)
        return number

    def page_for(self, number: PhoneNumber) -> bytes:
        """Write the page as the visitor with this number sees it."""

        def show(_slot: Slot) -> PhoneNumber:
            return number

        return fill(self._pieces, show)
