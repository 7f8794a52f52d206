"""What the list tells of each number in use: its lease, its session's source, its place in stock.

A page of rows costs the same queries however many rows it has. Released and disabled numbers stay
in the list as long as they are promised: nobody else gets them before.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from calltrack.history import Holding
from calltrack.numbers import national_text
from calltrack.plan import NumberState
from wagtail_calltrack.access.sight import EVERYTHING, Sight, not_yours
from wagtail_calltrack.live.held import Held, holders_of
from wagtail_calltrack.models import (
    Campaign,
    NumberShown,
    SessionTouch,
    TrackingNumber,
    Vestiging,
    VisitorSession,
)
from wagtail_calltrack.models.words import CHANNELS

LONGEST = 60
"""Letters of what an outsider wrote."""

_CHANNELS = dict(CHANNELS)


@dataclass(frozen=True, slots=True)
class LiveRow:
    """One number in use."""

    held: Held
    now: datetime
    stock: TrackingNumber | None  # as the stock has it
    touch: SessionTouch | None  # the session's latest
    vestiging: str  # by name
    campaign: str  # by name

    @property
    def holding(self) -> Holding:
        """Give the holder's lease."""
        return self.held.holding

    @property
    def key(self) -> str:
        """Give a word for the row that stays the same, for the browser."""
        return self.holding.number.e164.lstrip("+")

    @property
    def number(self) -> str:
        """Give the number as at home."""
        return national_text(self.holding.number)

    @property
    def source(self) -> str:
        """Say by which channel, source and campaign tag the visitor came."""
        if self.touch is None:
            return ""
        channel = str(_CHANNELS.get(self.touch.channel, self.touch.channel))
        words = (channel, self.touch.source[:LONGEST], self.touch.campaign[:LONGEST])
        return " · ".join(word for word in words if word)

    @property
    def is_confirmed(self) -> bool:
        """Say whether the browser has shown itself again."""
        return self.holding.kept_until <= self.holding.promised_until

    @property
    def is_pinned(self) -> bool:
        """Say whether a call is on."""
        return self.holding.is_pinned(self.now)

    @property
    def is_released(self) -> bool:
        """Say whether it was taken back from this holder by hand."""
        moment = self.stock.released_at if self.stock else None
        return moment is not None and moment >= self.holding.given_at

    @property
    def is_disabled(self) -> bool:
        """Say whether it is shown to nobody any more."""
        return self.stock is not None and self.stock.state == NumberState.DISABLED.value

    @property
    def is_theirs(self) -> bool:
        """Say whether the holder's next page shows it again."""
        return not self.is_released and not self.is_disabled and self._is_in_pool

    @property
    def _is_in_pool(self) -> bool:
        pool = self.stock.pool if self.stock else None
        return pool is not None and pool.key == self.holding.pool

    @property
    def state(self) -> str:
        """Say how it stands with the lease, in a word or two."""
        states = (
            (self.is_disabled, _("Disabled")),
            (self.is_released, _("Released")),
            (self.stock is None, _("No longer in stock")),
            (not self._is_in_pool, _("Moved to another place")),
            (self.is_pinned, _("In a call")),
            (self.holding.ended_at is not None, _("Visitor left")),
            (self.is_confirmed, _("Confirmed")),
        )
        return next((word for holds, word in states if holds), _("Not confirmed yet"))


def rows_of(
    found: Sequence[Mapping[str, Any]], now: datetime, sight: Sight = EVERYTHING
) -> Sequence[LiveRow]:
    """Give the rows of a page's numbers, in their order; of those whose session may be seen."""
    held = holders_of({row["held"]: row["began"] for row in found}, now)
    if sight.sites is not None:
        held = _of_sites(held, sight.sites)
    sessions = {one.holding.session for one in held.values()}
    stock = _stock(held)
    touches = _touches(sessions)
    campaigns = _campaigns(sessions, held)
    names = _names(set(campaigns.values()), sight)
    vestigingen = dict(
        Vestiging.objects.filter(
            key__in={one.holding.vestiging for one in held.values()}
        ).values_list("key", "name")
    )
    return [
        LiveRow(
            held=one,
            now=now,
            stock=stock.get(number),
            touch=touches.get(one.holding.session),
            vestiging=vestigingen.get(one.holding.vestiging, one.holding.vestiging),
            campaign=names.get(campaigns.get((one.holding.session, number), ""), ""),
        )
        for number, one in ((row["held"], held.get(row["held"])) for row in found)
        if one is not None
    ]


def _stock(held: Mapping[str, Held]) -> Mapping[str, TrackingNumber]:
    rows = TrackingNumber.objects.filter(number__in=held).select_related("pool")
    return {row.number: row for row in rows}


def _touches(sessions: set[Any]) -> Mapping[str, SessionTouch]:
    """Give each session's latest touch."""
    rows = SessionTouch.objects.filter(session__in=sessions).order_by("at", "id")
    shown = rows.only("session", "at", "channel", "source", "campaign", "landing_path")
    return {row.session: row for row in shown}


def _campaigns(sessions: set[Any], held: Mapping[str, Held]) -> Mapping[tuple[str, str], str]:
    """Give the campaign that showed each number to its session last, by its key."""
    shown = NumberShown.objects.filter(session__in=sessions, number__in=held).order_by()
    last = shown.values_list("session", "number", "campaign").annotate(last=Max("at"))
    return {(session, number): key for session, number, key, _at in last.order_by("last")}


def _names(keys: Collection[str], sight: Sight) -> Mapping[str, str]:
    """Give the campaigns' names; of one that is gone the key."""
    names = dict(Campaign.objects.filter(key__in=keys).values_list("key", "name"))
    return {
        key: names.get(key, key) if not key or sight.sees_campaign(key) else not_yours()
        for key in keys
    }


def _of_sites(held: Mapping[str, Held], sites: Collection[str]) -> Mapping[str, Held]:
    """Leave out those whose holder is on another site."""
    sessions = {one.holding.session for one in held.values()}
    found = VisitorSession.objects.filter(pk__in=sessions, site__in=sites)
    theirs = set(found.values_list("pk", flat=True))
    return {number: one for number, one in held.items() if one.holding.session in theirs}
