"""Every lease store against a simple model and a ledger, over long random histories."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

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

from calltrack.events import Event
from calltrack.history import Holders, holders, holders_among, holdings
from calltrack.leases import Ask, Client, Lease, LeaseStore, SessionId
from tests.calltrack.stores.conftest import BACKENDS, CLUSTER, OpenStore
from tests.calltrack.stores.lease_ledger import Ledger, number_of
from tests.calltrack.stores.lease_model import Hand, Model
from tests.calltrack.stores.words import START, ask, number, stock

NUMBERS = range(6)
SESSIONS = st.sampled_from("abcde")
ASKS = st.lists(
    st.builds(
        ask,
        st.sampled_from("AB"),
        st.sampled_from("ppq"),
        hold=st.sampled_from([0.5, 5, 30, 60]),
        rest=st.sampled_from([0, 10]),
        before=st.none() | st.tuples(st.sampled_from(NUMBERS), SESSIONS),
        share=st.booleans(),
        cap=st.sampled_from([None, 1, 2]),
    ),
    max_size=3,
    unique_by=lambda wanted: wanted.vestiging,
)
CLIENTS = st.sampled_from([None, None, Client("home"), Client("office")])
# Where each number stands: in pool p, in pool q, or disabled.
PLACES = st.lists(
    st.sampled_from(["p", "p", "q", None]), min_size=len(NUMBERS), max_size=len(NUMBERS)
)
# Numbers released by hand, minutes after now.
RELEASES = st.dictionaries(st.sampled_from(NUMBERS), st.sampled_from([-10, 0, 10]), max_size=3)
SPANS = st.sampled_from([timedelta(minutes=minutes) for minutes in (1, 20, 60)])
LATER = st.sampled_from([timedelta(minutes=minutes) for minutes in (0, 0.5, 1, 5, 20)])
STEPS = st.sampled_from([timedelta(minutes=minutes) for minutes in (-60, -1, 13, 33, 43, 70)])
DAY = timedelta(days=1)


class LeaseMachine(RuleBasedStateMachine):
    """Do anything in any order; the store, the model and the ledger must agree."""

    pages = 0  # asked for, over all runs of a machine

    def __init__(self) -> None:
        """Start with a new store."""
        super().__init__()
        self.runner = asyncio.Runner()
        self.open_store = self.new_store()
        self.model = Model(NUMBERS)
        self.ledger = Ledger(NUMBERS)
        self.events: list[Event] = []
        self.asked_at = START  # what the caller's clock says: it may step back
        self.crashed: list[LeaseStore] = []
        self.store = self.runner.run(self._open())

    def new_store(self) -> OpenStore:
        """Say how the run's store is opened, each time."""
        raise NotImplementedError

    async def _open(self) -> LeaseStore:
        return self.open_store()

    def teardown(self) -> None:
        """Compare the whole history; then close all."""
        try:
            moments = sorted({event.at for event in self.events} | {self.model.now})
            for n in NUMBERS:
                found = holdings(self.events, number(n))
                for moment in moments:
                    self._compare(n, moment, holders_among(found, moment))
        finally:
            for store in (*self.crashed, self.store):
                self.runner.run(store.close())
            self.runner.close()

    # -- what may happen

    @initialize(places=PLACES)
    def first_plan(self, places: Sequence[str | None]) -> None:
        self.plan_changes(places, {}, 1)

    @rule(places=PLACES, released=RELEASES, step=st.sampled_from([-1, 0, 1]))
    def plan_changes(
        self, places: Sequence[str | None], released: dict[int, int], step: int
    ) -> None:
        minutes = (self.model.now - START) / timedelta(minutes=1)
        wanted = stock(
            self.model.serial + step,
            released={n: minutes + more for n, more in released.items()},
            p=[n for n in NUMBERS if places[n] == "p"],
            q=[n for n in NUMBERS if places[n] == "q"],
        )
        counts = self.runner.run(self.store.sync(wanted))

        assert counts is (step >= 0)
        if counts:
            self.model.sync(wanted)

    @rule(session=SESSIONS, asks=ASKS, client=CLIENTS, later=LATER)
    def page_is_asked_for(
        self, session: str, asks: Sequence[Ask], client: Client | None, later: timedelta
    ) -> None:
        type(self).pages += 1
        self.asked_at += later
        now = self._read_clock()
        taken = self.runner.run(
            self.store.take(SessionId(session), asks, client=client, now=self.asked_at)
        )
        expected, capped = self.model.take(session, asks, client)

        given = {str(key): (number_of(got), got.is_shared) for key, got in taken.leases.items()}
        assert given == {key: (hand.n, hand.is_shared) for key, hand in expected.items()}
        assert taken.capped == capped
        self._hear(taken.events)
        self.ledger.enter(session, asks, taken, now)
        self.ledger.note_client(session, client, taken)
        if client is not None:
            held = self.runner.run(self.store.held(now=now))
            self.ledger.check_caps(client, asks, taken, held, now)

    @rule(session=SESSIONS)
    def visitor_leaves(self, session: str) -> None:
        self._read_clock()
        events = self.runner.run(self.store.release(SessionId(session), now=self.asked_at))
        self.model.release(session)

        self._hear(events)

    @rule(n=st.sampled_from(NUMBERS), longest=SPANS)
    def a_call_begins(self, n: int, longest: timedelta) -> None:
        now = self._read_clock()
        events = self.runner.run(self.store.pin(number(n), longest, now=self.asked_at))
        self.model.pin(n, longest)

        self._hear(events)
        self.ledger.pin(n, now + longest)

    @rule(n=st.sampled_from(NUMBERS), hold=SPANS)
    def a_call_ends(self, n: int, hold: timedelta) -> None:
        now = self._read_clock()
        events = self.runner.run(self.store.unpin(number(n), hold, now=self.asked_at))
        self.model.unpin(n, hold)

        self._hear(events)
        self.ledger.unpin(n, events, now + hold)

    @rule(step=STEPS)
    def clock_steps(self, step: timedelta) -> None:
        self.asked_at = max(self.asked_at + step, START)

    @rule(is_clean=st.booleans())
    def process_ends(self, is_clean: bool) -> None:
        if is_clean:
            self.runner.run(self.store.close())
        else:
            self.crashed.append(self.store)
        self.store = self.runner.run(self._open())

    @rule(n=st.sampled_from(NUMBERS), share=st.floats(0, 1))
    def an_old_call_is_looked_up(self, n: int, share: float) -> None:
        moment = START + (self.model.now - START) * share

        self._compare(n, moment, holders(self.events, number(n), moment))

    @rule()
    def nobody_comes_for_a_day(self) -> None:
        self.asked_at = max(self.asked_at, self.model.now) + DAY
        fills = self.runner.run(self.store.fill(now=self.asked_at))  # to read writes no moment

        assert [fill.free for fill in fills] == [fill.numbers for fill in fills]

    def _read_clock(self) -> datetime:
        self.model.now = max(self.model.now, self.asked_at)
        self.model.told.clear()
        return self.model.now

    # -- what must be so

    @invariant()
    def the_store_tells_what_the_model_knows(self) -> None:
        held = self.runner.run(self.store.held(now=self.model.now))
        fills = self.runner.run(self.store.fill(now=self.model.now))

        hands = self.model.held()
        assert [_seen(lease) for lease in held] == [_known(hand) for hand in hands]
        assert list(fills) == [self.model.fill(pool) for pool in ("p", "q")]
        assert all(f.numbers == f.promised + f.kept + f.resting + f.free for f in fills)
        assert all(f.free >= 0 and f.resting >= 0 for f in fills)

    def _hear(self, events: Sequence[Event]) -> None:
        told = [
            (
                event.kind.value,
                str(event.data["session"]),
                str(event.data.get("number", event.data["vestiging"])),
            )
            for event in events
        ]
        assert sorted(told) == sorted(self.model.told)
        self.events += events

    def _compare(self, n: int, moment: datetime, found: Holders) -> None:
        promised, kept = self.model.had(n, moment)
        assert (n, moment, sorted(h.session for h in found.promised)) == (n, moment, promised)
        assert (n, moment, sorted(h.session for h in found.kept)) == (n, moment, kept)
        assert (found.last is not None) is self.model.was_given(n, moment)


