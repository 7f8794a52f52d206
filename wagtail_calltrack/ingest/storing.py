"""A batch into the database: all of it or nothing, in as many queries for ten events as for a few
hundred.

The edge's own row comes first. It makes the transaction one that writes from its first statement
on (SQLite then waits for its turn, and does not fail in the middle), and two batches of one edge
follow one another. Then come the tables, always in the same order, and last the calls that carriers
told of. Calls that a late lease or source touches are marked once all that is committed:
`wagtail_calltrack.settling.marks` says why.

Errors: Django's OperationalError and InterfaceError where the database is busy or away; nothing of
the batch is stored then.
"""

import logging
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from django.db import router, transaction

from calltrack.errors import NumberError
from calltrack.numbers import parse
from wagtail_calltrack.ingest.batch import Batch, Refused
from wagtail_calltrack.ingest.kinds import Told
from wagtail_calltrack.ingest.tables import insert
from wagtail_calltrack.ingest.visits import MERGE, new_leaves, visits
from wagtail_calltrack.models import (
    CallEvent,
    Edge,
    EdgeToken,
    FormSent,
    LeaseEvent,
    NumberShown,
    Organisation,
    PageView,
    PoolExhausted,
    PrivacySettings,
    SessionTouch,
    UnknownEvent,
)
from wagtail_calltrack.models.facts import Fact
from wagtail_calltrack.models.organisation import HOME
from wagtail_calltrack.rollups import roll_up
from wagtail_calltrack.settling.marks import Late, make_calls, note, unsettle_touched
from wagtail_calltrack.settling.turns import wait_for_turn

TABLES = (
    *(SessionTouch, PageView, NumberShown, LeaseEvent, PoolExhausted),
    *(CallEvent, FormSent, UnknownEvent),
)

OF_CALLERS = (CallEvent, FormSent)
"""What is kept as long as callers are; all else as long as visitors."""

MOST_UNKNOWN = 100_000
SPARE_UNKNOWN = 1_000
"""So many more may be there before the oldest go: they are not looked for at each batch."""

_NOT_TAKEN = "the database does not take one of its values"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the events; `refused` by their place, in order.

    `calls` are the keys of those that were told of, `late` what may touch others, `forms` the keys
    of forms that were sent.
    """

    stored: int
    known: int
    refused: Mapping[int, Refused]
    calls: Sequence[int] = ()
    forms: Sequence[UUID] = ()
    late: Late = field(default_factory=Late)


def store(batch: Batch, token: EdgeToken, now: datetime) -> Outcome:
    """Store what can be stored."""
    with transaction.atomic(using=router.db_for_write(Edge)):
        _note_edge(batch, token, now)
        outcome = store_events(batch.told, batch.refused)
    return mark_late(outcome, len(batch))


def mark_late(outcome: Outcome, count: int) -> Outcome:
    """Mark calls that late facts touch, now that these are committed, and tell what was refused."""
    if outcome.refused:
        _log.warning("refused %d of %d events: %s", len(outcome.refused), count, _fields(outcome))
    touched = unsettle_touched(outcome.late)
    return replace(outcome, calls=list(dict.fromkeys((*outcome.calls, *touched))))


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


def store_events(told: Mapping[int, Told], refused: Mapping[int, Refused]) -> Outcome:
    """Store events, given by their place, in the transaction that is open."""
    once = {event.id: event for event in _kept(told.values())}
    if any(isinstance(event.row, CallEvent) for event in once.values()):
        wait_for_turn()
    _write_phones(event.row for event in once.values())
    stored, bad = _store_rows([event.row for event in once.values() if event.row is not None])
    good = [event for event in once.values() if event.id not in bad]
    stored += new_leaves(good)
    insert(visits(good), merge=MERGE)
    rows = [event.row for event in good if event.row is not None]
    roll_up(rows)
    calls = make_calls([row for row in rows if isinstance(row, CallEvent)])
    _drop_old_unknown(rows)
    every = dict(refused)
    for at, event in told.items():
        if event.id in bad:
            every[at] = Refused(event.id.hex, _NOT_TAKEN)
    return Outcome(
        stored=stored,
        known=len(told) + len(refused) - len(every) - stored,
        refused=dict(sorted(every.items())),
        calls=calls,
        forms=[row.pk for row in rows if isinstance(row, FormSent)],
        late=late_of(good),
    )


def _kept(told: Iterable[Told]) -> Iterable[Told]:
    """Leave out what is forgotten by now: it is taken, and nothing of it is stored.

    In the order in which the first of an id counts.
    """
    settings = PrivacySettings.current()
    for event in reversed(list(told)):
        if not settings.has_forgotten(event.at, caller=isinstance(event.row, OF_CALLERS)):
            yield event


def late_of(events: Iterable[Told]) -> Late:
    """Give what may change calls: leases by number, sources by visitor, campaigns by session."""
    late = Late()
    for event in events:
        row = event.row
        if isinstance(row, LeaseEvent):
            note(late.numbers, row.number, row.given_at or row.at)
        elif isinstance(row, SessionTouch):
            note(late.sessions, row.session, row.at)
            note(late.visitors, event.said["visitor"], row.at)
        elif isinstance(row, NumberShown):
            note(late.sessions, row.session, row.at)
    return late


def _write_phones(rows: Iterable[Fact | None]) -> None:
    """Write the numbers that visitors typed into forms in their one form; "" for what is none."""
    forms = [row for row in rows if isinstance(row, FormSent) and row.phone]
    if not forms:
        return
    region = Organisation.objects.values_list("region", flat=True).first() or HOME
    for form in forms:
        try:
            form.phone = str(parse(form.phone, region=region))
        except NumberError:
            form.phone = ""


def _drop_old_unknown(rows: Iterable[Fact]) -> None:
    """Keep the newest of the events that cannot be read."""
    if not any(isinstance(row, UnknownEvent) for row in rows):
        return
    if UnknownEvent.objects.count() > MOST_UNKNOWN + SPARE_UNKNOWN:
        newest = UnknownEvent.objects.order_by("-came_at", "-pk")
        last_kept = newest.values_list("came_at", flat=True)[MOST_UNKNOWN - 1]
        UnknownEvent.objects.filter(came_at__lt=last_kept).delete()


def _store_rows(rows: Sequence[Fact]) -> tuple[int, set[UUID]]:
    """Give how many are new, and which the database does not take."""
    by_table: dict[type[Fact], list[Fact]] = {table: [] for table in TABLES}
    for row in rows:
        by_table[type(row)].append(row)
    written = [insert(found) for found in by_table.values()]
    return sum(one.rows for one in written), set().union(*(one.bad for one in written))


def _fields(outcome: Outcome) -> str:
    """Say which fields are wrong, without a value of theirs."""
    counts = Counter(one.problem.partition(":")[0] for one in outcome.refused.values())
    return ", ".join(f"{name} ({count})" for name, count in counts.most_common(5))
