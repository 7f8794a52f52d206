"""The tables of the rewriter's speed, with geometric means over the pages and the goals beside."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.bench import rewriting_engines as engines
from tests.bench.report import table
from tests.bench.rewriting_engines import LXML, OURS, PURE, SCALE
from tests.bench.rewriting_outputs import Tally
from tests.bench.rewriting_timing import NEVER_SEEN, Row


@dataclass(frozen=True, slots=True)
class Ratio:
    """A column: how many times as long an engine takes as another."""

    title: str
    engine: str
    other: str
    with_numbers: str = ""
    """The goal on pages with numbers."""
    without: str = ""

    def cell(self, rows: Sequence[Row]) -> str:
        """Give the geometric mean over some pages."""
        found = [ratio for row in rows if (ratio := row.times(self.engine, self.other)) is not None]
        return f"{statistics.geometric_mean(found):.2f} ×" if found else "–"


OTHERS = (
    Ratio("× lxml", LXML, OURS, "≥ 40", "≥ 80"),
    Ratio("× selectolax", engines.SELECTOLAX, OURS),
    Ratio("× lol_html", engines.LOLHTML, OURS, "≥ 35"),
    Ratio("× lol_html, elements", engines.ELEMENTS, OURS, "≥ 4"),
    Ratio("× decode, encode", SCALE, OURS, "≥ 1", "≥ 1"),
)
ITSELF = (
    Ratio("the same again", engines.AGAIN, OURS),
    Ratio("in 16 KB chunks", engines.CHUNKS, OURS),
    Ratio("many numbers", engines.MANY, OURS, "≤ 1.1", "≤ 1.1"),
    Ratio("pure", PURE, OURS),
    Ratio("lxml, × pure", LXML, PURE, "≥ 2"),
)


def done(tallies: Mapping[str, Tally]) -> None:
    """Say what each engine did, right and wrong."""
    head = ("engine", "does not find", "numbers shown", "of", "pages kept", "of", "errors")
    rows = []
    for name, tally in tallies.items():
        counts = (tally.shown, tally.asked, tally.kept, tally.pages, tally.errors)
        missed = tally.missed if tally.engine.finds else "any"
        rows.append((name, missed, *(f"{count:,}" for count in counts)))
    print("What is done. Pages kept: all bytes around the numbers are as they were\n")
    table(head, rows, texts=2)


def beside_others(rows: Sequence[Row]) -> None:
    """Say how fast ours is, and how many times as fast as the others."""
    print("Ours beside others: how many times as fast it is\n")
    _print(rows, OTHERS, OURS)


def beside_itself(rows: Sequence[Row], *, many: int) -> None:
    """Say what chunks, many numbers and the pure build cost."""
    print(
        "The pure build; and how many times as long ours takes. The same again: the noise; "
        f"many: {many:,}\n"
    )
    _print(rows, ITSELF, PURE)


def _print(rows: Sequence[Row], columns: Sequence[Ratio], engine: str) -> None:
    head = ("page", "KB", "numbers", "pages/s", "MB/s", *(column.title for column in columns))
    cells = [(*_page(row, engine), *(column.cell([row]) for column in columns)) for row in rows]
    usual = [row for row in rows if row.name != NEVER_SEEN]
    empty = ("", "", "", "")
    for name, some, goals in (
        ("mean, with numbers", [row for row in usual if row.hits], "with_numbers"),
        ("mean, without", [row for row in usual if not row.hits], "without"),
    ):
        cells.append((name, *empty, *(column.cell(some) for column in columns)))
        cells.append(("  goal", *empty, *(getattr(column, goals) for column in columns)))
    table(head, cells, texts=1)


def _page(row: Row, engine: str) -> tuple[str, ...]:
    per_second = 1 / statistics.median(row.seconds[engine])
    rate = per_second * row.size / 1e6
    return row.name, f"{row.size / 1000:.0f}", str(row.hits), f"{per_second:,.0f}", f"{rate:,.0f}"
