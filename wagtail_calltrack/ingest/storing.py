"""A batch into the database: all of it or nothing, in as many queries for ten events as for a few
hundred.

The edge's own row comes first. It makes the transaction one that writes from its first statement
on (SQLite then waits for its turn, and does not fail in the middle), and two batches of one edge
follow one another. Then come the tables, always in the same order.

Errors: Django's OperationalError and InterfaceError where the database is busy or away; nothing of
the batch is stored then.
"""

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import router, transaction

from wagtail_calltrack.ingest.batch import Batch, Refused
from wagtail_calltrack.ingest.tables import insert
from wagtail_calltrack.ingest.visits import MERGE, new_leaves, visits
from wagtail_calltrack.models import (
    Edge,
    EdgeToken,
    LeaseEvent,
    NumberShown,
    PageView,
    PoolExhausted,
    SessionTouch,
)
from wagtail_calltrack.models.facts import EventFact

TABLES = (SessionTouch, PageView, NumberShown, LeaseEvent, PoolExhausted)

_NOT_TAKEN = "the database does not take one of its values"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the events; `refused` by their place, in order."""

    stored: int
    known: int
    refused: Mapping[int, Refused]


def store(batch: Batch, token: EdgeToken, now: datetime) -> Outcome:
    """Store what can be stored."""
    with transaction.atomic(using=router.db_for_write(Edge)):
        _note_edge(batch, token, now)
        outcome = _store_events(batch)
    if outcome.refused:
        _log.warning(
            "refused %d of %d events: %s", len(outcome.refused), len(batch), _fields(outcome)
        )
    return outcome


def _note_edge(batch: Batch, token: EdgeToken, now: datetime) -> None:
    """Keep what the edge tells of itself, and that it was heard of."""
    edge = batch.edge
    changed = ["name", "version", "token", "seen_at", "serial", "report"]
    row = Edge(
        id=edge.id,
        name=edge.name,
        version=edge.version,
        token=token,
        seen_at=now,
        serial=edge.serial,
        report=edge.report,
    )
    if len(batch):
        row.events_at = now
        changed.append("events_at")
    Edge.objects.bulk_create(
        [row], update_conflicts=True, unique_fields=["id"], update_fields=changed
    )


def _store_events(batch: Batch) -> Outcome:
    once = {event.id: event for event in reversed(list(batch.told.values()))}  # the first counts
    stored, bad = _store_rows([event.row for event in once.values() if event.row is not None])
    good = [event for event in once.values() if event.id not in bad]
    stored += new_leaves(good)
    insert(visits(good), merge=MERGE)
    refused = dict(batch.refused)
    for at, event in batch.told.items():
        if event.id in bad:
            refused[at] = Refused(event.id.hex, _NOT_TAKEN)
    known = len(batch) - len(refused) - stored
    return Outcome(stored, known, dict(sorted(refused.items())))


def _store_rows(rows: Sequence[EventFact]) -> tuple[int, set[UUID]]:
    """Give how many are new, and which the database does not take."""
    by_table: dict[type[EventFact], list[EventFact]] = {table: [] for table in TABLES}
    for row in rows:
        by_table[type(row)].append(row)
    written = [insert(found) for found in by_table.values()]
    return sum(one.rows for one in written), set().union(*(one.bad for one in written))


def _fields(outcome: Outcome) -> str:
    """Say which fields are wrong, without a value of theirs."""
    counts = Counter(one.problem.partition(":")[0] for one in outcome.refused.values())
    return ", ".join(f"{name} ({count})" for name, count in counts.most_common(5))
