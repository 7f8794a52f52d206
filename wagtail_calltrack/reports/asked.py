"""What somebody asks of a report, and which rows that is.

An editor of some sites is asked for these sites always: whatever they filter by, nothing else is
counted. Rows that belong to no site are the firm's.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wagtail_calltrack.models import DailyShown, DailyVisitor
from wagtail_calltrack.reports.periods import Period


@dataclass(frozen=True, slots=True)
class Dimension:
    """What the rows of a report are.

    `origin` is its column of origins; without one, rows are made of numbers shown, by `shown`.
    """

    name: str
    label: Any
    origin: str = ""
    shown: str = ""
    unknown: Any = None

    @property
    def unknown_label(self) -> str:
        """Name the row of what is not known."""
        return str(self.unknown or _("Not known"))

    def call_field(self) -> str:
        """Give the path from a call with its part."""
        return f"part__origin__{self.origin}" if self.origin else self.shown

    def visitor_field(self) -> str:
        """Give the path from a visitor's day."""
        return f"origin__{self.origin}" if self.origin else self.shown


DIMENSIONS: Mapping[str, Dimension] = {
    one.name: one
    for one in (
        Dimension("channel", _("Channel"), "channel"),
        Dimension("source", _("Source"), "source"),
        Dimension("campaign", _("Campaign"), "campaign", unknown=_("No campaign")),
        Dimension("keyword", _("Keyword"), "keyword", unknown=_("No keyword")),
        Dimension("landing", _("Landing page"), "landing_path"),
        Dimension("vestiging", _("Vestiging"), shown="vestiging"),
        Dimension("number", pgettext_lazy("phone", "Number"), shown="number"),
    )
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A report that is asked for. Filters are keys; "" is all."""

    dimension: Dimension
    period: Period
    model: str
    site: str = ""
    vestiging: str = ""
    campaign: str = ""
    channel: str = ""
    own_sites: Mapping[int, str] | None = None  # key by row; None: the whole firm's
    own_campaigns: Collection[str] | None = None  # whose costs may be seen

    @property
    def is_narrowed(self) -> bool:
        """Say whether some visitors of a campaign are left out."""
        return bool(self.site or self.vestiging or self.channel)

    @property
    def for_costs(self) -> "Asked":
        """Give the same with all visitors of the campaigns: among them costs are shared."""
        return replace(self, site="", vestiging="", channel="", campaign="")

    def over(self, period: Period) -> "Asked":
        """Ask the same of other days."""
        return replace(self, period=period)

    def calls(self) -> Q:
        """Say which calls, whatever they are credited to."""
        found = Q(started_at__gte=self.period.starts_at, started_at__lt=self.period.ends_at)
        found &= self.calls_of_sites()
        if self.vestiging:
            found &= Q(vestiging=self.vestiging)
        return found

    def calls_of_sites(self) -> Q:
        """Say which calls of all days."""
        found = Q()
        if self.own_sites is not None:
            found &= Q(site__in=list(self.own_sites))
        if self.site:
            found &= Q(site__key=self.site)
        return found

    def parts(self, path: str = "part__origin__") -> Q:
        """Say which parts of them."""
        found = Q()
        if self.campaign:
            found &= Q(**{f"{path}campaign": self.campaign})
        if self.channel:
            found &= Q(**{f"{path}channel": self.channel})
        return found

    def arrivals(self) -> Q:
        """Say which rows of visitors by origin."""
        found = self._days() & self.of_sites("origin__site") & self.parts("origin__")
        if self.vestiging:
            saw = DailyShown.objects.filter(
                day=OuterRef("day"), visitor=OuterRef("visitor"), vestiging=self.vestiging
            )
            found &= Q(Exists(saw))
        return found

    def shown(self) -> Q:
        """Say which rows of visitors by number."""
        found = self._days() & self.of_sites("site")
        if self.vestiging:
            found &= Q(vestiging=self.vestiging)
        if self.campaign:
            found &= Q(campaign=self.campaign)
        if self.channel:
            came = DailyVisitor.objects.filter(
                day=OuterRef("day"), visitor=OuterRef("visitor"), origin__channel=self.channel
            )
            found &= Q(Exists(came))
        return found

    def of_sites(self, path: str) -> Q:
        """Say which rows of all days, by the path to their site's key."""
        found = Q()
        if self.own_sites is not None:
            found &= Q(**{f"{path}__in": list(self.own_sites.values())})
        if self.site:
            found &= Q(**{path: self.site})
        return found

    def _days(self) -> Q:
        return Q(day__gte=self.period.first, day__lte=self.period.last)
