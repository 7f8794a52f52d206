"""A report as CSV or XLSX: all its rows and the total, with figures that can be reckoned on with.

Nothing in it runs as a formula: `wagtail_calltrack.exports` writes the texts.
"""

from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from wagtail.admin.views.mixins import SpreadsheetExportMixin

from wagtail_calltrack.exports import SafeExport
from wagtail_calltrack.models import Call
from wagtail_calltrack.records import EXPORTED, log_listing
from wagtail_calltrack.reports.columns import COLUMNS
from wagtail_calltrack.reports.report import Row

BEFORE = "before_"


class ReportExport(SafeExport, SpreadsheetExportMixin):
    """Stands before a view that calls `export`."""

    list_export: Sequence[str] = ("label", *(one.name for one in COLUMNS))
    export_filename = "report"

    def export(self: Any, rows: Sequence[tuple[str, Row]], kind: str, first: str) -> Any:
        """Send the rows, each with what it is called; `first` heads these names."""
        self.export_headings = {
            "label": first,
            **{one.name: one.label for one in COLUMNS},
            **{f"{BEFORE}{one.name}": _("%(figure)s, before") % {"figure": one.label}
               for one in COLUMNS},
        }  # fmt: skip
        if rows and rows[0][1].before is not None:
            names = [f"{BEFORE}{one.name}" for one in COLUMNS]
            self.list_export = (*self.list_export, *names)
        said = _("Exported %(count)s rows of a report as %(kind)s")
        log_listing(Call, EXPORTED, said % {"count": len(rows), "kind": kind.upper()})
        return self.as_spreadsheet(rows, kind)

    def to_row_dict(self, item: tuple[str, Row]) -> Any:
        """Give a row's cells."""
        label, row = item
        cells: dict[str, Any] = {"label": label}
        for column in COLUMNS:
            cells[column.name] = column.exported(row.figures)
            if row.before is not None:
                cells[f"{BEFORE}{column.name}"] = column.exported(row.before)
        return OrderedDict((name, cells[name]) for name in self.list_export)
