"""What all workers report, and what is made of it."""

import pytest

from proxy.workers.peers import Alone
from proxy.workers.snapshots import ENDED, FIGURES, Snapshot, counts_on, summed


def test_a_part_is_summed_over_all_workers_and_those_that_ended() -> None:
    found = [
        Snapshot(0, 1, {FIGURES: {"view.new": 2, "now.in_flight": 1}}),
        Snapshot(1, 2, {FIGURES: {"view.new": 3}}),
        Snapshot(2, 3, {}),  # it has not reported yet
        Snapshot(ENDED, 4, {FIGURES: counts_on({"view.new": 4, "now.in_flight": 9})}),
    ]

    assert summed(found, FIGURES) == {"now.in_flight": 1, "view.new": 9}
    assert [one.is_live for one in found] == [True, True, True, False]


async def test_one_process_reports_for_itself() -> None:
    alone = Alone()
    alone.report(FIGURES, lambda: {"view.new": 1})

    (found,) = await alone.collect()

    assert (found.worker, found.parts) == (0, {FIGURES: {"view.new": 1}})


def test_a_part_that_fails_is_left_out(caplog: pytest.LogCaptureFixture) -> None:
    alone = Alone()
    alone.report("good", lambda: 1)
    alone.report("bad", lambda: 1 // 0)

    assert alone.now() == {"good": 1}
    assert "left out: bad" in caplog.text