def _seen(lease: Lease) -> tuple[object, ...]:
    return (
        number_of(lease),
        lease.session,
        lease.vestiging,
        lease.pool,
        lease.given_at,
        lease.promised_until,
        lease.kept_until,
        lease.ended_at is not None,
        lease.is_shared,
    )


def _known(hand: Hand) -> tuple[object, ...]:
    return (
        hand.n,
        hand.session,
        hand.vestiging,
        hand.pool,
        hand.given_at,
        hand.promised,
        hand.kept,
        hand.ended,
        hand.is_shared,
    )


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


def _pages_of(new_store: Callable[[], OpenStore], size: settings) -> int:
    """Run the machine, which compares at every step; say how many pages took part."""
    machine = _machine(new_store)
    run_state_machine_as_test(machine, settings=size)
    return machine.pages


# A Cluster runs the same scripts, and takes five times as long to open.
ON_EACH = pytest.mark.parametrize("new_store", sorted({*BACKENDS} - {CLUSTER}), indirect=True)


@ON_EACH
def test_a_store_does_what_the_model_does(new_store: Callable[[], OpenStore]) -> None:
    assert _pages_of(new_store, SHORT) >= SHORT.max_examples


@pytest.mark.slow
@pytest.mark.timeout(900)
@ON_EACH
def test_a_store_does_what_the_model_does_for_long(new_store: Callable[[], OpenStore]) -> None:
    assert _pages_of(new_store, LONG) >= LONG.max_examples
