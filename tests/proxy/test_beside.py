"""Long work lets pages have the interpreter in between, and leaves things as they were."""

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
