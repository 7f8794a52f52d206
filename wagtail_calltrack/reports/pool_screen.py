"""The report on pools: one line for each, and the hours of the one that was chosen."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from wagtail.admin.auth import permission_denied
from wagtail.admin.paginator import WagtailPaginator

from wagtail_calltrack.health.pools import percent
from wagtail_calltrack.reports import charts
from wagtail_calltrack.reports.asked import DIMENSIONS
from wagtail_calltrack.reports.columns import NONE
from wagtail_calltrack.reports.form import ReportForm, preset_links
from wagtail_calltrack.reports.page import PER_PAGE, ReportPage
from wagtail_calltrack.reports.pools import (
    CERTAIN,
    LIKELY,
    MOST_DAYS,
    NOBODYS,
    UNSURE,
    PoolReport,
    read_pools,
)
from wagtail_calltrack.reports.seeing import Seen, sees_all


class PoolsView(ReportPage):
    """The page. Pools are the whole firm's: an editor of some sites does not see it."""

    template_name = "wagtail_calltrack/reports/pools.html"
    current = "pools"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Show it to those who may view all calls."""
        if not sees_all(request.user):
            return permission_denied(request)
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def form(self) -> ReportForm:
        """Read the days; pools have no other filters."""
        form = ReportForm(self.request.GET, Seen())
        for name in list(form.fields):
            if name not in {"first", "last"}:
                del form.fields[name]
        return form

    def get_context_data(self, **kwargs: Any) -> Any:
        """Count, and print."""
        asked = self.form.asked(DIMENSIONS["number"])
        pools = read_pools(asked.period, timezone.now())
        keys = [one.key for one in pools]
        wanted = self.request.GET.get("pool", "")
        busiest = max(pools, key=lambda one: one.given + one.without, default=None)
        chosen = pools[keys.index(wanted)] if wanted in keys else busiest
        paginator = WagtailPaginator(chosen.hours if chosen else (), PER_PAGE)
        page = paginator.get_page(self.request.GET.get("p"))
        return super().get_context_data(
            **kwargs,
            form=self.form,
            presets=list(preset_links(self.request.GET, asked.period)),
            period=asked.period,
            is_cut=asked.period.days > MOST_DAYS,
            rows=[(one.key, self._with(one.key), _cells(one)) for one in pools],
            chosen=chosen,
            page=page,
            elided_page_range=list(paginator.get_elided_page_range(page.number)),
            chart=_chart(chosen) if chosen and chosen.hours else "",
        )

    def _with(self, key: str) -> str:
        query = self.request.GET.copy()
        query.pop("p", None)
        query["pool"] = key
        return str(query.urlencode())


def _cells(pool: PoolReport) -> Sequence[str]:
    counts = (pool.given, pool.called, pool.without)
    sure = (pool.sure.get(name, 0) for name in (CERTAIN, LIKELY, UNSURE, NOBODYS))
    shares = (pool.lost_share, pool.used_share)
    lost, used = (NONE if one is None else percent(one) for one in shares)
    return [*map(str, counts), lost, f"{pool.peak} / {pool.active}", used, *map(str, sure)]


def _chart(pool: PoolReport) -> Any:
    labels = [date_format(localtime(one.at), "j M H:i") for one in pool.hours]
    series = [
        (_("In use at most"), [one.in_use for one in pool.hours]),
        (_("Given"), [one.given for one in pool.hours]),
        (_("Without a number"), [one.without for one in pool.hours]),
    ]
    said = _(
        "%(pool)s, hour by hour: %(given)s given, %(without)s without, %(peak)s in use at most"
    )
    values = {
        "pool": pool.key,
        "given": pool.given,
        "without": pool.without,
        "peak": pool.peak,
    }
    return charts.lines(labels, series, said % values)
