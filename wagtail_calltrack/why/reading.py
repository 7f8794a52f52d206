"""A page read for one visitor: each number in it, what is shown in its place, and why.

What is found comes from the rewriter (`proxy.rewrite`), and what is shown from the code that the
preview goes by. Nothing is leased.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from calltrack.decision import Viewer
from calltrack.numbers import national_text
from calltrack.plan import Plan, Site
from proxy.css_paths import with_paths
from proxy.plan_bindings import bindings_for
from proxy.rewrite import Finding, Outcome, Scanner, Slot, explain
from wagtail_calltrack.guard.reading import as_read
from wagtail_calltrack.previewing.places import Showing, Shown
from wagtail_calltrack.why import words

ROWS_MAX = 500
"""Of each table."""
SHOWN_CHARACTERS = 100
PATH_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Row:
    """One number, in words. `shows` and `campaign` may be empty; the latter is a key."""

    line: int
    column: int
    where: str
    path: str
    stood: str
    found: str = ""
    shows: str = ""
    vestiging: str = ""
    campaign: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """A page. `gave_up`: why it is not followed to its end."""

    shown: Sequence[Row]
    left: Sequence[Row]
    gave_up: str

    @property
    def changed(self) -> int:
        """Count the places that show another number."""
        return sum(bool(row.shows) for row in self.shown)


@dataclass(frozen=True, slots=True)
class Page:
    """What came from the site."""

    body: bytes
    charset: str | None
    path: str


def read(page: Page, plan: Plan, site: Site, viewer: Viewer) -> Reading:
    """Read a page."""
    bindings = bindings_for(plan, site, page.path)
    scanner = Scanner(bindings, charset=page.charset)
    pieces = [*scanner.feed(page.body), *scanner.close()]
    showing = Showing(plan, viewer)
    shown = {piece.offset: showing.at(piece) for piece in pieces if isinstance(piece, Slot)}
    found = explain(page.body, bindings, charset=page.charset)
    rows = with_paths(page.body, found, charset=page.charset)
    return Reading(
        shown=[
            _shown(_row(one, page), one, shown[one.offset])
            for one in rows
            if one.outcome is Outcome.REPLACED
        ],
        left=[
            replace(_row(one, page), why=words.left(one, plan))
            for one in rows
            if one.outcome is Outcome.LEFT
        ],
        gave_up=words.gave_up(scanner.gave_up) if scanner.gave_up else "",
    )


def _row(finding: Finding, page: Page) -> Row:
    """Say where a number stands."""
    path = finding.path
    return Row(
        line=finding.line,
        column=finding.column,
        where=words.where(finding.place),
        path=path if len(path) <= PATH_CHARACTERS else f"…{path[-PATH_CHARACTERS:]}",
        stood=_stood(finding, page),
    )


def _shown(row: Row, finding: Finding, shown: Shown) -> Row:
    return replace(
        row,
        found=str(words.FOUND.get(finding.rule, finding.reason)),
        shows=national_text(shown.number) if shown.number is not None else "",
        vestiging=shown.vestiging,
        campaign=shown.campaign,
        why=shown.why,
    )


def _stood(finding: Finding, page: Page) -> str:
    """Give what stands there as people read it; of what they do not, the source."""
    before = page.body[max(finding.offset - 1, 0) : finding.offset]
    sign = before.decode("ascii") if before in {b"+", b"("} else ""  # a number begins behind it
    return (as_read(sign + finding.text) or finding.text.strip())[:SHOWN_CHARACTERS]
