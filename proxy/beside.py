"""Long work of ours beside the pages: in a thread that lets go of the interpreter often.

A thread that computes keeps the interpreter for 5 ms at a time, and a page wants it back a dozen
times: most pages took 0.1 s while a Plan with ten thousand numbers was worked out, and their store
calls came too late. With turns of half a millisecond it is 16 ms, and the work takes no longer.
"""

import asyncio
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

TURN_SECONDS = 0.0005

T = TypeVar("T")


async def beside(work: Callable[[], T]) -> T:
    """Do it in a thread; give what it gives."""
    with _turns.short():
        return await asyncio.to_thread(work)


class _Turns:
    """The interpreter's turns, of which a process has one length: usual again after the last."""

    def __init__(self) -> None:
        self._under_way = 0
        self._usual = 0.0

    @contextmanager
    def short(self) -> Iterator[None]:
        if not self._under_way:
            self._usual = sys.getswitchinterval()
            sys.setswitchinterval(TURN_SECONDS)
        self._under_way += 1
        try:
            yield
        finally:
            self._under_way -= 1
            if not self._under_way:
                sys.setswitchinterval(self._usual)


_turns = _Turns()
