"""Every lease store against a simple model, over long random histories.

The model finds numbers by looking at all of them. Beside it stands a ledger that knows no rules but
one: a number promised to a session goes to nobody else before, unless its visitor brought it along.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from calltrack.history import holders
from calltrack.leases import Ask, LeaseStore, PoolFill, PoolKey, SessionId, promise
from tests.calltrack.stores.conftest import OpenStore
from tests.calltrack.stores.words import ask, at, number

if TYPE_CHECKING:
    from calltrack.events import Event

NUMBERS = range(6)
SESSIONS = st.sampled_from("abcde")
POOLS = st.sampled_from("pq")
ASKS = st.lists(
    st.builds(
        ask,
        st.sampled_from("AB"),
        POOLS,
        hold=st.sampled_from([5, 30, 60]),
        rest=st.sampled_from([0, 10]),
        before=st.none() | st.tuples(st.sampled_from(NUMBERS), SESSIONS),
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda wanted: wanted.vestiging,
)
# Where each number stands: in pool p, in pool q, or disabled.
PLACES = st.lists(
    st.sampled_from(["p", "p", "q", None]), min_size=len(NUMBERS), max_size=len(NUMBERS)
)


@dataclass
class Row:
    """One number as the model sees it, in minutes."""

    pool: str | None = None
    place: int = 0  # in its pool
    until: float = 0.0
    was_given: bool = False
    session: str | None = None
    vestiging: str | None = None
    given_at: float = 0.0
    has_ended: bool = False


class Model:
    """The rules of `calltrack.leases`, told as simply as they can be."""

    def __init__(self) -> None:
        """Begin with numbers that are nowhere."""
        self.now = 0.0
        self.serial = 0
        self.rows = [Row() for _ in NUMBERS]
        self.rests = {"p": 0.0, "q": 0.0}

    def take(self, session: str, asks: Sequence[Ask]) -> dict[str, int]:
        """Say which number each vestiging gets."""
        got: dict[str, int] = {}
        for wanted_by in (self.own, self.brought, self.longest_idle):
            for wanted in asks:
                if wanted.vestiging in got:
                    continue
                found = wanted_by(session, wanted)
                if found:
                    got[wanted.vestiging] = min(found)[-1]
                    self._give(self.rows[min(found)[-1]], session, wanted)
        for wanted in asks:
            self.rests[wanted.pool] = _minutes(wanted.rest)
            for n, row in enumerate(self.rows):
                holds = (row.session, row.vestiging) == (session, wanted.vestiging)
                if holds and wanted.vestiging in got and n != got[wanted.vestiging]:
                    row.has_ended = True
        return got

    def own(self, session: str, wanted: Ask) -> list[tuple[Any, ...]]:
        """Rank the numbers this session holds for the vestiging: a lease that goes on first."""
        return [
            (row.has_ended, -row.given_at, n)
            for n, row in enumerate(self.rows)
            if row.was_given and row.pool == wanted.pool
            if (row.session, row.vestiging) == (session, wanted.vestiging)
        ]

    def brought(self, _session: str, wanted: Ask) -> list[tuple[Any, ...]]:
        """Give the number the visitor names, if it may have it."""
        return [
            (n,)
            for n, row in enumerate(self.rows)
            if wanted.before is not None and wanted.before.number == number(n)
            if row.pool == wanted.pool
            if (row.was_given and row.session == wanted.before.session) or self.is_free(row, wanted)
        ]

    def longest_idle(self, _session: str, wanted: Ask) -> list[tuple[Any, ...]]:
        """Rank the free numbers."""
        return [
            (row.was_given, row.until, row.place, n)
            for n, row in enumerate(self.rows)
            if row.pool == wanted.pool and self.is_free(row, wanted)
        ]

    def is_free(self, row: Row, wanted: Ask) -> bool:
        """Say whether promise and rest are over."""
        return not row.was_given or row.until + _minutes(wanted.rest) <= self.now

    def _give(self, row: Row, session: str, wanted: Ask) -> None:
        goes_on = row.session == session and not row.has_ended and self.now < row.until
        if not goes_on:
            row.given_at = self.now
        row.until = max(row.until, self.now + _minutes(wanted.hold) * 1.1)
        row.session, row.vestiging = session, wanted.vestiging
        row.was_given, row.has_ended = True, False


def _minutes(span: timedelta) -> float:
    return span / timedelta(minutes=1)


class LeaseMachine(RuleBasedStateMachine):
    """Do anything in any order; the store and the model must agree."""

    def __init__(self) -> None:
        """Start with a new store."""
        super().__init__()
        self.runner = asyncio.Runner()
        self.open_store = self.new_store()
        self.model = Model()
        self.events: list[Event] = []
        self.ledger: list[list[tuple[str, float]]] = [[] for _ in NUMBERS]  # session, until
        self.asked_at = 0.0  # what the caller's clock says: it may step back
        self.store = self.runner.run(self._open())

    def new_store(self) -> OpenStore:
        """Say how the run's store is opened, each time."""
        raise NotImplementedError

    async def _open(self) -> LeaseStore:
        return self.open_store()

    @initialize(places=PLACES)
    def first_plan(self, places: Sequence[str | None]) -> None:
        self.plan_changes(places, 1)

    @rule(places=PLACES, step=st.sampled_from([-1, 0, 1]))
    def plan_changes(self, places: Sequence[str | None], step: int) -> None:
        serial = self.model.serial + step
        wanted = {key: [n for n in NUMBERS if places[n] == key] for key in ("p", "q")}
        counts = self.runner.run(self.store.sync(stock(serial, **wanted)))

        assert counts is (step >= 0)
        if counts:
            self.model.serial = serial
            for n, row in enumerate(self.model.rows):
                row.pool = places[n]
                row.place = wanted[row.pool].index(n) if row.pool else 0

    @rule(session=SESSIONS, asks=ASKS)
    def page_is_asked_for(self, session: str, asks: Sequence[Ask]) -> None:
        self._clock_is_read()
        taken = self.runner.run(self.store.take(SessionId(session), asks, now=at(self.asked_at)))
        self.events += taken.events

        expected = self.model.take(session, asks)
        given = {str(k): int(lease.number.e164[-7:]) for k, lease in taken.leases.items()}
        assert given == expected
        for wanted in asks:
            if wanted.vestiging in taken.leases:
                self._enter(given[wanted.vestiging], session, wanted)
                lease = taken.leases[wanted.vestiging]
                assert lease.promised_until >= promise(wanted.hold, now=at(self.model.now))

    def _enter(self, n: int, session: str, wanted: Ask) -> None:
        """Check one lease against all promises ever made; then it is one of them."""
        last = self.ledger[n][-1][0] if self.ledger[n] else None
        if wanted.before is not None and wanted.before.session == last:
            # The visitor brought the number along, and the promises made for it with it.
            self.ledger[n] = [(session, until) for _, until in self.ledger[n]]
        assert {other for other, until in self.ledger[n] if until > self.model.now} <= {session}
        self.ledger[n].append((session, self.model.rows[n].until))

    @rule(session=SESSIONS)
    def visitor_leaves(self, session: str) -> None:
        self._clock_is_read()
        self.events += self.runner.run(
            self.store.release(SessionId(session), now=at(self.asked_at))
        )
        for row in self.model.rows:
            if row.session == session:
                row.has_ended = True

    @rule(minutes=st.sampled_from([-60.0, -1.0, 0.5, 5.0, 20.0, 33.0, 43.0, 70.0]))
    def clock_steps(self, minutes: float) -> None:
        self.asked_at = max(self.asked_at + minutes, 0.0)

    @rule()
    def process_restarts(self) -> None:
        self.runner.run(self.store.close())
        self.store = self.runner.run(self._open())

    def _clock_is_read(self) -> None:
        self.model.now = max(self.model.now, self.asked_at)

    @invariant()
    def the_store_tells_what_the_model_knows(self) -> None:
        held = self.runner.run(self.store.held(now=at(self.model.now)))
        fills = self.runner.run(self.store.fill(now=at(self.model.now)))

        rows = enumerate(self.model.rows)
        promised = {number(n): r for n, r in rows if r.was_given and r.until > self.model.now}
        assert {h.number: (h.session, h.vestiging, h.promised_until) for h in held} == {
            key: (row.session, row.vestiging, at(row.until)) for key, row in promised.items()
        }
        assert {h.number: h.ended_at is not None for h in held} == {
            key: row.has_ended for key, row in promised.items()
        }
        assert list(fills) == [self._fill(pool) for pool in ("p", "q")]

    def _fill(self, pool: str) -> PoolFill:
        rows = [row for row in self.model.rows if row.pool == pool]
        now, rest = self.model.now, self.model.rests[pool]
        promised = sum(row.was_given and row.until > now for row in rows)
        free = sum(not row.was_given or row.until + rest <= now for row in rows)
        return PoolFill(PoolKey(pool), len(rows), promised, len(rows) - promised - free, free)

    @invariant()
    def the_events_tell_who_holds_what(self) -> None:
        for n, row in enumerate(self.model.rows):
            found = holders(self.events, number(n), at(self.model.now))
            is_promised = row.was_given and row.until > self.model.now
            assert (found.last.session if found.last else None) == row.session
            assert [h.session for h in found.promised] == ([row.session] if is_promised else [])

    def teardown(self) -> None:
        self.runner.run(self.store.close())
        self.runner.close()


SHORT = settings(
    max_examples=60,
    stateful_step_count=30,
    deadline=None,
    report_multiple_bugs=False,
    suppress_health_check=[HealthCheck.too_slow],
)
LONG = settings(SHORT, max_examples=600, stateful_step_count=60)


def _machine(new_store: Callable[[], OpenStore]) -> type[LeaseMachine]:
    """Give a machine whose every run has a store of its own."""

    class Machine(LeaseMachine):
        def new_store(self) -> OpenStore:
            return new_store()

    return Machine


def test_a_store_does_what_the_model_does(new_store: Callable[[], OpenStore]) -> None:
    run_state_machine_as_test(_machine(new_store), settings=SHORT)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_store_does_what_the_model_does_for_long(new_store: Callable[[], OpenStore]) -> None:
    run_state_machine_as_test(_machine(new_store), settings=LONG)
