"""Tells when nothing has happened for too long.

Started and stopped for every wait of every request: the clock's timer is moved only when it would
be late, and otherwise looks again when it rings.
"""

import asyncio
from collections.abc import Callable


class Silence:
    """One wait at a time."""

    def __init__(self, on_over: Callable[[], None]) -> None:
        """Take what is called when a wait is over without a stop."""
        self._loop = asyncio.get_running_loop()
        self._on_over = on_over
        self._due: float | None = None
        self._rings_at = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def start(self, seconds: float) -> None:
        """Begin to wait, from now."""
        self._due = due = self._loop.time() + seconds
        if self._timer is not None:
            if self._rings_at <= due:
                return
            self._timer.cancel()
        self._set(due)

    def stop(self) -> None:
        """Something has happened."""
        self._due = None

    def close(self) -> None:
        """Stop for good."""
        self._due = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _set(self, due: float) -> None:
        self._rings_at = due
        self._timer = self._loop.call_at(due, self._ring)

    def _ring(self) -> None:
        self._timer = None
        if self._due is None:
            return
        if self._due > self._rings_at:
            self._set(self._due)
            return
        self._due = None
        self._on_over()
