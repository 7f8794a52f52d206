"""Edges look every 2 s, less often while nothing can be had, and not all at once."""

from datetime import timedelta

import pytest

from calltrack.link.pace import wait_after


@pytest.mark.parametrize(
    ("failures", "seconds"),
    [
        pytest.param(0, 2, id="all is well"),
        pytest.param(1, 4, id="the first failure"),
        pytest.param(3, 16, id="the third"),
        pytest.param(4, 30, id="never longer than half a minute"),
        pytest.param(100_000, 30, id="a long night"),
    ],
)
def test_the_wait_doubles_up_to_half_a_minute(failures: int, seconds: float) -> None:
    assert wait_after(failures, chance=0) == timedelta(seconds=seconds)


def test_chance_spreads_a_tenth() -> None:
    assert wait_after(9, chance=1) == timedelta(seconds=27)


def test_a_longer_pace_is_never_shortened_by_a_failure() -> None:
    minute = timedelta(minutes=1)

    assert wait_after(3, chance=0, every=minute) == minute
