"""The reports' pages, one for each dimension, and their place in the menu."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.http import HttpRequest
from django.urls import path
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.paginator import WagtailPaginator

from wagtail_calltrack.access.places import Place
from wagtail_calltrack.access.policies import may_see_calls
from wagtail_calltrack.models import Job
from wagtail_calltrack.reports import charts
from wagtail_calltrack.reports.asked import DIMENSIONS, Asked, Dimension
from wagtail_calltrack.reports.behind import CallsBehind
from wagtail_calltrack.reports.columns import COLUMNS, USUAL_ORDER, ordered
from wagtail_calltrack.reports.exports import ReportExport
from wagtail_calltrack.reports.form import ReportForm, preset_links
from wagtail_calltrack.reports.naming import Names
from wagtail_calltrack.reports.page import PER_PAGE, ReportPage, address
from wagtail_calltrack.reports.pool_screen import PoolsView
from wagtail_calltrack.reports.report import Report, Row, read_report
from wagtail_calltrack.reports.seeing import seen_by


class ReportView(ReportExport, ReportPage):
    """A report by one dimension."""

    template_name = "wagtail_calltrack/reports/report.html"
    dimension: Dimension = DIMENSIONS["channel"]

    @property
    def current(self) -> str:  # type: ignore[override] # as a view's option it stays the same
        """Name the report that is shown."""
        return self.dimension.name

    @cached_property
    def form(self) -> ReportForm:
        """Read what is asked."""
        return ReportForm(self.request.GET, seen_by(self.request.user))

    @cached_property
    def asked(self) -> Asked:
        """Give it."""
        return self.form.asked(self.dimension)

    @cached_property
    def report(self) -> Report:
        """Reckon it."""
        return read_report(self.asked, compares=self.form.compares)

    @cached_property
    def names(self) -> Names:
        """Name its rows."""
        return Names(self.asked)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Show the report, or send it as a file."""
        if not self.is_export:
            return TemplateView.get(self, request, *args, **kwargs)
        if self.dimension.name == "number":
            self.phone_fields = ("label",)
        labelled = [(self._written(row), row) for row in self._rows()]
        total = (_("Total"), self.report.total)
        return self.export([*labelled, total], request.GET["export"], str(self.dimension.label))

    def get_context_data(self, **kwargs: Any) -> Any:
        """Print everything."""
        rows = self._rows()
        paginator = WagtailPaginator(rows, PER_PAGE)
        page = paginator.get_page(self.request.GET.get("p"))
        behind = CallsBehind(self.asked)
        report = self.report
        return super().get_context_data(
            **kwargs,
            form=self.form,
            presets=list(preset_links(self.request.GET, self.asked.period)),
            dimension=self.dimension,
            period=self.asked.period,
            before=self.asked.period.before if report.compares else None,
            since=report.since if self.form.compares and not report.compares else None,
            heads=self._heads(),
            rows=[(self.names(row), behind(row), _cells(row)) for row in page],
            total=_cells(report.total),
            tiles=[(column.label, *cell) for column, cell in _with_columns(report.total)],
            is_empty=not rows,
            page=page,
            elided_page_range=list(paginator.get_elided_page_range(page.number)),
            chart=self._chart(rows),
            left_out=report.left_out,
            spending=report.spending,
            restating=Job.objects.filter(kind="restate", state__in=("waiting", "running")).first(),
            is_limited=self.asked.own_sites is not None,
            shares_costs=self.dimension.name != "campaign",
        )

    def _rows(self) -> Sequence[Row]:
        return ordered(self.report.rows, self._ordering, self.names)

    @property
    def _ordering(self) -> str:
        return self.request.GET.get("ordering") or USUAL_ORDER

    def _written(self, row: Row) -> str:
        """Give a row's name for a spreadsheet, where a number is written by the export."""
        is_number = self.dimension.name == "number" and row.key
        return row.key if is_number else self.names(row)

    def _heads(self) -> Sequence[tuple[Any, str, str]]:
        """Give each column's label, the query that sorts by it, and how it is sorted now."""
        now = self._ordering
        found = []
        for name, label in (("label", self.dimension.label), *((c.name, c.label) for c in COLUMNS)):
            first = name if name == "label" else f"-{name}"
            other = f"-{name}" if name == "label" else name
            query = self.request.GET.copy()
            query.pop("p", None)
            query["ordering"] = other if now == first else first
            sorted_now = "" if now.removeprefix("-") != name else "descending"
            if sorted_now and not now.startswith("-"):
                sorted_now = "ascending"
            found.append((label, query.urlencode(), sorted_now))
        return found

    def _chart(self, rows: Sequence[Row]) -> Any:
        """Draw the calls of the rows with most of them."""
        most = ordered(rows, USUAL_ORDER, self.names)[: charts.MOST_BARS]
        shown = [row for row in most if row.figures.calls]
        if not shown:
            return ""
        names = [self.names(row) for row in shown]
        said = _("Calls and target calls by %(dimension)s: %(figures)s") % {
            "dimension": str(self.dimension.label).lower(),
            "figures": "; ".join(
                f"{name} {COLUMNS[2].printed(row.figures)} / {COLUMNS[3].printed(row.figures)}"
                for name, row in zip(names, shown, strict=True)
            ),
        }
        series = [
            (str(column.label), [float(column.value(row.figures) or 0) for row in shown])
            for column in (COLUMNS[2], COLUMNS[3])
        ]
        return charts.bars(names, series, said)


def _with_columns(row: Row) -> Any:
    return zip(COLUMNS, _cells(row), strict=True)


def _cells(row: Row) -> Sequence[tuple[str, str]]:
    """Print a row's figures, and how each compares."""
    return [(column.printed(row.figures), column.compared(row)) for column in COLUMNS]


class ReportsViewSet(Place):
    """The reports' place."""

    icon = "history"
    menu_label = gettext_lazy("Reports")
    menu_name = "calltrack-reports"
    may_see = staticmethod(may_see_calls)

    def get_urlpatterns(self) -> list[Any]:
        """Give each report's address."""
        view = partial(self.construct_view, ReportView)
        reports = [
            path(
                "" if address(name) == "index" else f"{name}/",
                view(dimension=dimension),
                name=address(name),
            )
            for name, dimension in DIMENSIONS.items()
        ]
        return [*reports, path("pools/", self.construct_view(PoolsView), name="pools")]
