"""Calls on static numbers, of known callers, and of many candidates; reasons as texts."""

from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import given as given_that
from hypothesis import strategies as st

from calltrack.calls import Step
from calltrack.events import Event
from calltrack.history import holdings
from calltrack.leases import SessionId
from calltrack.matching import MOST, Code, KnownCaller, Reason, StaticOwner, match
from tests.calltrack.leased import (
    B_AFTER,
    CALLER,
    DAY,
    HOUR,
    NUMBER,
    OTHER,
    SECOND,
    SHARED,
    A,
    a_match,
    at,
    given,
    said,
)

FLYER = StaticOwner("flyer")


@pytest.mark.parametrize(
    ("events", "minute", "expected"),
    [
        pytest.param([], 0, "static 1 [] static", id="nobody ever had it"),
        pytest.param([A], 32, "live 1 [a:1] promised", id="ported: a promise stands"),
        pytest.param([A], 33, "static 0.9 [] static former=0", id="ported: the promise is over"),
        pytest.param([A], 34 + HOUR, "static 0.95 [] static former=61", id="ported hours ago"),
        pytest.param([A], 34 + DAY, "static 0.99 [] static former=1441", id="ported days ago"),
        pytest.param([A], 34 + 30 * DAY, "static 1 [] static", id="ported a month ago"),
    ],
)
def test_a_static_number_tells_the_campaign(
    events: Sequence[Event], minute: float, expected: str
) -> None:
    found = a_match(events, minute, static=FLYER)

    assert said(found) == expected
    assert found.campaign == ("flyer" if found.step is Step.STATIC else "")


def caller_of(session: str, minute: float, *others: str) -> KnownCaller:
    sessions = frozenset(SessionId(one) for one in others)
    return KnownCaller(SessionId(session), at(minute), sessions, campaign="ads")


@pytest.mark.parametrize(
    ("events", "minute", "earlier", "expected"),
    [
        pytest.param(
            [],
            HOUR,
            caller_of("x", 0),
            "known_caller 0.7 [x:1] called_before minutes=60",
            id="known",
        ),
        pytest.param(
            [],
            DAY,
            caller_of("x", 0),
            "known_caller 0.7 [x:1] called_before minutes=1440",
            id="day",
        ),
        pytest.param(
            [],
            DAY + SECOND,
            caller_of("x", 0),
            "known_caller 0.6 [x:1] called_before minutes=1440",
            id="a second more",
        ),
        pytest.param(
            [],
            30 * DAY,
            caller_of("x", 0),
            "known_caller 0.5 [x:1] called_before minutes=43200",
            id="the span's last moment",
        ),
        pytest.param(
            [], 30 * DAY + SECOND, caller_of("x", 0), "misdial 0 [] never_leased", id="forgotten"
        ),
        pytest.param(
            [], 0, caller_of("x", 1), "misdial 0 [] never_leased", id="a later call tells nothing"
        ),
        pytest.param([A], 10, caller_of("x", 0), "live 1 [a:1] promised", id="the number says it"),
        pytest.param([A], 40, caller_of("x", 0), "late 0.9 [a:1] ended minutes=7", id="late, too"),
        pytest.param(
            SHARED,
            10,
            caller_of("b", 6),
            "known_caller 0.9 [b:1] called_before minutes=4",
            id="shared",
        ),
        pytest.param(
            SHARED,
            10,
            caller_of("x", 6, "b"),
            "known_caller 0.9 [b:1] called_before minutes=4",
            id="shared: another session of the visitor",
        ),
        pytest.param(
            SHARED,
            10,
            caller_of("x", 6),
            "candidates 0.5 [a:0.5 b:0.5] shared count=2",
            id="shared: somebody else",
        ),
        pytest.param(
            [A, B_AFTER],
            80,
            caller_of("a", 20),
            "known_caller 0.9 [a:1] called_before minutes=60",
            id="leased again since: picked",
        ),
        pytest.param(
            [A, B_AFTER],
            50,
            caller_of("a", 20),
            "known_caller 0.9 [a:1] called_before minutes=30",
            id="another's by now: a call log dials old numbers",
        ),
        pytest.param(
            [A, B_AFTER],
            50,
            caller_of("a", 20, "b"),
            "live 0.9 [b:1] promised former=17",
            id="the visitor's own new session",
        ),
    ],
)
def test_a_known_caller(
    events: Sequence[Event], minute: float, earlier: KnownCaller, expected: str
) -> None:
    found = a_match(events, minute, earlier=earlier)

    assert said(found) == expected


