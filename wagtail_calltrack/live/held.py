"""The numbers in use now: searched, filtered, the one given last first.

The database picks a page's numbers; only their events are read and folded. So the list costs about
the same for ten numbers in use and for ten thousand.

Units: moments are aware UTC datetimes.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, Max, Min, OuterRef, QuerySet, Value
from django.db.models.functions import Coalesce, Concat

from calltrack.history import Fold, Holding
from wagtail_calltrack.lease_history import event_of
from wagtail_calltrack.models import LeaseEvent, VisitorSession
from wagtail_calltrack.phones import shared_digits


@dataclass(frozen=True, slots=True)
class Search:
    """What was asked for: part of a number, however it is written, a pool, a vestiging."""

    text: str = ""
    pool: str = ""
    vestiging: str = ""

    @property
    def digits(self) -> str:
        """Give the digits that all forms of the number share."""
        return shared_digits(self.text)


@dataclass(frozen=True, slots=True)
class Held:
    """Who has one number: the holder, and how many others share it."""

    holding: Holding
    sharers: int


def numbers_held(
    search: Search, now: datetime, sites: Collection[str] | None = None
) -> QuerySet[Any, Any]:
    """Find the numbers: rows of `held`, `since`, and `began`, from where on events matter.

    With `sites` those alone that a session of these was given.

    They are grouped by an expression: by the column SQLite would walk through its index, and so
    through all that ever happened, in place of what is promised now.
    """
    rows = LeaseEvent.objects.filter(until__gt=now)
    if sites is not None:
        theirs = VisitorSession.objects.filter(pk=OuterRef("session"), site__in=sites)
        rows = rows.filter(Exists(theirs))
    if search.text:
        rows = rows.filter(number__contains=search.digits) if search.digits else rows.none()
    if search.pool:
        rows = rows.filter(pool=search.pool)
    if search.vestiging:
        rows = rows.filter(vestiging=search.vestiging)
    begun = Coalesce("given_at", "at")
    number = Concat("number", Value(""))
    found = rows.order_by().values(held=number).annotate(since=Max(begun), began=Min(begun))
    return found.order_by("-since", "held")


def holders_of(began: Mapping[str, datetime], now: datetime) -> Mapping[str, Held]:
    """Say who has each of these numbers now: one query. A number that nobody has is left out."""
    if not began:
        return {}
    first = min(began.values())
    rows = LeaseEvent.objects.filter(number__in=began, at__gte=first, at__lte=now)
    folds: dict[str, Fold] = {}
    for row in rows.order_by("at", "id"):
        if row.at >= began[row.number]:
            folds.setdefault(row.number, Fold()).add(event_of(row))
    found = {number: _held(fold.holdings(), now) for number, fold in folds.items()}
    return {number: held for number, held in found.items() if held is not None}


def holder_of(number: str, now: datetime) -> Held | None:
    """Say who has one number now."""
    row = numbers_held(Search(), now).filter(number=number).first()
    return holders_of({number: row["began"]}, now).get(number) if row else None


def _held(holdings: Sequence[Holding], now: datetime) -> Held | None:
    current = [one for one in holdings if one.is_kept(now) or one.is_pinned(now)]
    own = [one for one in current if not one.is_shared]
    if not current:
        return None
    holder = max(own or current, key=lambda one: one.given_at)
    return Held(holder, len(current) - len(own) - (0 if own else 1))
