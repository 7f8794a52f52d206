"""A page as pieces: cut at its slots, and put together again with other numbers in them.

Both builds do the same; the compiled one (`_filling.c`) asks a slot only for a number that has not
been written in its pattern before.

Units: offsets in the page's bytes.
"""

from collections.abc import Callable, Iterable

from calltrack.numbers import PhoneNumber
from proxy.rewrite import strides
from proxy.rewrite.slots import Piece, Slot

Show = Callable[[Slot], PhoneNumber | None]


def fill(pieces: Iterable[Piece], show: Show) -> bytes:
    """Put a page together. `show` names the number of each slot; None keeps what stands there."""
    if strides.BUILD == strides.COMPILED:
        filled: bytes = strides.extension().fill(pieces, show)
        return filled
    return b"".join(
        [piece if isinstance(piece, bytes) else _shown(piece, show(piece)) for piece in pieces]
    )


def _shown(slot: Slot, new: PhoneNumber | None) -> bytes:
    return slot.raw if new is None else slot.show(new)


def pieces_of(
    page: bytes, base: int, given: int, until: int, found: list[Slot]
) -> tuple[list[Piece], int]:
    """Take the slots that end before `until`; give them with all between, and how far that goes.

    `page` begins at `base`; all before `given` has been given.
    """
    if strides.BUILD == strides.COMPILED:
        cut: tuple[list[Piece], int] = strides.extension().pieces(page, base, given, until, found)
        return cut
    pieces: list[Piece] = []
    taken = 0
    for slot in found:
        start = slot.offset
        end = start + len(slot.raw)
        if end > until:
            break
        if start > given:
            pieces.append(page[given - base : start - base])
        pieces.append(slot)
        given = end
        taken += 1
    del found[:taken]
    if until > given:
        pieces.append(page[given - base : until - base])
        given = until
    return pieces, given
