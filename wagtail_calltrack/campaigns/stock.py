"""Free numbers of the stock: which one is proposed first, and the way in and out of a campaign.

Rule 1: a number is free when it is in no pool and of no campaign, and active.
Rule 2: proposed first are those of the vestiging's own area; of these the one that has been idle
longest: one that was never used, else the one whose last visitor or campaign is longest ago, for
callers go on ringing an old number for a while.
Rule 3: taking and giving back happen inside a change of the Plan, which one editor at a time makes;
what is free is looked at again there.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from django.db.models import OuterRef, Subquery
from django.utils import timezone
from wagtail.log_actions import log

from calltrack.numbers import national_text
from calltrack.plan import NumberState
from wagtail_calltrack.models import Campaign, LeaseEvent, TrackingNumber, Vestiging
from wagtail_calltrack.phones import number_of


class NumberTakenError(Exception):
    """Somebody else took the number meanwhile."""

    def __init__(self, number: TrackingNumber) -> None:
        super().__init__(number)
        self.number = number


def free_numbers() -> list[TrackingNumber]:
    """Give the free numbers, the longest idle first."""
    leases = LeaseEvent.objects.filter(number=OuterRef("number")).order_by("-at")
    rows = TrackingNumber.objects.filter(
        pool=None, campaign=None, state=NumberState.ACTIVE.value
    ).annotate(leased_at=Subquery(leases.values("at")[:1]))
    return sorted(rows, key=_idle)


def _idle(row: TrackingNumber) -> tuple[bool, float, int]:
    leased_at = getattr(row, "leased_at", None)
    used = [one.timestamp() for one in (leased_at, row.released_at) if one]
    return bool(used), max(used, default=0), row.pk


def for_vestiging(rows: Iterable[TrackingNumber], vestiging: Vestiging) -> list[TrackingNumber]:
    """Put the numbers of a vestiging's own area first."""
    area = area_of(vestiging.forwarding_number)
    return sorted(rows, key=lambda row: area_of(row.number) != area)


def best(free: Sequence[TrackingNumber], vestiging: Vestiging) -> TrackingNumber:
    """Give the number to propose. `free` are some, the longest idle first."""
    area = area_of(vestiging.forwarding_number)
    return next((row for row in free if area_of(row.number) == area), free[0])


@lru_cache(maxsize=4096)
def area_of(number: str) -> tuple[int, str] | None:
    """Give a number's country and area code; None for a row that holds no number."""
    found = number_of(number)
    return (found.country_code, re.split(r"[ \-/]", national_text(found))[0]) if found else None


def take(pk: int, campaign: Campaign, vestiging: Vestiging | None) -> None:
    """Give a free number to a campaign. Errors: NumberTakenError."""
    row = TrackingNumber.objects.get(pk=pk)
    if row.pool_id is not None or row.campaign_id is not None or _is_disabled(row):
        raise NumberTakenError(row)
    row.campaign, row.vestiging = campaign, vestiging
    row.save()
    log(row, "wagtail.edit", content_changed=True)


def name(row: TrackingNumber, vestiging: Vestiging | None) -> None:
    """Say of a campaign's number whose calls it takes, which could be left out before."""
    row.vestiging = vestiging
    row.save()
    log(row, "wagtail.edit", content_changed=True)


def give_back(pks: Sequence[int], campaign: Campaign) -> None:
    """Put numbers of a campaign back into stock; the moment is kept, for they must rest."""
    for row in TrackingNumber.objects.filter(pk__in=pks, campaign=campaign):
        row.campaign, row.vestiging, row.released_at = None, None, timezone.now()
        row.save()
        log(row, "wagtail.edit", content_changed=True)


def _is_disabled(row: TrackingNumber) -> bool:
    return bool(row.state == NumberState.DISABLED.value)
