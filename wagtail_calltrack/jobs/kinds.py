"""What a kind of work has to be able to do, and which kinds there are.

Whoever has work of their own registers it when Django is ready:

    class Forgetting(Work):
        def begin(self, job): job.total = …
        def take(self, job): …; job.cursor = …; job.done += …; return True

    register("forget", Forgetting())
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from wagtail_calltrack.models import Job


class Work:
    """Work that is done in slices. The job's row is saved by whoever calls, after each."""

    def begin(self, job: Job) -> None:
        """Say how much there is to do, in `job.total`. A job may begin anew."""

    def take(self, job: Job) -> bool:
        """Do a slice from `job.cursor` on, move it, and count it in `job.done`.

        Gives whether there was anything to do. Each slice is a transaction; it must be short, for
        an edge may be waiting, and may be done twice, where somebody was killed in it.
        """
        raise NotImplementedError

    def end(self, job: Job) -> None:
        """Say what came of it."""

    def is_due(self, now: datetime) -> bool:
        """Say whether it begins by itself now. Asked often, while there is no job of the kind."""
        del now
        return False


_kinds: dict[str, Work] = {}

KINDS: Mapping[str, Work] = MappingProxyType(_kinds)
"""All kinds, by the words of `models.words.JOB_KINDS`."""


def register(kind: str, work: Work) -> None:
    """Have jobs of a kind done like this."""
    _kinds[kind] = work
