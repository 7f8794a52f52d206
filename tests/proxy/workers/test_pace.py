"""When a worker that ended has its successor."""

from datetime import timedelta

import pytest

from proxy.workers.pace import LONGEST, YOUNG, Pace

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("lived", "waits"),
    [
        pytest.param([YOUNG, YOUNG, YOUNG], [0, 0, 0], id="they live long"),
        pytest.param([SECOND] * 5, [0, 0.5, 1, 2, 4], id="they die young"),
        pytest.param(
            [SECOND, SECOND, YOUNG, SECOND, SECOND], [0, 0.5, 0, 0, 0.5], id="one did not"
        ),
    ],
)
def test_successors_come_at_once_and_later_where_they_die_young(
    lived: list[timedelta], waits: list[float]
) -> None:
    pace = Pace()

    assert [pace.wait_after(one).total_seconds() for one in lived] == waits


def test_no_wait_is_longer_than_the_longest() -> None:
    pace = Pace()

    waits = [pace.wait_after(SECOND) for _ in range(100)]

    assert max(waits) == waits[-1] == LONGEST
