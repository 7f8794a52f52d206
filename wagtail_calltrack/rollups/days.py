"""Each visitor once a day: for each origin that brought them, and each number that they saw.

A day is a local one, of the project's time zone. Who a session is, its row tells: `roll_up` comes
after the sessions of a batch are written, in the same transaction. Where nobody has told yet, the
session stands for its visitor; it is put right when the touch comes that tells.

No id of a visitor's or session's is written here: `pseudonyms` gives the word in its place.
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
from wagtail_calltrack.rollups.pseudonyms import Naming, in_rollups


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
    whose, name = whose_are({row.session for row in (*touches, *shown)}), in_rollups()
    _count_visitors(touches, whose, name)
    _count_shown(shown, whose, name)
    _put_right({row.session for row in touches}, whose, name)


def local_day(at: datetime) -> date:
    """Give the day on which something happened, as reports count it."""
    return timezone.localdate(at, timezone.get_default_timezone())


def whose_are(sessions: Iterable[str]) -> Mapping[str, Who]:
    """Say whose sessions these are; those of which nothing is told are left out."""
    asked = sorted(sessions)
    return {
        pk: Who(visitor, site)
        for begin in range(0, len(asked), AT_ONCE)
        for pk, visitor, site in VisitorSession.objects.filter(
            id__in=asked[begin : begin + AT_ONCE]
        ).values_list("id", "visitor", "site")
    }


def _count_visitors(
    touches: Sequence[SessionTouch], whose: Mapping[str, Who], name: Naming
) -> None:
    sites = {session: who.site for session, who in whose.items()}
    origins = origins_of(touches, sites)
    found = {
        (local_day(touch.at), origin.pk, name(visitor_of(touch.session, whose)))
        for touch, origin in zip(touches, origins, strict=True)
    }
    DailyVisitor.objects.bulk_create(
        [
            DailyVisitor(day=day, origin_id=origin, visitor=visitor)
            for day, origin, visitor in sorted(found)
        ],
        ignore_conflicts=True,
    )


def _count_shown(shown: Sequence[NumberShown], whose: Mapping[str, Who], name: Naming) -> None:
    found = {
        (
            local_day(row.at),
            whose.get(row.session, NOBODY).site,
            row.vestiging,
            row.number,
            row.campaign,
            name(visitor_of(row.session, whose)),
        )
        for row in shown
    }
    _write_shown(found)


def _write_shown(found: Iterable[tuple[date, str, str, str, str, str]]) -> None:
    names = ("day", "site", "vestiging", "number", "campaign", "visitor")
    rows = [DailyShown(**dict(zip(names, one, strict=True))) for one in sorted(found)]
    DailyShown.objects.bulk_create(rows, ignore_conflicts=True)


def visitor_of(session: str, whose: Mapping[str, Who]) -> str:
    """Give the visitor of a session, or what stands for them."""
    return whose.get(session, NOBODY).visitor or session


def _put_right(sessions: Iterable[str], whose: Mapping[str, Who], name: Naming) -> None:
    """Give rows that stand for these sessions to their visitors."""
    told = {
        name(one): whose[one]
        for one in sorted(sessions)
        if whose.get(one, NOBODY).visitor not in {"", one}
    }
    rows = list(DailyShown.objects.filter(visitor__in=told)) if told else []
    if rows:
        _write_shown(
            {
                (
                    row.day,
                    told[row.visitor].site,
                    row.vestiging,
                    row.number,
                    row.campaign,
                    name(told[row.visitor].visitor),
                )
                for row in rows
            }
        )
        DailyShown.objects.filter(pk__in=[row.pk for row in rows]).delete()
