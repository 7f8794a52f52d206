"""Events of kinds that this version does not know: kept as they came, and read by one that does.

An edge may be newer than the plugin. What it tells is then no reason to refuse it, for refused is
for ever; it waits here, among the newest 100,000. Once the plugin knows the kind, each is read as
if it had come then: stored, or refused, which the log tells.
"""

import time
from collections.abc import Mapping

from django.db import router, transaction
from django.utils import timezone

from calltrack.planvalues import RefusedError
from wagtail_calltrack.ingest.batch import Refused
from wagtail_calltrack.ingest.kinds import SHAPES, Told, read_event
from wagtail_calltrack.ingest.storing import mark_late, store_events
from wagtail_calltrack.models import UnknownEvent

SLICE = 500


def read_unknown(seconds: float = 60.0) -> int:
    """Read events that are known by now, as far as the time goes; give how many were taken out."""
    end, count = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        done = _read_slice()
        count += done
        if done < SLICE:
            break
    return count


def _read_slice() -> int:
    """Store some events and take them out, both or neither."""
    using = router.db_for_write(UnknownEvent)
    with transaction.atomic(using=using):
        known = UnknownEvent.objects.filter(kind__in=[kind.value for kind in SHAPES])
        rows = list(known.select_for_update(skip_locked=True).order_by("came_at", "pk")[:SLICE])
        if not rows:
            return 0
        told: dict[int, Told] = {}
        refused: dict[int, Refused] = {}
        for at, row in enumerate(rows):
            try:
                told[at] = read_event(_event(row), timezone.now())
            except RefusedError as error:
                refused[at] = Refused(row.id.hex, str(error))
        outcome = store_events(told, refused)
        UnknownEvent.objects.filter(pk__in=[row.pk for row in rows]).delete()
    mark_late(outcome, len(rows))
    return len(rows)


def _event(row: UnknownEvent) -> Mapping[str, object]:
    return {"id": row.id.hex, "kind": row.kind, "at": row.at.isoformat(), "data": row.data}