def test_who_withholds_the_number_is_not_known() -> None:
    found = a_match([], 10, earlier=caller_of("x", 0), caller="")

    assert found.step is Step.MISDIAL


def test_a_static_number_and_a_known_caller_tell_the_campaign_of_the_number() -> None:
    found = a_match([], 10, static=FLYER, earlier=caller_of("x", 0))

    assert (found.step, found.campaign) == (Step.STATIC, "flyer")


def test_a_known_callers_campaign_comes_with_the_session() -> None:
    assert a_match([], 10, earlier=caller_of("x", 0)).campaign == "ads"
    assert a_match(SHARED, 10, earlier=caller_of("x", 6, "b")).campaign == ""


@pytest.mark.parametrize(
    ("events", "confidence"),
    [pytest.param([], "0.35", id="known"), pytest.param(SHARED, "0.45", id="picked")],
)
def test_a_caller_is_known_no_better_than_the_earlier_call(
    events: Sequence[Event], confidence: str
) -> None:
    earlier = KnownCaller(SessionId("b"), at(6), confidence=Decimal("0.5"))

    assert a_match(events, 10, earlier=earlier).confidence == Decimal(confidence)


def test_another_numbers_history_says_nothing() -> None:
    found = match(OTHER, CALLER, at(10), holdings([A], NUMBER))

    assert found.step is Step.MISDIAL


def test_the_likeliest_are_named_and_no_more() -> None:
    many = [given(n * 40, f"s{n}", promised=n * 40 + 33) for n in range(9)]

    found = a_match(many, 400)

    assert [one.session for one in found.candidates] == [f"s{n}" for n in range(8, 8 - MOST, -1)]
    assert sum(one.weight for one in found.candidates) == 1
    assert found.session == "s8"


LEASES = st.lists(
    st.tuples(st.integers(0, 300), st.sampled_from("abcdef"), st.integers(1, 60), st.booleans()),
    max_size=8,
)


@given_that(leases=LEASES, minute=st.integers(0, 4000), static=st.none() | st.just(FLYER))
def test_weights_sum_to_one_and_doubt_is_always_told(
    leases: list[tuple[int, str, int, bool]], minute: int, static: StaticOwner | None
) -> None:
    events = [
        given(begin, who, promised=begin + length, is_shared=shared)
        for begin, who, length, shared in sorted(leases)
    ]

    found = a_match(events, minute, static=static)

    assert 0 <= found.confidence <= 1
    assert found.confidence.quantize(Decimal("0.001")) == found.confidence
    assert sum(one.weight for one in found.candidates) in {0, 1}
    assert all(one.weight > 0 for one in found.candidates)
    assert len(found.candidates) <= 1 or (found.step is Step.CANDIDATES and found.confidence < 1)
    assert (found.step in {Step.STATIC, Step.MISDIAL}) == (found.session == "")


@pytest.mark.parametrize(
    ("text", "read"),
    [
        pytest.param("promised", Reason(Code.PROMISED, {}), id="a word"),
        pytest.param(
            "leased_again count=2 minutes=31",
            Reason(Code.LEASED_AGAIN, {"count": 2, "minutes": 31}),
            id="with values",
        ),
        pytest.param("", None, id="nothing"),
        pytest.param("somehow", None, id="no word of ours"),
        pytest.param("ended minutes=soon", None, id="no number"),
    ],
)
def test_a_reason_is_read_from_its_column(text: str, read: Reason | None) -> None:
    assert Reason.read(text) == read


@pytest.mark.parametrize("code", Code)
def test_each_reason_is_read_as_it_is_written(code: Code) -> None:
    reason = Reason(code, {"count": 3})

    assert Reason.read(str(reason)) == reason
