"""What several workers say of one thing is told once, and nothing else is lost."""

import pytest

from proxy.workers.chorus import ECHO_SECONDS, MOST, Chorus

AWAY, WELL = "the store is away", "the store is well again"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        pytest.param([(0, 1, AWAY)], [True], id="one says it"),
        pytest.param([(0, 1, AWAY), (1, 2, AWAY), (2, 3, AWAY)], [True, False, False], id="all"),
        pytest.param([(0, 1, AWAY), (1, 1, AWAY)], [True, True], id="one says it twice"),
        pytest.param(
            [(0, 1, AWAY), (1, 1, AWAY), (2, 2, AWAY), (3, 2, AWAY), (4, 2, AWAY)],
            [True, True, False, False, True],
            id="another says it once more than the first",
        ),
        pytest.param(
            [(0, 1, AWAY), (1, 2, AWAY), (2, 1, WELL), (3, 2, WELL), (4, 2, AWAY), (5, 1, AWAY)],
            [True, False, True, False, True, False],
            id="it comes again",
        ),
        pytest.param(
            [(0, 1, AWAY), (ECHO_SECONDS + 1, 2, AWAY)], [True, True], id="a while later it is news"
        ),
        pytest.param(
            [(0, 1, AWAY), (20, 2, AWAY), (40, 3, AWAY)], [True, False, False], id="one by one"
        ),
    ],
)
def test_an_echo_is_not_told(said: list[tuple[float, int, str]], told: list[bool]) -> None:
    chorus = Chorus()

    assert [chorus.is_news(what, by=by, at=at) for at, by, what in said] == told


def test_what_a_worker_says_once_in_its_life_is_told_once_for_all() -> None:
    chorus = Chorus()

    told = [chorus.is_news("a", by=by, at=by * 10_000, lasts=True) for by in range(4)]

    assert told == [True, False, False, False]


def test_what_is_remembered_has_an_end() -> None:
    chorus = Chorus()

    for at in range(3 * MOST):
        assert chorus.is_news(f"a sentence with {at}", by=1, at=at / MOST)

    assert len(chorus._said) == MOST
