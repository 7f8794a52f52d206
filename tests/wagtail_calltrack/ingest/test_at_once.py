"""Two edges that send at once, of the same sessions: nothing is lost, and both are answered."""

from pathlib import Path

import pytest
from django.db import connection, connections
from django.test import Client

from tests.wagtail_calltrack.ingest.samples import Json, body, event, new_token, send, tables
from tests.wagtail_calltrack.test_changes_at_once import at_once

EACH = 12
SESSIONS = 40


@pytest.fixture
def place(transactional_db: None, tmp_path: Path) -> str:
    """Give a database where threads can meet: for SQLite a copy of the tests' own, as a file.

    With what migrations made in it, whatever test emptied it before: `transactional_db` brings that
    back. Who keeps keys in the process (Django does, of the kinds of rows) finds the rows there.
    """
    if connection.vendor != "sqlite":
        return str(connection.settings_dict["NAME"])
    path = str(tmp_path / "two.sqlite3")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [path])
    return path


def batches(edge: int) -> list[list[Json]]:
    """Batches of one edge: each session's start is told by both, the rest by one."""
    found = []
    for at in range(EACH):
        sessions = [f"S{(number * 7 + at) % SESSIONS}" for number in range(SESSIONS)]
        if edge:
            sessions.reverse()
        events = [event("page.viewed", at + edge / 2, session=name) for name in sessions]
        starts = [start(name, at, edge) for name in sessions]
        leaves = [event("session.left", at + edge / 2, session=name) for name in sessions[::3]]
        found.append([*starts, *events, *leaves])
    return found


def start(session: str, at: int, edge: int) -> Json:
    """Make the start of a session: one event, from whichever edge it comes."""
    found = event("session.started", int(session[1:]), session=session)
    return found | {"id": f"{int(session[1:]) + 1:032x}"}


def send_all(token: str, edge: int) -> tuple[int, int, set[int]]:
    client, stored, known, statuses = Client(), 0, 0, set()
    for events in batches(edge):
        answer = send(client, token, body(events, id=f"{edge + 1:032x}"))
        statuses.add(answer.status_code)
        stored += answer.json()["stored"]
        known += answer.json()["known"]
    return stored, known, statuses


def test_two_edges_at_once_store_what_one_after_the_other_would(place: str) -> None:
    (token,) = at_once(place, new_token)

    done = at_once(place, lambda: send_all(token, 0), lambda: send_all(token, 1))
    (found,) = at_once(place, tables)

    assert [statuses for _, _, statuses in done] == [{200}, {200}]
    assert len(found["SessionTouch"]) == SESSIONS
    assert len(found["PageView"]) == 2 * EACH * SESSIONS
    assert [row["id"] for row in found["VisitorSession"]] == sorted(
        f"S{at}" for at in range(SESSIONS)
    )
    for row in found["VisitorSession"]:
        own = [view["at"] for view in found["PageView"] if view["session"] == row["id"]]
        starts = [touch["at"] for touch in found["SessionTouch"] if touch["session"] == row["id"]]
        assert [row["started_at"]] == starts
        assert row["seen_at"] == max([*own, *starts])
        assert row["visitor"] == "V1"
    rows = sum(len(found[name]) for name in ("SessionTouch", "PageView"))
    leaves = 2 * EACH * len(range(0, SESSIONS, 3))
    stored = sum(stored for stored, _, _ in done)
    assert rows < stored <= rows + leaves
    assert stored + sum(known for _, known, _ in done) == 2 * EACH * 2 * SESSIONS + leaves


@pytest.mark.skipif(connection.vendor != "sqlite", reason="locks a SQLite file")
def test_a_locked_database_is_busy_and_takes_the_same_again_later(place: str) -> None:
    sent = body([event("page.viewed")])

    def act() -> list[tuple[int, str | None]]:
        database = connections["default"]
        options = {**database.settings_dict["OPTIONS"], "timeout": 0}
        database.settings_dict = {**database.settings_dict, "OPTIONS": options}
        token = new_token()
        holder = database.copy()
        holder.cursor().execute("BEGIN IMMEDIATE")
        locked = send(Client(), token, sent)
        holder.close()
        free = send(Client(), token, sent)
        return [
            (answer.status_code, answer.headers.get("Retry-After")) for answer in (locked, free)
        ]

    (answers,) = at_once(place, act)
    (found,) = at_once(place, tables)

    assert answers == [(503, "2"), (200, None)]
    assert len(found["PageView"]) == 1
