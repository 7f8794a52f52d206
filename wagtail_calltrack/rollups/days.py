"""Each visitor once a day: for each origin that brought them, and each number that they saw.

A day is a local one, of the project's time zone. Who a session is, its row tells: `roll_up` comes
after the sessions of a batch are written, in the same transaction. Where nobody has told yet, the
session stands for its visitor; it is put right when the touch comes that tells.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Model
from django.utils import timezone

from wagtail_calltrack.models import (
    DailyShown,
    DailyVisitor,
    NumberShown,
    SessionTouch,
    VisitorSession,
)
from wagtail_calltrack.rollups.origins import AT_ONCE, origins_of


@dataclass(frozen=True, slots=True)
class Who:
    """Whose session it is; "" where that is not told."""

    visitor: str = ""
    site: str = ""


NOBODY = Who()


def roll_up(facts: Iterable[Model]) -> None:
    """Count touches and numbers shown; facts of other kinds change nothing."""
    rows = list(facts)
    touches = [row for row in rows if isinstance(row, SessionTouch)]
    shown = [row for row in rows if isinstance(row, NumberShown)]
    if not touches and not shown:
        return
    whose = _whose({row.session for row in (*touches, *shown)})
    _count_visitors(touches, whose)
    _count_shown(shown, whose)
    _put_right({row.session for row in touches}, whose)


def local_day(at: datetime) -> date:
    """Give the day on which something happened, as reports count it."""
    return timezone.localdate(at, timezone.get_default_timezone())


def _whose(sessions: Iterable[str]) -> Mapping[str, Who]:
    asked = sorted(sessions)
    return {
        pk: Who(visitor, site)
        for begin in range(0, len(asked), AT_ONCE)
        for pk, visitor, site in VisitorSession.objects.filter(
            id__in=asked[begin : begin + AT_ONCE]
        ).values_list("id", "visitor", "site")
    }


def _count_visitors(touches: Sequence[SessionTouch], whose: Mapping[str, Who]) -> None:
    sites = {session: who.site for session, who in whose.items()}
    origins = origins_of(touches, sites)
    found = {
        (local_day(touch.at), origin.pk, _visitor(touch.session, whose))
        for touch, origin in zip(touches, origins, strict=True)
    }
    DailyVisitor.objects.bulk_create(
        [
            DailyVisitor(day=day, origin_id=origin, visitor=visitor)
            for day, origin, visitor in sorted(found)
        ],
        ignore_conflicts=True,
    )


def _count_shown(shown: Sequence[NumberShown], whose: Mapping[str, Who]) -> None:
    found = {
        (
            local_day(row.at),
            whose.get(row.session, NOBODY).site,
            row.vestiging,
            row.number,
            row.campaign,
            _visitor(row.session, whose),
        )
        for row in shown
    }
    _write_shown(found)


def _write_shown(found: Iterable[tuple[date, str, str, str, str, str]]) -> None:
    names = ("day", "site", "vestiging", "number", "campaign", "visitor")
    rows = [DailyShown(**dict(zip(names, one, strict=True))) for one in sorted(found)]
    DailyShown.objects.bulk_create(rows, ignore_conflicts=True)


def _visitor(session: str, whose: Mapping[str, Who]) -> str:
    return whose.get(session, NOBODY).visitor or session


def _put_right(sessions: Iterable[str], whose: Mapping[str, Who]) -> None:
    """Give rows that stand for these sessions to their visitors."""
    told = sorted(one for one in sessions if whose.get(one, NOBODY).visitor not in {"", one})
    if not told:
        return
    rows = list(DailyShown.objects.filter(visitor__in=told))
    if rows:
        _write_shown(
            {
                (
                    row.day,
                    whose[row.visitor].site,
                    row.vestiging,
                    row.number,
                    row.campaign,
                    whose[row.visitor].visitor,
                )
                for row in rows
            }
        )
        DailyShown.objects.filter(pk__in=[row.pk for row in rows]).delete()
