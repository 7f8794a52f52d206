"""Events on their way up: as many of the oldest as fit, in one body.

    {"edge": {…}, "events": [{"id": "…", "kind": "page.viewed", "at": "…", "data": {…}}, …]}

- A body holds at most `MOST_EVENTS` events and `MOST_BYTES` bytes, and at least one event where any
  waits: the receiver is to say that it is too large, not we.
- A batch that did not go well is followed by one of half its size, down to one event: so one too
  large, or one that the receiver chokes on, comes to stand alone. Each that goes well is followed
  by one a little larger: a receiver that was away is not met with all that waits.

Units: bytes are those of the body as JSON, before it is packed for the way.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from calltrack.events import Event, EventId

MOST_EVENTS = 1_000
MOST_BYTES = 2_000_000
LARGEST_EVENT_BYTES = 16_000
LEAST_BYTES = 64_000
"""A receiver that claims to take less than this in one body is not believed."""

_GROWTH = 100  # events


@dataclass(frozen=True, slots=True)
class Size:
    """How large the next batch may be."""

    events: int = MOST_EVENTS
    bytes: int = MOST_BYTES

    def smaller(
        self, sent: int, *, most_events: int | None = None, most_bytes: int | None = None
    ) -> "Size":
        """Give the size after so many events did not go. `most_…`: what is said to be taken."""
        events = max(1, min(sent // 2, most_events or MOST_EVENTS))
        return Size(events, max(LEAST_BYTES, min(self.bytes, most_bytes or MOST_BYTES)))

    def larger(self) -> "Size":
        """Give the size after a batch that went well."""
        return Size(min(self.events + _GROWTH, MOST_EVENTS), self.bytes)


@dataclass(frozen=True, slots=True)
class Batch:
    """Events, and the body that tells of them."""

    events: tuple[Event, ...]
    body: bytes

    @property
    def ids(self) -> tuple[EventId, ...]:
        """Name the events, in their order."""
        return tuple(event.id for event in self.events)


WHOLE = Size()


def make_batch(edge: Mapping[str, Any], events: Sequence[Event], size: Size = WHOLE) -> Batch:
    """Write as many of the events as fit, from the first on. None make a sign of life."""
    head = f'{{"edge":{_json(edge)},"events":['
    length = len(head) + len("]}")
    written: list[str] = []
    for event in events[: size.events]:
        text = _write(event)
        length += len(text) + 1
        if length > size.bytes and written:
            break
        written.append(text)
    body = f"{head}{','.join(written)}]}}".encode("ascii")
    return Batch(tuple(events[: len(written)]), body)


def is_too_large(event: Event) -> bool:
    """Say whether an event is larger than any receiver has to take."""
    return len(_write(event)) > LARGEST_EVENT_BYTES


def _write(event: Event) -> str:
    return _json(
        {
            "id": event.id,
            "kind": event.kind.value,
            "at": event.at.isoformat(),
            "data": dict(event.data),
        }
    )


def _json(value: Any) -> str:
    """Write JSON in ASCII: a letter is a byte."""
    return json.dumps(value, separators=(",", ":"))
