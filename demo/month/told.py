"""What happened in the month, taken in by the plugin as an edge's batches are."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime

from django.db import transaction
from django.utils import timezone

from calltrack.calls import CallReport
from calltrack.events import Event
from wagtail_calltrack.ingest.kinds import read_event
from wagtail_calltrack.ingest.storing import store_events
from wagtail_calltrack.settling import settle

BATCH = 1_000


def tell(
    events: Sequence[Event], reports: Sequence[CallReport], say: Callable[[str], None]
) -> None:
    """Store it all in the order of time, and have the calls reckoned."""
    every = sorted([*events, *(report.event() for report in reports)], key=lambda event: event.at)
    now = timezone.now()
    for start in range(0, len(every), BATCH):
        batch = every[start : start + BATCH]
        with transaction.atomic():
            outcome = store_events(
                {at: read_event(_said(event), now) for at, event in enumerate(batch)}, {}
            )
        if outcome.refused:
            raise AssertionError(f"an event of the month was refused: {outcome.refused}")
        say(f"{start + len(batch):,} of {len(every):,} events")
    for count in _settled():
        say(f"{count} calls")


def _settled() -> Iterator[int]:
    count = 0
    while some := settle(limit=500, seconds=5.0):
        count += some
        yield count


def _said(event: Event) -> dict[str, object]:
    return {
        "id": event.id,
        "kind": event.kind.value,
        "at": _written(event.at),
        "data": dict(event.data),
    }


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
