"""Who came longer ago than the firm keeps is forgotten, slice by slice.

`STEPS` are done one after the other. Each takes away what is left for it, so whoever stops in the
middle goes on there, and doing all of it again finds nothing. A place in the work is the step's
number. Roll-ups stay as they are: no visitor's id stands there.

Units: moments are aware UTC datetimes; a slice is `SLICE` rows.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from wagtail_calltrack.models import (
    Call,
    CallEvent,
    FormSent,
    Lead,
    LeadNote,
    LeadVisitor,
    LeaseEvent,
    NumberShown,
    PageView,
    PoolExhausted,
    PrivacySettings,
    SessionTouch,
    UnknownEvent,
    VisitorSession,
)
from wagtail_calltrack.models.privacy import FORGOTTEN
from wagtail_calltrack.privacy import stripping
from wagtail_calltrack.privacy.words import by_month, throw_keys_away
from wagtail_calltrack.rollups import in_calls
from wagtail_calltrack.rollups.days import local_day
from wagtail_calltrack.settling.turns import alone

SLICE = 500


@dataclass(frozen=True, slots=True)
class Bounds:
    """What came before these moments is forgotten."""

    visits: datetime
    callers: datetime

    @classmethod
    def of(cls, settings: PrivacySettings, now: datetime) -> "Bounds":
        """Reckon them: whole days of the firm's clock, so that a day is kept or not."""
        return cls(*map(_midnight, (settings.visits_since(now), settings.callers_since(now))))


Step = Callable[[Bounds], int]
"""Does a slice; gives how many rows it did."""


def forget(place: int, bounds: Bounds) -> tuple[int | None, int]:
    """Do a slice. Gives the next place, None at the end, and how many rows were done."""
    with alone():
        count = STEPS[place](bounds)
    if count:
        return place, count
    if place + 1 < len(STEPS):
        return place + 1, 0
    throw_keys_away(local_day(bounds.callers))
    PrivacySettings.objects.filter(pk=1).update(forgotten_at=timezone.now())
    return None, 0


def waiting(bounds: Bounds) -> int:
    """Count the rows that are to be done."""
    return sum(rows.count() for rows in _rows(bounds))


def _rows(bounds: Bounds) -> Sequence[models.QuerySet[Any]]:
    return (
        *(_old(model, at, bounds) for model, at in _DELETED),
        _told_calls(bounds),
        _named_calls(bounds),
        _named_leads(bounds),
        _named_forms(bounds),
        _told_events(bounds),
    )


def _old(model: Any, at: str, bounds: Bounds) -> models.QuerySet[Any]:
    rows: models.QuerySet[Any] = model.objects.filter(**{f"{at}__lt": bounds.visits})
    return rows


def _deleting(model: Any, at: str) -> Step:
    return lambda bounds: _delete(_old(model, at, bounds))


def _delete(rows: models.QuerySet[Any]) -> int:
    some = rows.order_by().values("pk")[:SLICE]
    manager = rows.model._default_manager  # noqa: SLF001 - Django's public API
    return int(manager.filter(pk__in=some).delete()[0])


def _told_calls(bounds: Bounds) -> models.QuerySet[Call]:
    visitor = ~Q(visitor="") & ~Q(visitor__startswith=FORGOTTEN)
    named = ~Q(session="") | visitor
    return Call.objects.filter(named, started_at__lt=bounds.visits)


def _visitors_of_calls(bounds: Bounds) -> int:
    return stripping.strip_visitors(_some(_told_calls(bounds)), in_calls())


def _visitors_of_leads(bounds: Bounds) -> int:
    """Forget browsers of which no visit is left."""
    here = VisitorSession.objects.filter(visitor=OuterRef("visitor"))
    rows = LeadVisitor.objects.filter(~Exists(here), lead__last_at__lt=bounds.visits)
    return _delete(rows.exclude(visitor__startswith=FORGOTTEN))


def _visitors_of_forms(bounds: Bounds) -> int:
    rows = FormSent.objects.filter(at__lt=bounds.visits).exclude(session="")
    return _some(rows).update(session="")


def _named_calls(bounds: Bounds) -> models.QuerySet[Call]:
    named = ~Q(caller="") & ~Q(caller__startswith=FORGOTTEN) | ~Q(recording="")
    return Call.objects.filter(named, started_at__lt=bounds.callers)


def _callers(bounds: Bounds) -> int:
    return stripping.strip_callers(_some(_named_calls(bounds)), by_month())


def _named_leads(bounds: Bounds) -> models.QuerySet[Lead]:
    number = ~Q(caller="") & ~Q(caller__startswith=FORGOTTEN)
    noted = Exists(LeadNote.objects.filter(lead=OuterRef("pk")))
    named = number | ~Q(name="") | ~Q(email="") | noted
    return Lead.objects.filter(named, last_at__lt=bounds.callers)


def _leads(bounds: Bounds) -> int:
    return stripping.strip_leads(_some(_named_leads(bounds)), by_month())


def _named_forms(bounds: Bounds) -> models.QuerySet[FormSent]:
    named = ~Q(name="") | ~Q(phone="") | ~Q(email="") | ~Q(reference="")
    return FormSent.objects.filter(named, at__lt=bounds.callers)


def _forms(bounds: Bounds) -> int:
    return stripping.strip_forms(_some(_named_forms(bounds)))


def _told_events(bounds: Bounds) -> models.QuerySet[CallEvent]:
    return CallEvent.objects.filter(at__lt=bounds.callers)


def _events(bounds: Bounds) -> int:
    return _delete(_told_events(bounds))


def _some(rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
    """Give a slice as a query that may be updated."""
    ids = list(rows.order_by("pk").values_list("pk", flat=True)[:SLICE])
    found: models.QuerySet[Any] = rows.model._default_manager.filter(pk__in=ids)  # noqa: SLF001 - Django's public API
    return found


def _midnight(at: datetime) -> datetime:
    """Give the beginning of the moment's day."""
    start = datetime.combine(local_day(at), time(), timezone.get_default_timezone())
    return start.astimezone(UTC)


_DELETED: Sequence[tuple[Any, str]] = (
    (VisitorSession, "seen_at"),
    (SessionTouch, "at"),
    (PageView, "at"),
    (NumberShown, "at"),
    (LeaseEvent, "at"),
    (PoolExhausted, "at"),
    (UnknownEvent, "at"),
)

STEPS: Sequence[Step] = (
    *(_deleting(model, at) for model, at in _DELETED),
    _visitors_of_calls,
    _visitors_of_leads,
    _visitors_of_forms,
    _callers,
    _leads,
    _forms,
    _events,
)
