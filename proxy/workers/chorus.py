"""What several workers say of one thing is told once. Pure.

Each worker finds out for itself that the store is away or a Plan is refused, and says so. What one
says that another has just said is no news; what one says a second time is, whoever it is, unless
another has said it as often. So nothing is lost but the echo. After a while of silence on a thing
it is news again; what a worker says once in its life is told once for all of them.
"""

from collections import Counter
from dataclasses import dataclass, field

ECHO_SECONDS = 30.0
MOST = 1_000
"""Things that are remembered."""


@dataclass(slots=True)
class _Said:
    lasts: bool
    at: float
    told: int = 0
    by: Counter[int] = field(default_factory=Counter)


class Chorus:
    """What was said of late."""

    def __init__(self) -> None:
        """Nothing was."""
        self._said: dict[str, _Said] = {}

    def is_news(self, what: str, *, by: int, at: float, lasts: bool = False) -> bool:
        """Note that a worker says this; say whether it is to be told.

        `at`: seconds that only go forward. `lasts`: a worker says it once in its life.
        """
        said = self._said.pop(what, None)
        if said is None or (not said.lasts and at - said.at > ECHO_SECONDS):
            said = _Said(lasts, at)
        said.at = at
        said.by[by] += 1
        self._said[what] = said  # the last of all
        if len(self._said) > MOST:
            del self._said[next(iter(self._said))]
        if not said.told < (1 if said.lasts else said.by[by]):
            return False
        said.told += 1
        return True
