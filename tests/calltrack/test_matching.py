"""Whose call it is: the table of steps, with its edges, from lease events alone."""

from collections.abc import Sequence

import pytest

from calltrack.events import Event
from tests.calltrack.leased import (
    B_AFTER,
    CALLED_LATE,
    DAY,
    HANDED_ON,
    HOUR,
    LET_GO,
    OVERLAP,
    PINNED,
    SECOND,
    SHARED,
    SHARED_KEPT,
    TAKEN_BACK,
    UNCONFIRMED,
    A,
    a_match,
    given,
    said,
)


@pytest.mark.parametrize(
    ("events", "minute", "expected"),
    [
        # live
        pytest.param([A], -SECOND, "misdial 0 [] never_leased", id="a second before it is given"),
        pytest.param([A], 0, "live 1 [a:1] promised", id="as it is given"),
        pytest.param(
            [A], 33 - SECOND, "live 1 [a:1] promised", id="a second before the promise ends"
        ),
        pytest.param([A], 33, "late 0.9 [a:1] ended minutes=0", id="as the promise ends"),
        pytest.param([UNCONFIRMED], 1 - SECOND, "live 1 [a:1] promised", id="the first minute"),
        pytest.param([UNCONFIRMED], 1, "live 0.95 [a:1] kept", id="kept, and not promised"),
        pytest.param([UNCONFIRMED], 33 - SECOND, "live 0.95 [a:1] kept", id="kept to the end"),
        pytest.param([UNCONFIRMED], 33, "late 0.9 [a:1] ended minutes=0", id="as the keep ends"),
        pytest.param(LET_GO, 20, "live 1 [a:1] promised", id="let go: the promise stands"),
        pytest.param(PINNED, 31, "live 1 [a:1] promised", id="a pin during the promise"),
        pytest.param(PINNED, 35, "late 0.9 [a:1] ended minutes=2", id="a pin is no promise"),
        pytest.param(
            CALLED_LATE,
            40,
            "late 0.9 [a:1] ended minutes=7",
            id="the call that set a pin stays late",
        ),
        pytest.param(
            CALLED_LATE, 55, "live 1 [a:1] promised", id="the hold after a call is a promise"
        ),
        pytest.param(
            HANDED_ON, 20, "live 0.9 [a2:1] promised former=10", id="the visitor's next session"
        ),
        pytest.param(TAKEN_BACK, 5 - SECOND, "live 0.95 [a:1] kept", id="before it is taken back"),
        pytest.param(
            TAKEN_BACK, 5, "live 0.9 [b:1] promised former=0", id="taken back: the next one's"
        ),
        pytest.param(
            [A, B_AFTER], 40, "live 0.9 [b:1] promised former=7", id="leased again minutes after"
        ),
        pytest.param(
            [A, given(33 + DAY, "b", promised=DAY + 99)],
            34 + DAY,
            "live 0.99 [b:1] promised former=1441",
            id="leased again a day after",
        ),
        pytest.param(
            [A, given(34 + 30 * DAY, "b", promised=30 * DAY + 99)],
            34 + 30 * DAY,
            "live 1 [b:1] promised",
            id="leased again a month after",
        ),
        # several have it
        pytest.param(
            SHARED, 10, "candidates 0.5 [a:0.5 b:0.5] shared count=2", id="shared: both promised"
        ),
        pytest.param(SHARED, 5 - SECOND, "live 1 [a:1] promised", id="a second before the share"),
        pytest.param(
            SHARED, 34, "live 0.9 [b:1] promised former=1", id="the holder's promise is over"
        ),
        pytest.param(
            SHARED_KEPT,
            10,
            "candidates 0.667 [a:0.667 b:0.333] shared count=2",
            id="shared: a promise weighs twice a keep",
        ),
        pytest.param(
            OVERLAP, 25, "candidates 0.5 [a:0.5 b:0.5] overlap count=2", id="a store lost writes"
        ),
        pytest.param(OVERLAP, 20 - SECOND, "live 1 [a:1] promised", id="before the overlap"),
        pytest.param(OVERLAP, 33, "live 0.9 [b:1] promised former=0", id="after the overlap"),
        # nobody has it
        pytest.param([A], 33 + HOUR, "late 0.9 [a:1] ended minutes=60", id="late: an hour"),
        pytest.param([A], 34 + HOUR, "late 0.8 [a:1] ended minutes=61", id="late: more than that"),
        pytest.param([A], 33 + DAY, "late 0.8 [a:1] ended minutes=1440", id="late: a day"),
        pytest.param([A], 34 + DAY, "late 0.6 [a:1] ended minutes=1441", id="late: days"),
        pytest.param([A], 34 + 7 * DAY, "late 0.4 [a:1] ended minutes=10081", id="late: weeks"),
        pytest.param([A], 34 + 30 * DAY, "late 0.1 [a:1] ended minutes=43201", id="late: months"),
        pytest.param(
            [A, B_AFTER],
            73,
            "candidates 0.562 [b:0.625 a:0.375] leased_again count=2 minutes=0",
            id="leased again since: the later weighs more",
        ),
        pytest.param(
            [A, B_AFTER],
            73 + 9 * HOUR,
            "candidates 0.413 [b:0.516 a:0.484] leased_again count=2 minutes=540",
            id="hours later: about the same",
        ),
        pytest.param(
            [A, given(33 + DAY, "b", promised=DAY + 66)],
            66 + DAY,
            "late 0.9 [b:1] ended minutes=0",
            id="the one before is more than a day ago",
        ),
        pytest.param(
            [A, given(DAY, "b", promised=DAY + 33)],
            DAY + 33,
            "candidates 0.866 [b:0.962 a:0.038] leased_again count=2 minutes=0",
            id="the one before is just a day ago",
        ),
        pytest.param(
            OVERLAP,
            53 + 2 * DAY,
            "candidates 0.301 [b:0.502 a:0.498] leased_again count=2 minutes=2880",
            id="two at once, long ago",
        ),
        pytest.param([], 0, "misdial 0 [] never_leased", id="never leased"),
    ],
)
def test_the_history_of_a_number_says_whose_call_it_is(
    events: Sequence[Event], minute: float, expected: str
) -> None:
    assert said(a_match(events, minute)) == expected


def test_the_rest_of_a_number_is_nobodys() -> None:
    resting, after = a_match([A, B_AFTER], 33), a_match([A, B_AFTER], 40 - SECOND)

    assert [said(one) for one in (resting, after)] == [
        "late 0.9 [a:1] ended minutes=0",
        "late 0.9 [a:1] ended minutes=6",
    ]
