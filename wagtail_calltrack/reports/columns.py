"""The columns of a report: how each figure is read, printed, and compared."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from wagtail_calltrack.amounts import euros, rounded, span
from wagtail_calltrack.reports.figures import Figures, change
from wagtail_calltrack.reports.report import Row

NONE = "–"
TOGETHER = "\N{NO-BREAK SPACE}"
Amount = Decimal | int | None


def count(value: Decimal | int) -> str:
    """Print a count; parts of calls with one digit."""
    places = 0 if value == int(value) else 1
    return number_format(rounded(value, places), places, use_l10n=True, force_grouping=True)


def talk(value: Decimal | int) -> str:
    """Print seconds as a span."""
    return f"{'−' if value < 0 else ''}{span(round(abs(Decimal(value))))}"


def share(value: Decimal | int) -> str:
    """Print a share in whole hundredths."""
    sign = "−" if value < 0 else ""
    return f"{sign}{number_format(round(abs(Decimal(value)) * 100), 0, force_grouping=True)} %"


@dataclass(frozen=True, slots=True)
class Column:
    """One figure: its name in `Figures`, what it is called, and how it is printed."""

    name: str
    label: Any
    text: Callable[[Decimal | int], str] = count
    is_reckoned: bool = False  # divided: an export rounds it

    def value(self, figures: Figures) -> Amount:
        """Read it."""
        found: Amount = getattr(figures, self.name)
        return found

    def printed(self, figures: Figures) -> str:
        """Print it."""
        value = self.value(figures)
        return NONE if value is None else self.text(value)

    def compared(self, row: Row) -> str:
        """Print how it compares: «+3 (+50 %)», a line or two; a share never stands alone."""
        if row.before is None:
            return ""
        found = change(self.value(row.figures), self.value(row.before))
        if found is None:
            return NONE
        if not found.difference:
            return "="
        sign = "+" if found.difference > 0 else ""
        told = f"{sign}{self.text(found.difference).replace('-', '−')}".replace(" ", TOGETHER)
        if found.share is None or self.text is share:
            return told
        return f"{told} ({sign}{share(found.share).replace(' ', TOGETHER)})"

    def exported(self, figures: Figures) -> Amount:
        """Give what stands in a spreadsheet: euros with cents, parts of calls as they are."""
        value = self.value(figures)
        if not isinstance(value, Decimal):
            return value
        if self.text is euros:
            return rounded(value, 2)
        exact = rounded(value, 4 if self.text is share else 2) if self.is_reckoned else value
        return int(exact) if exact == exact.to_integral_value() else exact.normalize()


COLUMNS: Sequence[Column] = (
    Column("visitors", _("Unique visitors")),
    Column("callers", _("Visitors who called")),
    Column("calls", _("Calls")),
    Column("target_calls", _("Target calls")),
    Column("missed", _("Missed")),
    Column("talk_seconds", _("Average talk time"), talk, is_reckoned=True),
    Column("spend", _("Spend"), euros),
    Column("call_cost", _("Cost per call"), euros),
    Column("target_cost", _("Cost per target call"), euros),
    Column("value", _("Value of won leads"), euros),
    Column("gain", _("Return"), share, is_reckoned=True),
)
BY_NAME: Mapping[str, Column] = {one.name: one for one in COLUMNS}
USUAL_ORDER = "-calls"


def ordered(rows: Sequence[Row], ordering: str, label: Callable[[Row], str]) -> Sequence[Row]:
    """Sort rows by a figure or by their names; rows without the figure come last."""
    name, downwards = ordering.removeprefix("-"), ordering.startswith("-")
    by_name = sorted(rows, key=lambda row: (not row.key, label(row).casefold()))
    if name == "label":
        return by_name[::-1] if downwards else by_name
    column = BY_NAME.get(name) or BY_NAME[USUAL_ORDER.removeprefix("-")]
    downwards = downwards or name not in BY_NAME

    def place(row: Row) -> tuple[bool, Decimal]:
        value = Decimal(column.value(row.figures) or 0)
        return column.value(row.figures) is None, -value if downwards else value

    return sorted(by_name, key=place)
