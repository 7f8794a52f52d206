"""Judge calls, and the other calls of the same callers that this may change."""

from collections.abc import Sequence

from wagtail_calltrack.models import Call


def judge(calls: Sequence[Call]) -> None:
    """Reckon what the calls are worth, and save it; all else about them is saved before."""
