"""Forms that were sent, into leads; by one process at a time, as calls are."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from wagtail_calltrack.leads import gather_forms
from wagtail_calltrack.models import FormSent
from wagtail_calltrack.settling.turns import alone

LEFT = timedelta(days=1)
"""So long forms that are left over are looked for."""
AT_ONCE = 100


def gather_sent(form_ids: Sequence[UUID]) -> None:
    """Bring these forms into leads."""
    with alone():
        gather_forms(list(FormSent.objects.filter(pk__in=form_ids).order_by("at", "pk")))


def gather_left(now: datetime) -> int:
    """Bring forms of the last day into leads that are in none; give how many are in one now."""
    left = FormSent.objects.filter(lead=None, at__gt=now - LEFT)
    found = list(left.order_by("at", "pk").values_list("pk", flat=True)[:AT_ONCE])
    if found:
        gather_sent(found)
    return len(found) - FormSent.objects.filter(pk__in=found, lead=None).count()
