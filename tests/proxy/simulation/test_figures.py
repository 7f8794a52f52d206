"""What the simulator counts."""

from datetime import UTC, datetime, timedelta

import pytest

from calltrack.events import Event, Kind
from calltrack.leases import SessionId
from calltrack.numbers import PhoneNumber
from proxy.simulation.figures import Figures

START = datetime(2026, 3, 2, tzinfo=UTC)
NUMBER = PhoneNumber("+31850000001")
ANNA, BORIS, CEES = 0, 1, 2
END = 300


def at(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


def given(minute: float, visitor: int, *, until: float, session: str = "", **more: str) -> Event:
    return _event(Kind.LEASE_GIVEN, minute, session or f"s{visitor}", until, **more)


def renewed(minute: float, visitor: int, *, until: float, since: float) -> Event:
    given_at = at(since).isoformat()
    return _event(Kind.LEASE_RENEWED, minute, f"s{visitor}", until, given_at=given_at)


def _event(kind: Kind, minute: float, session: str, until: float, **more: str) -> Event:
    moments = {"promised_until": at(until).isoformat(), "kept_until": at(until).isoformat()}
    data = {"session": session, "vestiging": "v", "pool": "p", "number": NUMBER.e164}
    return Event(kind, at(minute), data | moments | more)


@pytest.fixture
def figures() -> Figures:
    counted = Figures()
    for visitor in (ANNA, BORIS, CEES):
        counted.note_session(SessionId(f"s{visitor}"), visitor)
    counted.note_session(SessionId("again"), ANNA)
    return counted


def within(figures: Figures, *minutes: float) -> list[float | None]:
    figures.close(at(END))
    return [figures.released_within(timedelta(minutes=window)) for window in minutes]


A_LEASE = given(0, ANNA, until=33)
RENEWED = [A_LEASE, renewed(10, ANNA, until=43, since=0)]


@pytest.mark.parametrize(
    ("events", "releases", "shares"),
    [
        pytest.param([], 0, [None, None], id="nothing was released"),
        pytest.param([A_LEASE], 1, [0, 0], id="nobody got it again"),
        pytest.param([A_LEASE, given(43, BORIS, until=400)], 1, [0, 1], id="after ten minutes"),
        pytest.param([*RENEWED, given(44, BORIS, until=400)], 1, [1, 1], id="a renewal counts"),
        pytest.param([A_LEASE, given(20, BORIS, until=400)], 1, [1, 1], id="taken back: at once"),
        pytest.param(
            [A_LEASE, given(34, ANNA, until=400, session="again")], 0, [None, None], id="her own"
        ),
        pytest.param(
            [A_LEASE, given(35, BORIS, until=68), given(90, CEES, until=400)],
            2,
            [0.5, 0.5],
            id="two releases",
        ),
        pytest.param(
            [given(0, ANNA, until=298)], 1, [None, None], id="too late to be judged: no share"
        ),
    ],
)
def test_a_release_counts_when_somebody_else_gets_the_number(
    figures: Figures, events: list[Event], releases: int, shares: list[float | None]
) -> None:
    for event in events:
        figures.note_events([event])

    assert within(figures, 5, 15) == shares
    assert figures.releases == releases


OVERLAP = [A_LEASE, given(20, BORIS, until=53, shared="1")]
TWO = [A_LEASE, given(40, BORIS, until=73)]


@pytest.mark.parametrize(
    ("events", "minute", "caller", "outcome"),
    [
        pytest.param([A_LEASE], 5, ANNA, "right", id="while promised"),
        pytest.param([A_LEASE], 200, ANNA, "right", id="late, nobody else had it"),
        pytest.param(TWO, 45, ANNA, "wrong", id="somebody else has it"),
        pytest.param(TWO, 200, ANNA, "ambiguous", id="late, two had it"),
        pytest.param(TWO, 73 + 24 * 60, BORIS, "right", id="late, the one before long ago"),
        pytest.param(TWO, 73 + 24 * 60, ANNA, "wrong", id="late, somebody else had it last"),
        pytest.param([A_LEASE], -1, ANNA, "misdial", id="before anybody had it"),
        pytest.param(OVERLAP, 25, ANNA, "ambiguous", id="two have it"),
        pytest.param(
            [A_LEASE, given(10, ANNA, until=43, session="again", before="s0")],
            20,
            ANNA,
            "right",
            id="two sessions of one visitor",
        ),
    ],
)
@pytest.mark.parametrize("within_hold", [True, False])
def test_a_call_is_matched_by_the_history(
    figures: Figures,
    events: list[Event],
    minute: float,
    caller: int,
    outcome: str,
    within_hold: bool,
) -> None:
    figures.note_events(events)

    figures.note_call(at(minute), caller, NUMBER, within_hold=within_hold)

    span = "within_hold" if within_hold else "later"
    assert figures.calls == {(span, outcome): 1}
    assert figures.unmarked == 0


MONTHS = 60 * 24 * 60.0
LONG_AGO = [A_LEASE, given(MONTHS, BORIS, until=MONTHS + 33)]


@pytest.mark.parametrize(
    ("caller", "unmarked"),
    [pytest.param(BORIS, 0, id="right"), pytest.param(ANNA, 1, id="wrong, with a confidence of 1")],
)
def test_what_is_not_right_and_not_in_doubt_is_told(
    figures: Figures, caller: int, unmarked: int
) -> None:
    figures.note_events(LONG_AGO)
    figures.close(at(MONTHS + 99))

    figures.note_call(at(MONTHS + 1), caller, NUMBER, within_hold=False)

    assert figures.unmarked == unmarked
    assert figures.as_json()["calls_unmarked"] == unmarked


def test_a_long_history_is_forgotten_but_for_its_end(figures: Figures) -> None:
    for turn in range(100):
        visitor = (ANNA, BORIS)[turn % 2]
        figures.note_events([given(turn * 40, visitor, until=turn * 40 + 33)])

    figures.note_call(at(3961), BORIS, NUMBER, within_hold=True)

    assert figures.calls == {("within_hold", "right"): 1}
    assert len(figures._numbers[NUMBER.e164].events) < 20


def test_a_call_on_the_original_number_is_counted_apart(figures: Figures) -> None:
    figures.note_call(at(1), ANNA, None, within_hold=True)

    assert (figures.calls_without_number, figures.calls.total()) == (1, 0)


def test_exhausted_are_visits_whose_first_page_had_no_number(figures: Figures) -> None:
    figures.note_page(is_first=True, has_number=False)
    figures.note_page(is_first=False, has_number=True)
    figures.note_page(is_first=True, has_number=True)
    figures.note_page(is_first=False, has_number=False)
    figures.close(at(END))

    assert figures.as_json()["exhausted_share"] == 0.5
    assert (figures.visits, figures.pages) == (2, 4)


def test_the_json_names_every_window_span_and_outcome(figures: Figures) -> None:
    figures.close(at(END))

    found = figures.as_json()

    assert list(found["released_within_minutes"]) == ["5", "15", "30", "60"]
    assert found["calls"] == {
        span: {"right": 0, "wrong": 0, "ambiguous": 0, "misdial": 0}
        for span in ("within_hold", "later")
    }


def test_an_open_run_tells_no_shares(figures: Figures) -> None:
    with pytest.raises(ValueError, match="close"):
        figures.released_within(timedelta(minutes=5))
