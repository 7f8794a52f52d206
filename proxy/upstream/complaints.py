"""Tells operators why the site gave no answer, or half of one: no visitor is told that.

What is wrong is often wrong for every request: each sentence is written once in EVERY_SECONDS.
"""

import logging
import time
from collections.abc import Callable

EVERY_SECONDS = 60.0
_MOST_SENTENCES = 64

_log = logging.getLogger("calltrack.proxy")


class Complaints:
    """Writes to the log what is wrong with one site."""

    def __init__(self, base: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Take the site's address."""
        self._base = base
        self._clock = clock
        self._told_at: dict[str, float] = {}

    def no_answer(self, reason: str) -> None:
        """Say why there was no answer."""
        self._tell(f"no answer from {self._base}: {reason}")

    def half_an_answer(self, reason: str) -> None:
        """Say why an answer broke off."""
        self._tell(f"an answer from {self._base} broke off: {reason}")

    def _tell(self, sentence: str) -> None:
        """Write a sentence, if it was not written just now."""
        now = self._clock()
        told_at = self._told_at.get(sentence)
        if told_at is not None and now - told_at < EVERY_SECONDS:
            return
        if len(self._told_at) >= _MOST_SENTENCES:
            self._told_at.clear()
        self._told_at[sentence] = now
        _log.warning("%s", sentence)
