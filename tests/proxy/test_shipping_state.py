"""How it stands with events is told in a line, and in the log once."""

import logging
from datetime import UTC, datetime

import pytest

from calltrack.events import Event, Kind
from calltrack.link.receipts import Settled
from proxy.shipping_state import MOST_TOLD, ShippingState

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
URL = "https://cms.example/api/events/"


@pytest.fixture
def state() -> ShippingState:
    return ShippingState(URL, is_ours=True)


def event(kind: Kind = Kind.PAGE_VIEWED) -> Event:
    return Event(kind, NOW, {})


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [one.getMessage() for one in caplog.records if one.levelno >= logging.WARNING]


def test_it_is_told_where_events_go_and_what_became_of_them(state: ShippingState) -> None:
    state.note_settled([event(), event()], Settled(1, 1), now=NOW)
    state.note_failure("it answers 502")

    line = state.told()

    assert line == (
        f"They go to {URL}; it answered last at 2026-03-02 12:00:00 UTC; "
        "2 were shipped by this process, 0 refused"
    )
    assert state.facts() == {
        "to": URL,
        "is_ours": True,
        "shipped": 2,
        "refused": 0,
        "settled_at": NOW.isoformat(),
        "problem": "it answers 502",
    }


@pytest.mark.parametrize(
    ("state", "said"),
    [
        pytest.param(ShippingState(None), "They stay on this disk", id="nowhere"),
        pytest.param(ShippingState(URL), "another process of this machine", id="not by us"),
    ],
)
def test_it_is_told_who_does_not_ship(state: ShippingState, said: str) -> None:
    assert said in state.told()


def test_one_failure_is_no_news_and_the_second_is_told_once(
    state: ShippingState, caplog: pytest.LogCaptureFixture
) -> None:
    state.note_failure("it answers 503")
    state.note_settled([event()], Settled(1), now=NOW)
    assert told(caplog) == []

    for _ in range(5):
        state.note_failure("it answers 503")
    state.note_failure("no connection")
    state.note_settled([event()], Settled(1), now=NOW)
    state.note_settled([event()], Settled(1), now=NOW)

    assert told(caplog) == [
        f"events wait on the disk; {URL}: it answers 503",
        f"events wait on the disk; {URL}: no connection",
        f"events go to {URL} again",
    ]


def test_a_refusal_is_told_once_for_each_kind_and_problem_and_names_nobody(
    state: ShippingState, caplog: pytest.LogCaptureFixture
) -> None:
    for number in ("+31201234567", "+31207654301"):
        for kind in (Kind.NUMBER_SHOWN, Kind.LEASE_GIVEN):
            one = event(kind)
            state.note_settled([one], Settled(refused={one.id: f"number: {number}"}), now=NOW)

    assert told(caplog) == [
        f"{URL}: an event is refused for ever: number.shown: number: …",
        f"{URL}: an event is refused for ever: lease.given: number: …",
    ]
    assert state.refused == 4


def test_a_receiver_that_never_says_the_same_does_not_fill_the_log(
    state: ShippingState, caplog: pytest.LogCaptureFixture
) -> None:
    for n in range(3 * MOST_TOLD):
        one = event()
        state.note_settled([one], Settled(refused={one.id: f"problem {n}"}), now=NOW)

    assert len(told(caplog)) == MOST_TOLD
