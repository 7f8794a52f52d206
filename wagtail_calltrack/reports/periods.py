"""Stretches of whole days, as the site's clock has them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.timezone import make_aware
from django.utils.translation import gettext_lazy as _

DAY = timedelta(days=1)
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)
"""What may be asked for: the days before have a period before them, too."""


@dataclass(frozen=True, slots=True)
class Period:
    """From one day to another, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """Give its length."""
        return (self.last - self.first).days + 1

    @property
    def before(self) -> "Period":
        """Give the period of the same length that ends right before it."""
        return Period(self.first - self.days * DAY, self.first - DAY)

    @property
    def starts_at(self) -> datetime:
        """Give the moment at which its first day begins."""
        return make_aware(datetime.combine(self.first, datetime.min.time()))

    @property
    def ends_at(self) -> datetime:
        """Give the moment at which its last day is over; it is no part of it."""
        return make_aware(datetime.combine(self.last + DAY, datetime.min.time()))


PRESETS: Mapping[str, object] = {
    "today": _("Today"),
    "yesterday": _("Yesterday"),
    "7": _("7 days"),
    "28": _("28 days"),
    "30": _("30 days"),
    "month": _("This month"),
    "last-month": _("Last month"),
    "quarter": _("This quarter"),
    "year": _("This year"),
}
USUAL = "30"


def preset(name: str, today: date) -> Period:
    """Give a usual period; those that are not over end today."""
    month = today.replace(day=1)
    whole = {
        "yesterday": Period(today - DAY, today - DAY),
        "last-month": Period((month - DAY).replace(day=1), month - DAY),
    }
    begun = {
        "today": today,
        "month": month,
        "quarter": month.replace(month=(today.month - 1) // 3 * 3 + 1),
        "year": today.replace(month=1, day=1),
    }
    if name in whole:
        return whole[name]
    days = int(name if name in PRESETS and name not in begun else USUAL)
    return Period(begun.get(name, today - (days - 1) * DAY), today)
