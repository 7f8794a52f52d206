"""What a parent of workers is told by signals.

SIGTERM and SIGINT: the first says stop, the second at once. SIGHUP: reload.
"""

import asyncio
import signal


class Signals:
    """Sets events while it is entered: for an end, for one at once, and for a reload."""

    def __init__(self, stop: asyncio.Event, haste: asyncio.Event, reload: asyncio.Event) -> None:
        """Take the events."""
        self._stop, self._haste, self._reload = stop, haste, reload

    def __enter__(self) -> None:
        """Take the signals over."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._note)
        loop.add_signal_handler(signal.SIGHUP, self._reload.set)

    def __exit__(self, *_error: object) -> None:
        """Give them back."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            loop.remove_signal_handler(number)

    def _note(self) -> None:
        (self._haste if self._stop.is_set() else self._stop).set()
