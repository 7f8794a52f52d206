"""What the proxy is to reach, and what it reached in this run."""

from collections.abc import Sequence
from dataclasses import dataclass

from tests.bench.report import table

HEAD = ("goal", "measured", "goal is", "stretch is", "reached")


@dataclass(frozen=True, slots=True)
class Goal:
    """One goal; where `is_more`, the figure is to be at least so much, else at most."""

    what: str
    goal: float
    stretch: float
    unit: str = "×"
    is_more: bool = False

    def reached(self, figure: float | None) -> str:
        """Say in a word how far a figure gets."""
        if figure is None:
            return "not measured"
        if self._is_there(figure, self.stretch):
            return "stretch"
        return "yes" if self._is_there(figure, self.goal) else "no"

    def row(self, figure: float | None) -> tuple[str, ...]:
        """Write the goal and the figure."""
        sign = "≥" if self.is_more else "≤"
        limits = [f"{sign} {limit:g} {self.unit}" for limit in (self.goal, self.stretch)]
        shown = "-" if figure is None else f"{figure:.2f} {self.unit}"
        return (self.what, shown, *limits, self.reached(figure))

    def _is_there(self, figure: float, limit: float) -> bool:
        return figure >= limit if self.is_more else figure <= limit


PASS = Goal("passing on: its CPU, of nginx's", 2.5, 1.3)
REWRITE = Goal("rewriting: its CPU, of sub_filter's", 1.6, 1.0)
CACHE = Goal("from its own cache: its CPU, of sub_filter's", 1.0, 0.7)
GZIP = Goal("rewriting in gzip: its speed, of sub_filter's with gzip 1", 1.3, 1.8, is_more=True)
PLAIN = Goal("rewriting: its speed, of plain aiohttp's passing on", 1.6, 3.0, is_more=True)
MEDIAN = Goal("added at half load, the median", 1.0, 0.4, "ms")
SLOWEST = Goal("added at half load, the slowest hundredth", 3.0, 1.5, "ms")
WORKER = Goal("memory of a worker under load", 60.0, 60.0, "MB")
STALLED = Goal("memory of a stalled visitor", 150.0, 96.0, "KB")


def show(figures: Sequence[tuple[Goal, float | None]]) -> None:
    """Print each goal beside its figure."""
    table(HEAD, [goal.row(figure) for goal, figure in figures], texts=1)
