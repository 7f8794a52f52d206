"""How far what edges told may be relied on: heard of now, a while ago, or never."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Q
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from wagtail_calltrack.models import Edge
from wagtail_calltrack.models.edge import GONE_AFTER, SILENT_AFTER

OLD_AFTER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Freshness:
    """What to say above the list. `is_fresh`: nothing is missing, as far as is known."""

    is_fresh: bool
    text: str


def freshness(now: datetime) -> Freshness:
    """Look when edges were heard of: one query."""
    silent = Q(seen_at__lt=now - SILENT_AFTER, seen_at__gte=now - GONE_AFTER)
    found = Edge.objects.aggregate(last=Max("seen_at"), silent=Count("pk", filter=silent))
    last, count = found["last"], found["silent"]
    if last is None:
        return Freshness(False, _("No edge has reported yet: nothing is known of leases."))
    at = date_format(localtime(last), "SHORT_DATETIME_FORMAT")
    if now - last > OLD_AFTER:
        minutes = (now - last) // timedelta(minutes=1)
        text = _(
            "No edge has reported for %(minutes)s minutes, since %(moment)s: what happened since "
            "then is not in the list."
        )
        return Freshness(False, text % {"minutes": minutes, "moment": at})
    if now - last > SILENT_AFTER:
        text = _("No edge has reported since %(moment)s: the list may be old.")
        return Freshness(False, text % {"moment": at})
    if count:
        text = ngettext(
            "%(count)s edge is silent: its latest leases are not in the list.",
            "%(count)s edges are silent: their latest leases are not in the list.",
            count,
        )
        return Freshness(False, text % {"count": count})
    return Freshness(True, _("All edges report."))
