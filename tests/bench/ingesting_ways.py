"""Ways to take events in, each into a SQLite file of its own: ours and two peers.

What is measured is wall-clock time, for a file is written, and beside it the CPU time of it.
"""

import gc
import json
import statistics
import time
import tracemalloc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db import connections, transaction
from django.db.models import Model
from django.test import Client
from wagtail.models import ModelLogEntry

from tests.bench.report import check
from wagtail_calltrack.models import (
    DailyShown,
    DailyVisitor,
    EdgeToken,
    LeaseEvent,
    NumberShown,
    PageView,
    SessionTouch,
    VisitorSession,
)

TABLES: tuple[type[Model], ...] = (
    *(ContentType, get_user_model(), ModelLogEntry),
    *apps.get_app_config("wagtail_calltrack").get_models(),
)
ADDRESS = "/calltrack/api/events/"
EDGE = {"id": "e" * 32, "name": "proxy", "version": "1", "serial": 1, "report": {}}
START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
OF_A_VISIT = (
    *("session.started", "page.viewed", "lease.given", "number.shown", "page.viewed"),
    *("lease.renewed", "number.shown", "page.viewed", "page.viewed", "lease.ended"),
)
ROWS = {"PageView": 4, "LeaseEvent": 3, "NumberShown": 2, "SessionTouch": 1}  # of a visit
ROLLED_UP = {"DailyVisitor": 1, "DailyShown": 1}  # of a visit; the peers roll nothing up
SAMPLE = 10
"""Of so many batches `objects.create` takes one."""


def batch(at: int, count: int) -> bytes:
    """Write the body of a batch: visits of ten events, as JSON."""
    size = len(OF_A_VISIT)
    events = [event(at * count + number, OF_A_VISIT[number % size]) for number in range(count)]
    return json.dumps({"edge": EDGE, "events": events}, separators=(",", ":")).encode()


def event(number: int, kind: str) -> dict[str, Any]:
    """Make an event: its id, its visit and its moment follow from its number."""
    visit, moment = number // len(OF_A_VISIT), START + timedelta(seconds=number / 10)
    later, begun = (moment + timedelta(minutes=33)).isoformat(), moment.isoformat()
    branch = {"session": f"session-{visit:08}", "vestiging": f"branch-{visit % 4}"}
    leased = {**branch, "pool": f"pool-{visit % 4}", "number": f"+31201{visit % 1000:06}"}
    promised = {"promised_until": later, "kept_until": later}
    data: dict[str, dict[str, Any]] = {
        "session.started": {
            "visitor": f"visitor-{visit:08}",
            "session": branch["session"],
            "site": "www",
            "channel": "paid_search",
            "source": "google",
            "medium": "cpc",
            "campaign": "autumn-sale-ceilings",
            "landing": "/ceilings/plaster/?utm_source=google&utm_medium=cpc&gclid=Cj0KCQ",
            "landing_path": "/ceilings/plaster/",
            "device": "mobile",
            "gclid": f"Cj0KCQ{visit}",
        },
        "page.viewed": {
            "session": branch["session"],
            "site": "www",
            "path": "/ceilings/",
            "status": 200,
        },
        "lease.given": {**leased, **promised},
        "lease.renewed": {**leased, **promised, "given_at": begun},
        "lease.ended": {**leased, "reason": "released", "given_at": begun},
        "number.shown": {
            **branch,
            "number": leased["number"],
            "campaign": "ads",
            "path": "/ceilings/",
        },
    }
    return {"id": f"{number + 1:032x}", "kind": kind, "at": moment.isoformat(), "data": data[kind]}


class Way:
    """One way, and its file. `seconds`: of each batch, by its place."""

    name = ""

    def __init__(self, folder: Path) -> None:
        """Make the tables."""
        self.path = folder / f"{type(self).__name__}.sqlite3"
        self.seconds: dict[int, float] = {}
        self.cpu_seconds: list[float] = []
        self.seconds_again: list[float] = []
        self.taken = 0
        with self.here() as database, database.schema_editor() as editor:
            for one in TABLES:
                editor.create_model(one)

    @contextmanager
    def here(self) -> Iterator[Any]:
        """Work on this file."""
        database = connections["default"]
        database.close()
        database.settings_dict["NAME"] = str(self.path)
        yield database

    def take(self, sent: bytes, at: int) -> None:
        """Take a batch."""
        with self.here():
            began, cpu_began = time.perf_counter(), time.process_time()
            self.store(sent)
            self.seconds[at] = time.perf_counter() - began
            self.cpu_seconds.append(time.process_time() - cpu_began)
            self.taken += len(json.loads(sent)["events"])

    def store(self, sent: bytes) -> None:
        """Store a body's events."""
        raise NotImplementedError

    def look(self) -> None:
        """End the run where the tables do not hold what was sent."""
        with self.here():
            found = {one.__name__: one._default_manager.count() for one in TABLES}
        visits = self.taken // len(OF_A_VISIT)
        right = {name: rows * visits for name, rows in ROWS.items()}
        check({name: found[name] for name in right} == right, f"{self.name}: {found}")

    def row(self, ours: "Way") -> tuple[str, ...]:
        """Give the row of the table."""
        each = statistics.median(self.seconds.values())
        ratio = statistics.median(one / ours.seconds[at] for at, one in self.seconds.items())
        count = self.taken / len(self.seconds)
        again = statistics.median(self.seconds_again) if self.seconds_again else None
        return (
            self.name,
            f"{self.taken:,}",
            f"{self.taken / sum(self.seconds.values()):,.0f}",
            f"{each * 1e3:,.0f}",
            f"{statistics.median(self.cpu_seconds) * 1e3:,.0f}",
            f"{ratio:.2f}",
            f"{count / again:,.0f}" if again else "",
        )


