"""The roll-ups made anew from the facts that are still there: after a change of campaigns' rules.

Facts are deleted when the time for keeping visitors is over, and those of one who asks for it;
their figures stay. So rows of days of which not all facts are left stay as they are, and so do
those of visitors of whom no fact of the day is left.

It may be broken off at any moment and begun again: each day is one transaction.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import Min, Model
from django.utils import timezone

from wagtail_calltrack.models import (
    DailyShown,
    DailyVisitor,
    NumberShown,
    SessionTouch,
)
from wagtail_calltrack.rollups.days import local_day, roll_up, visitor_of, whose_are
from wagtail_calltrack.rollups.origins import AT_ONCE as ASKED
from wagtail_calltrack.rollups.pseudonyms import in_rollups

FACTS: tuple[Any, ...] = (SessionTouch, NumberShown)
TABLES: tuple[Any, ...] = (DailyVisitor, DailyShown)
AT_ONCE = 1_000


def rebuild_rollups(until: datetime | None = None) -> int:
    """Make the rows of each whole day of facts anew, today's included; give how many days."""
    days = list(days_of_facts(local_day(until or timezone.now())))
    for day in days:
        rebuild_day(day)
    return len(days)


def days_of_facts(last: date) -> Iterator[date]:
    """Give the days, up to the last, of which all facts are left.

    Of the first day that has any, some may be gone: unless nothing was counted before it.
    """
    firsts = [facts.objects.aggregate(first=Min("at"))["first"] for facts in FACTS]
    day = min((local_day(one) for one in firsts if one is not None), default=None)
    if day is None:
        return
    if any(table.objects.filter(day__lt=day).exists() for table in TABLES):
        day += timedelta(days=1)
    while day <= last:
        yield day
        day += timedelta(days=1)


@transaction.atomic
def rebuild_day(day: date) -> None:
    """Make one day's rows anew."""
    begin, end = _midnight(day), _midnight(day + timedelta(days=1))
    told = [facts.objects.filter(at__gte=begin, at__lt=end).order_by("at") for facts in FACTS]
    names = _names({one for rows in told for one in rows.values_list("session", flat=True)})
    for table in TABLES:
        for first in range(0, len(names), ASKED):
            table.objects.filter(day=day, visitor__in=names[first : first + ASKED]).delete()
    for rows in told:
        for some in _batched(rows.iterator(chunk_size=AT_ONCE), AT_ONCE):
            roll_up(some)


def _names(sessions: Collection[str]) -> Sequence[str]:
    """Give the words by which these sessions may stand in roll-ups: the visitor's, or their own."""
    whose, name = whose_are(sessions), in_rollups()
    return sorted({name(who) for one in sessions for who in (one, visitor_of(one, whose))})


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()), timezone.get_default_timezone())


def _batched(rows: Iterator[Model], size: int) -> Iterator[Sequence[Model]]:
    """Give the rows, so many at once."""
    while some := list(islice(rows, size)):
        yield some
