"""What the dashboard tells, counted by the database: a handful of short queries.

- A visitor is there who was seen in the last five minutes and did not leave since.
- A number is in use as long as it is promised to a visitor, or a call holds it.
- A call rings or is in progress as its carrier last told. Carriers forget to tell of ends: one that
  rings longer than any phone does, or goes on for hours, is not shown as such.
- Today is the day of the reader's clock; spam and the firm's own outgoing calls do not count.

Units: moments are aware UTC datetimes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from calltrack.callbacks import MISSED
from calltrack.calls import LONGEST_RINGING, LONGEST_TALK, CallStatus, Direction
from wagtail_calltrack.dashboard.scope import Scope
from wagtail_calltrack.health.stock import stocks
from wagtail_calltrack.models import (
    Call,
    Lead,
    LeaseEvent,
    Pool,
    SessionTouch,
    VisitorSession,
)
from wagtail_calltrack.models.words import CHANNELS

THERE_FOR = timedelta(minutes=5)
LAST_CALLS = 10
MOST_NOW = 50
"""Calls that are shown at once; as many are counted as there are."""

_RINGING, _TALKING = CallStatus.RINGING.value, CallStatus.IN_PROGRESS.value


@dataclass(frozen=True, slots=True)
class PoolUse:
    """How many numbers of a pool are in use; for some sites, by their visitors."""

    pool: str
    in_use: int
    numbers: int

    @property
    def is_full(self) -> bool:
        """Say whether the next visitor finds none."""
        return self.in_use >= self.numbers


@dataclass(frozen=True, slots=True)
class Today:
    """The calls since midnight."""

    calls: int
    targets: int
    missed: int


@dataclass(frozen=True, slots=True)
class Figures:
    """All of it. What goes by channel is (channel, count), the most first."""

    visitors: Sequence[tuple[str, int]]
    pools: Sequence[PoolUse]
    now: Sequence[Call]
    ringing: int
    talking: int
    last: Sequence[Call]
    leads: Sequence[tuple[str, int]]
    today: Today

    @property
    def visitor_count(self) -> int:
        """Count all visitors."""
        return sum(count for _channel, count in self.visitors)

    @property
    def lead_count(self) -> int:
        """Count all leads."""
        return sum(count for _channel, count in self.leads)


def figures(scope: Scope, now: datetime) -> Figures:
    """Count: about ten queries, whatever goes on."""
    calls = _calls(scope)
    since = _midnight(now)
    on = calls.filter(_is_on(now)).order_by("-started_at", "-pk")
    counts = on.order_by().aggregate(
        ringing=Count("pk", filter=Q(status=_RINGING)),
        talking=Count("pk", filter=Q(status=_TALKING)),
    )
    return Figures(
        visitors=_visitors(scope, now),
        pools=_pools(scope, now),
        now=list(on[:MOST_NOW]),
        ringing=counts["ringing"],
        talking=counts["talking"],
        last=list(calls.exclude(_is_on(now)).order_by("-started_at", "-pk")[:LAST_CALLS]),
        leads=_leads(scope, since),
        today=_today(calls, since),
    )


def _is_on(now: datetime) -> Q:
    """Tell calls that ring or are in progress, as far as that can be true."""
    rings = Q(status=_RINGING, started_at__gt=now - LONGEST_RINGING)
    return rings | Q(status=_TALKING, started_at__gt=now - LONGEST_TALK)


def _calls(scope: Scope) -> QuerySet[Call]:
    calls = Call.objects.all()
    return calls if scope.sites is None else calls.filter(site__key__in=scope.sites)


def _today(calls: QuerySet[Call], since: datetime) -> Today:
    counted = calls.filter(started_at__gte=since, direction=Direction.IN.value, is_spam=False)
    return Today(
        **counted.order_by().aggregate(
            calls=Count("pk"),
            targets=Count("pk", filter=Q(is_target=True)),
            missed=Count("pk", filter=Q(status__in=[one.value for one in MISSED])),
        )
    )


def _visitors(scope: Scope, now: datetime) -> Sequence[tuple[str, int]]:
    here = VisitorSession.objects.filter(seen_at__gt=now - THERE_FOR).exclude(
        left_at__gte=F("seen_at")
    )
    if scope.sites is not None:
        here = here.filter(site__in=scope.sites)
    touches = SessionTouch.objects.filter(session=OuterRef("pk")).order_by("-at", "-id")
    latest = here.order_by().annotate(channel=Subquery(touches.values("channel")[:1]))
    return _by_channel(latest.values_list("channel").annotate(count=Count("pk")))


def _leads(scope: Scope, since: datetime) -> Sequence[tuple[str, int]]:
    leads = Lead.objects.filter(began_at__gte=since).exclude(state="spam").order_by()
    if scope.sites is not None:
        leads = leads.filter(site__key__in=scope.sites)
    return _by_channel(leads.values_list("origin__channel").annotate(count=Count("pk")))


def _by_channel(rows: Any) -> Sequence[tuple[str, int]]:
    """Put channels in the order of their counts; one that is not known is ""."""
    counts: dict[str, int] = {}
    for channel, count in rows:
        counts[channel or ""] = counts.get(channel or "", 0) + count
    order = [key for key, _label in CHANNELS]
    rank = {key: at for at, key in enumerate(order)}
    return sorted(counts.items(), key=lambda one: (-one[1], rank.get(one[0], len(rank))))


def _pools(scope: Scope, now: datetime) -> Sequence[PoolUse]:
    pools: Mapping[str, Pool] = {pool.key: pool for pool in Pool.objects.order_by("key")}
    found = stocks(pools, now)
    if scope.sites is None:
        # A number that was disabled stays in use as long as it is promised.
        return [
            PoolUse(key, found[key].in_use, max(found[key].active, found[key].in_use))
            for key in pools
        ]
    own = VisitorSession.objects.filter(pk=OuterRef("session"), site__in=scope.sites)
    held = LeaseEvent.objects.filter(Exists(own), until__gt=now).order_by()
    theirs = dict(held.values_list("pool").annotate(count=Count("number", distinct=True)))
    return [PoolUse(key, theirs[key], found[key].active) for key in pools if key in theirs]


def _midnight(now: datetime) -> datetime:
    return timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