class Ours(Way):
    """The view. A tenth of the batches is sent a second time."""

    name = "calltrack"

    def __init__(self, folder: Path) -> None:
        """Make a token."""
        super().__init__(folder)
        self._client = Client()
        row = EdgeToken(name="proxy")
        self._headers = {"Authorization": f"Bearer {row.issue()}"}
        with self.here():
            row.save()
            self._send(json.dumps({"edge": EDGE, "events": []}).encode())  # loads all addresses

    def take(self, sent: bytes, at: int) -> None:
        """Take a batch, and some of them again."""
        super().take(sent, at)
        if at % SAMPLE == 0:
            with self.here():
                began = time.perf_counter()
                answer = self._send(sent)
                self.seconds_again.append(time.perf_counter() - began)
            check(answer["known"] == self.taken // len(self.seconds), f"sent again: {answer}")

    def store(self, sent: bytes) -> None:
        """Send it."""
        answer = self._send(sent)
        check(answer["refused"] == [] and answer["known"] == 0, f"{self.name}: {answer}")

    def _send(self, sent: bytes) -> Any:
        kind = "application/json"
        answer = self._client.post(ADDRESS, sent, content_type=kind, headers=self._headers)
        check(answer.status_code == 200, f"{self.name} answers {answer.status_code}")
        return answer.json()

    def look(self) -> None:
        """Look at the sessions, too."""
        super().look()
        visits = self.taken // len(OF_A_VISIT)
        with self.here():
            rows = {"DailyVisitor": DailyVisitor.objects.count()}
            rows["DailyShown"] = DailyShown.objects.count()
            right = {name: count * visits for name, count in ROLLED_UP.items()}
            check(rows == right, f"{self.name}: {rows}")
            sessions = VisitorSession.objects.filter(started_at__isnull=False)
            check(sessions.count() == visits, f"{self.name}: {sessions.count()} sessions")


class BulkCreate(Way):
    """`bulk_create` for each table, and nothing else: what is there already is passed over."""

    name = "bulk_create, nothing checked"

    def store(self, sent: bytes) -> None:
        """Write the rows of each table together."""
        by_table: dict[type[Model], list[Model]] = {}
        for event in json.loads(sent)["events"]:
            row = make_row(event)
            by_table.setdefault(type(row), []).append(row)
        with transaction.atomic():
            for one, rows in by_table.items():
                one._default_manager.bulk_create(rows, ignore_conflicts=True)


class Create(Way):
    """`objects.create` for each event, and the session beside it."""

    name = "objects.create, nothing checked"

    def take(self, sent: bytes, at: int) -> None:
        """Take one of some batches."""
        if at % SAMPLE == 0:
            super().take(sent, at)

    def store(self, sent: bytes) -> None:
        """Write row by row."""
        with transaction.atomic():
            for event in json.loads(sent)["events"]:
                row: Any = make_row(event)
                row.save(force_insert=True)
                seen = {"seen_at": row.at}
                VisitorSession.objects.update_or_create(id=row.session, defaults=seen)


def make_row(event: dict[str, Any]) -> Model:
    """Make the row of an event that is right."""
    data, kind = dict(event["data"]), event["kind"]
    for name in ("given_at", "promised_until", "kept_until"):
        if name in data:
            data[name] = datetime.fromisoformat(data[name])
    told = {"id": event["id"], "at": datetime.fromisoformat(event["at"])}
    match kind.partition(".")[0]:
        case "page":
            return PageView(**told, **data)
        case "number":
            return NumberShown(**told, **data)
        case "lease":
            return LeaseEvent(**told, **data, kind=kind, until=data.get("kept_until"))
        case _:
            data = {k: v for k, v in data.items() if k not in {"visitor", "site", "gclid"}}
            return SessionTouch(**told, **data, is_first=True)


def memory(ours: Way, count: int, size: int) -> Sequence[tuple[str, ...]]:
    """Take more batches, and say what each leaves in memory, and the most that it needed."""
    check(not settings.DEBUG, "Django keeps all queries in mind")
    rows = []
    tracemalloc.start()
    for at in range(count):
        sent = batch(1000 + at, size)
        tracemalloc.reset_peak()
        ours.take(sent, 1001 + at)
        most = tracemalloc.get_traced_memory()[1]
        gc.collect()
        kept = tracemalloc.get_traced_memory()[0]
        if at % max(1, count // 4) == 0 or at == count - 1:
            rows.append((str(at + 1), f"{kept / 1024:,.0f}", f"{most / 1024:,.0f}"))
    tracemalloc.stop()
    return rows
