"""Whether each edge follows: heard of, on the Plan in force, its store up, its events sent.

What an edge told was checked for size and type only, so each word is read with care here: an edge
of another version tells more, or less.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from wagtail_calltrack.models import Edge, PlanSerial
from wagtail_calltrack.models.edge import GONE_AFTER, SILENT_AFTER

TIME_TO_FOLLOW = timedelta(seconds=30)
"""An edge asks for the Plan every two seconds, and tells of itself every ten."""

MOST_WAITING = 1000
"""Events that wait to be sent: a batch's worth is no backlog."""


@dataclass(frozen=True, slots=True)
class EdgeHealth:
    """One edge, as the page shows it."""

    edge: Edge
    is_silent: bool
    is_on_plan: bool
    plan: str  # in words
    store: str  # "up", "down", or "" where it did not say
    backlog: int
    problems: Sequence[str]


def edge_healths(now: datetime) -> Sequence[EdgeHealth]:
    """Give the edges by name, without those that are gone; where all are, the last one."""
    serial = PlanSerial.objects.filter(pk=1).first() or PlanSerial()
    here = list(Edge.objects.filter(seen_at__gte=now - GONE_AFTER))
    found = here or Edge.objects.order_by("-seen_at")[:1]
    return [_health(edge, serial, now) for edge in found]


def _health(edge: Edge, serial: PlanSerial, now: datetime) -> EdgeHealth:
    report = edge.report if isinstance(edge.report, dict) else {}
    store = report.get("store")
    return EdgeHealth(
        edge=edge,
        is_silent=now - edge.seen_at > SILENT_AFTER,
        is_on_plan=edge.serial == serial.serial,
        plan=_plan(edge, serial, now),
        store=store if store in {"up", "down"} else "",
        backlog=_count(report, "backlog"),
        problems=tuple(_problems(edge, report, serial, now)),
    )


def _plan(edge: Edge, serial: PlanSerial, now: datetime) -> str:
    if edge.serial == serial.serial:
        return _("Follows")
    if not edge.serial:
        return _("Has none yet")
    if edge.serial > serial.serial:
        return _("Is ahead")
    return _("Behind") if _is_behind(edge, serial, now) else _("About to follow")


def _is_behind(edge: Edge, serial: PlanSerial, now: datetime) -> bool:
    changed = serial.changed_at or now
    return edge.serial < serial.serial and now - changed > TIME_TO_FOLLOW


def _problems(
    edge: Edge, report: Mapping[str, Any], serial: PlanSerial, now: datetime
) -> Iterator[str]:
    if now - edge.seen_at > SILENT_AFTER:
        yield _("Silent since %(moment)s. Is it running, and does it reach this site?") % {
            "moment": moment(edge.seen_at)
        }
    if _is_behind(edge, serial, now) and serial.changed_at:
        yield _("It does not have the Plan that is in force since %(moment)s.") % {
            "moment": moment(serial.changed_at)
        }
    if edge.serial > serial.serial:
        yield _(
            "It has a later Plan than this site: was the database restored from a backup? Save any "
            "row once."
        )
    if problem := report.get("plan_problem"):
        yield _("It refuses the Plan: %(problem)s") % {"problem": str(problem)[:300]}
    if report.get("store") == "down":
        yield _("Its store does not answer: new visitors see the forwarding numbers.")
    yield from _lost(report)


def _lost(report: Mapping[str, Any]) -> Iterator[str]:
    """Tell of events that wait, or did not get here."""
    if (waiting := _count(report, "backlog")) > MOST_WAITING:
        yield _("%(count)s events wait to be sent.") % {"count": _print(waiting)}
    if refused := _count(report, "refused"):
        yield _("%(count)s of its events were refused here.") % {"count": _print(refused)}
    dropped = report.get("dropped")
    counts = dropped.values() if isinstance(dropped, dict) else ()
    if lost := sum(one for one in counts if isinstance(one, int)):
        yield _("%(count)s events were lost: its disk was full.") % {"count": _print(lost)}


def moment(at: datetime) -> str:
    """Print a moment in the reader's time."""
    return date_format(localtime(at), "SHORT_DATETIME_FORMAT")


def _count(report: Mapping[str, Any], name: str) -> int:
    found = report.get(name)
    return found if isinstance(found, int) else 0


def _print(count: int) -> str:
    return number_format(count, force_grouping=True)
