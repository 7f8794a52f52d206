"""How a mistake of ours is told: by its kind and its place, for somebody of ours to mend.

The words of an error are left out: they may quote a phone number, or what a visitor sent.
"""

import logging
import traceback
from asyncio import Task
from collections.abc import Callable
from typing import Any

_log = logging.getLogger("calltrack.proxy")


def without_words(error: BaseException) -> str:
    """Tell an error's kind and place, and those of what led to it."""
    told = []
    cause: BaseException | None = error
    while cause is not None:
        place = "".join(traceback.format_tb(cause.__traceback__))
        told.append(f"{type(cause).__qualname__}\n{place}")
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    return "because of ".join(told).rstrip()


def told_as(what: str) -> Callable[[Task[Any]], None]:
    """Give what tells of a task that ends by what nobody foresaw: no one else waits for it."""

    def tell(task: Task[Any]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("%s: %s", what, without_words(error))

    return tell
