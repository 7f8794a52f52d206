"""Long work lets pages have the interpreter in between, and leaves things as they were."""

import asyncio
import sys
import threading

import pytest

from proxy.beside import TURN_SECONDS, beside


async def test_work_is_done_in_a_thread_by_short_turns() -> None:
    usual = sys.getswitchinterval()

    thread, turn = await beside(lambda: (threading.current_thread(), sys.getswitchinterval()))

    assert thread is not threading.main_thread()
    assert turn == pytest.approx(TURN_SECONDS)
    assert sys.getswitchinterval() == usual


async def test_work_that_fails_leaves_the_usual_turns() -> None:
    usual = sys.getswitchinterval()

    with pytest.raises(ZeroDivisionError):
        await beside(lambda: 1 // 0)

    assert sys.getswitchinterval() == usual


async def test_works_that_overlap_leave_the_usual_turns_after_the_last() -> None:
    usual = sys.getswitchinterval()
    first_may_end, second_may_end = threading.Event(), threading.Event()
    first = asyncio.ensure_future(beside(first_may_end.wait))
    await asyncio.sleep(0)
    second = asyncio.ensure_future(beside(second_may_end.wait))
    await asyncio.sleep(0)

    first_may_end.set()
    await first
    between = sys.getswitchinterval()
    second_may_end.set()
    await second

    assert between == pytest.approx(TURN_SECONDS)
    assert sys.getswitchinterval() == usual
