"""The one place where an error of our own is caught, whatever it is, and the visitor goes on.

The visitor always gets the page: while the site's answer is at hand, a mistake of ours costs the
phone numbers on it and nothing else. What went wrong is counted each time, and logged once a
reason, with its kind and its place, for somebody of ours to mend. Its words are left out: they may
quote a phone number or what a visitor sent.
"""

import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from proxy.counters import Counters
from proxy.log_format import ONCE
from proxy.mistakes import without_words

_log = logging.getLogger("calltrack.proxy")

T = TypeVar("T")


class Border:
    """Runs our own code, and knows what to do without it."""

    def __init__(self, counters: Counters) -> None:
        """Count into these."""
        self._counters = counters
        self._logged: set[str] = set()

    def attempt(self, reason: str, action: Callable[[], T], otherwise: T) -> T:
        """Do it; where that fails, note the reason and give `otherwise`."""
        try:
            return action()
        except Exception as error:  # noqa: BLE001 - the border: see the head of this file
            self.note(reason, error)
            return otherwise

    async def attempt_async(
        self,
        reason: str,
        action: Callable[[], Awaitable[T]],
        otherwise: T,
        *,
        not_ours: tuple[type[Exception], ...] = (),
    ) -> T:
        """Await it; where that fails, note the reason and give `otherwise`. `not_ours` goes on."""
        try:
            return await action()
        except not_ours:
            raise
        except Exception as error:  # noqa: BLE001 - the border: see the head of this file
            self.note(reason, error)
            return otherwise

    def note(self, reason: str, error: Exception) -> None:
        """Count a failure of ours; log the first of its kind."""
        self._counters.add("failure", reason)
        if reason not in self._logged:
            self._logged.add(reason)
            told = without_words(error)
            _log.error("failed, and did without: %s: %s", reason, told, extra=ONCE)
