"""One page that is kept: its head, its bytes as they came, and its places for numbers once found.

The places are those of one Bindings value, which belongs to one Plan; after a change they are found
again. Pages that are asked for once are never looked through for it.
"""

import asyncio
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from time import perf_counter

from calltrack.numbers import PhoneNumber
from proxy import headers
from proxy.border import Border
from proxy.codecs import Codec, CodingError, codings
from proxy.headers import Fields
from proxy.page_source import PageSource, as_it_came
from proxy.rewrite import Bindings, Piece, Slot, fill
from proxy.shared_cache import variants
from proxy.shared_cache.freshness import Moment, age_on_arrival, freshness
from proxy.shared_cache.spliced import SplicedGzip

SLOT_BYTES = 1024
"""What a place for a number weighs at most. Its pattern, with the numbers that are kept ready in
it, is mostly one for all places on all pages that are written alike, and belongs to the Plan."""

_ENTRY_BYTES = 2048
"""What an entry weighs beside its body, its head, and what it answers."""

_FIELD_BYTES = 160
"""What a field of a head weighs beside its text."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A page looked through: nothing is left to do but to fill it."""

    pieces: Sequence[Piece]
    slots: Sequence[Slot]
    gave_up: str | None
    codings: Sequence[str] = ()
    spliced: SplicedGzip | None = None
    codec_seconds: float = 0.0  # that it took to decode, and to code what stands between the places

    def filled(self, show: Callable[[Slot], PhoneNumber | None]) -> bytes:
        """Put the page together, coded the way it came. `show` is as in `fill`."""
        text = fill(self.pieces, show)
        if self.spliced is not None:
            return self.spliced.put_together(text, [fill((slot,), show) for slot in self.slots])
        return Codec(self.codings).finish(text) if self.codings else text


@dataclass(frozen=True, slots=True)
class Came:
    """When a head was asked for, and when it came."""

    asked_at: Moment
    at: Moment


class Entry:
    """A kept page."""

    def __init__(self, asked: variants.Asked, reason: bytes, head: Fields, came: Came) -> None:
        """Take the request, and the head of its answer. The body comes when it is there."""
        self.reason = reason
        self.head = head
        fields = headers.without(headers.for_visitor(head), {b"age", b"content-length"})
        self.for_visitor = fields
        self.for_one = headers.personal(fields, None)  # where places for numbers were found
        self.codings = codings(head) or ()
        self.varies = variants.varies(head)
        self.freshness = freshness(head)
        self._charset = headers.media_type(head)[1]
        self._is_coding_chosen = variants.is_coding_chosen(head)
        self._said = asked.about(self.varies)
        self._asked = replace(asked, said={})  # no more of a request than what counts
        self._came_at = came.at.steady
        self._age_then = age_on_arrival(head, asked_at=came.asked_at, came_at=came.at)
        self._raw = b""  # empty where the pieces are the same bytes
        self.looking = asyncio.Lock()
        self._bindings: Bindings | None = None
        self._ready: Ready | None = None

    def renewed(self, asked: variants.Asked, head: Fields, came: Came) -> "Entry":
        """Give the same page with the head that it has from now on."""
        entry = Entry(asked, self.reason, head, came)
        entry._raw, entry._bindings, entry._ready = self._raw, self._bindings, self._ready
        return entry

    @property
    def body(self) -> bytes:
        """Give the page as it came."""
        if self._ready is not None and not self._raw:
            return as_it_came(self._ready.pieces)
        return self._raw

    @body.setter
    def body(self, raw: bytes) -> None:
        self._raw = raw

    def age(self, now: Moment) -> float:
        """Say how old it is."""
        return self._age_then + now.steady - self._came_at

    def answers(self, asked: variants.Asked) -> bool:
        """Say whether it is the answer to such a request, too."""
        return asked.about(self.varies) == self._said and variants.takes(
            self.codings, is_chosen=self._is_coding_chosen, was=self._asked, now=asked
        )

    @property
    def question(self) -> object:
        """Tell what it answers: the latest of those that answer the same is kept."""
        codings = self.codings or self._asked.codings
        return self.varies, self._said, codings

    @property
    def size_bytes(self) -> int:
        """Say how much memory it takes."""
        pieces = self._ready.pieces if self._ready is not None else ()
        spliced = self._ready.spliced if self._ready is not None else None
        blocks = spliced.size_bytes if spliced is not None else 0
        weights = (
            sys.getsizeof(p) if isinstance(p, bytes) else len(p.raw) + SLOT_BYTES for p in pieces
        )
        return (
            _ENTRY_BYTES
            + sum(_FIELD_BYTES + len(k) + len(v) for k, v in self.head)
            + sum(len(said or b"") for said in self._said)
            + len(self._raw)
            + sum(weights)
            + blocks
        )

    def ready_for(self, bindings: Bindings) -> Ready | None:
        """Give its places for these bindings, where they have been found."""
        return self._ready if self._bindings is bindings else None

    async def look_through(self, bindings: Bindings, border: Border) -> Ready:
        """Find its places for these bindings."""
        codec = Codec(self.codings)
        source = PageSource(codec, bindings, charset=self._charset, border=border)
        pieces: list[Piece] = []
        for part in source.take(self.body):
            pieces += part
            await asyncio.sleep(0)  # others are served between two parts of one long page
        pieces += source.end()
        slots = [piece for piece in pieces if not isinstance(piece, bytes)]
        runs = joined(pieces) if slots else ()
        since = perf_counter()
        spliced = SplicedGzip(runs) if slots and self.codings == ("gzip",) else None
        spent = codec.seconds + perf_counter() - since if self.codings else 0.0
        ready = Ready(runs, slots, source.gave_up, self.codings, spliced, spent)
        if slots and not self.codings:
            self._raw = b""
        elif not self._raw:  # the Plan before this one found places
            self._raw = self.body
        self._bindings, self._ready = bindings, ready
        return ready


def joined(pieces: Sequence[Piece]) -> list[Piece]:
    """Put bytes that stand beside each other into one piece: the fewer, the faster it is filled."""
    result: list[Piece] = []
    run: list[bytes] = []
    for piece in pieces:
        if isinstance(piece, bytes):
            run.append(piece)
            continue
        if run:
            result.append(b"".join(run))
            run = []
        result.append(piece)
    if run:
        result.append(b"".join(run))
    return result


def can_be_read(raw: bytes, names: Sequence[str], *, limit: int) -> bool:
    """Say whether a body is whole in the coding it is said to be in, and no longer than this."""
    codec = Codec(names)
    size = 0
    try:
        for part in codec.decode(raw):
            size += len(part)
            if size > limit:
                return False
    except CodingError:
        return False
    return codec.is_complete
