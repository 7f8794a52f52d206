"""Long work of ours beside the pages: in a thread that lets go of the interpreter often.

A thread that computes keeps the interpreter for 5 ms at a time, and a page wants it back a dozen
times: most pages took 0.1 s while a Plan with ten thousand numbers was worked out, and their store
calls came too late. With turns of half a millisecond it is 16 ms, and the work takes no longer.
"""

import asyncio
import sys
from collections.abc import Callable
from typing import TypeVar

TURN_SECONDS = 0.0005

T = TypeVar("T")


async def beside(work: Callable[[], T]) -> T:
    """Do it in a thread; give what it gives."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(TURN_SECONDS)
    try:
        return await asyncio.to_thread(work)
    finally:
        sys.setswitchinterval(usual)
