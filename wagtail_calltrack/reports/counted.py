"""Since when it is counted what reports tell, and whether a period before can be compared with.

A firm that began in the middle of the period before has less of it than of the period itself: every
difference would say what nobody did. So a period is compared with the one before it only where that
was counted from its first day to its last.

Days count from the first visitor; where no visitor was ever counted, from the first call.
"""

from dataclasses import dataclass
from datetime import date

from django.utils.timezone import localdate

from wagtail_calltrack.models import Call, DailyShown, DailyVisitor
from wagtail_calltrack.reports.asked import Asked
from wagtail_calltrack.reports.periods import Period


@dataclass(frozen=True, slots=True)
class Since:
    """The first day that was counted; `of_visitors`: by visitors, and not by calls alone."""

    day: date
    of_visitors: bool

    def covers(self, period: Period) -> bool:
        """Say whether all of a period was counted."""
        return self.day <= period.first


def counted_since(asked: Asked) -> Since | None:
    """Give it for the sites that are asked about; None where there is nothing."""
    came = DailyVisitor.objects.filter(asked.of_sites("origin__site"))
    saw = DailyShown.objects.filter(asked.of_sites("site"))
    days = (rows.order_by("day").values_list("day", flat=True).first() for rows in (came, saw))
    first = min((day for day in days if day), default=None)
    if first:
        return Since(first, of_visitors=True)
    calls = Call.objects.filter(asked.calls_of_sites()).order_by("started_at")
    at = calls.values_list("started_at", flat=True).first()
    return Since(localdate(at), of_visitors=False) if at else None
