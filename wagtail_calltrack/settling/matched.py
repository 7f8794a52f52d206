"""Who called: each call matched by its number's history, its campaign, and its caller's calls.

- A session is named where it is one, and a visitor also where all candidates are one visitor's.
  Else both stay open, and the candidates stand beside the call with their weights.
- A static number is the campaign's that it belongs to; what a call was once settled as stays so
  when the number moves on: there is no record of whose it was.
- A call that the firm makes is nobody's by its number: its callee may be known by earlier calls.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import QuerySet

from calltrack.calls import Direction, Step
from calltrack.errors import NumberError
from calltrack.history import Holding
from calltrack.leases import SessionId
from calltrack.matching import KNOWN_FOR, Candidate, KnownCaller, Match, StaticOwner, match
from calltrack.numbers import PhoneNumber
from wagtail_calltrack.models import Call, NumberShown, TrackedSite, TrackingNumber, VisitorSession
from wagtail_calltrack.settling.histories import holdings_of

SURE = (Step.LIVE, Step.LATE)
"""By a call that was attributed so its caller is known later: by its number's history.

Not by one that was known itself: each such call would hang on the one before, a call centre's ten
thousand on one another, and each be less sure than the last.
"""


Shown = Mapping[tuple[str, str], Sequence[tuple[datetime, str]]]
"""When a session saw a number, and by which campaign."""


@dataclass(frozen=True, slots=True)
class Who:
    """Whose call it is, with what is known of them. `vestiging`: of the number they had."""

    match: Match
    session: str = ""
    visitor: str = ""
    site: str = ""
    campaign: str = ""
    vestiging: str = ""


@dataclass(slots=True)
class Around:
    """What calls are matched with."""

    holdings: Mapping[int, Sequence[Holding]]
    owners: Mapping[str, TrackingNumber]
    earlier: Mapping[str, Sequence[Call]]  # of a caller, the latest first
    sessions: Mapping[str, frozenset[SessionId]] = field(default_factory=dict)  # of a visitor


def match_calls(calls: Sequence[Call]) -> Mapping[int, Who]:
    """Say of each call, by its key, whose it is."""
    around = _around(calls)
    matches = {call.pk: _match(call, around) for call in calls}
    named = {one.session for found in matches.values() for one in found.candidates}
    visits = VisitorSession.objects.in_bulk(sorted(named))
    shown = _shown(calls, named)
    return {call.pk: _who(call, matches[call.pk], around, visits, shown) for call in calls}


def write_who(calls: Iterable[Call], whos: Mapping[int, Who]) -> None:
    """Write it into the calls."""
    sites = {row.key: row for row in TrackedSite.objects.all()}
    for call in calls:
        who = whos[call.pk]
        is_nobodys = call.direction == Direction.OUT and who.match.step is Step.MISDIAL
        call.step = "" if is_nobodys else who.match.step
        call.confidence = who.match.confidence
        call.reason = who.match.reason
        call.session, call.visitor, call.campaign = who.session, who.visitor, who.campaign
        call.site = sites.get(who.site)
        call.vestiging = call.vestiging or who.vestiging


def _around(calls: Sequence[Call]) -> Around:
    numbers = {call.number for call in calls}
    owners = TrackingNumber.objects.filter(number__in=numbers, campaign__isnull=False)
    earlier = _earlier(calls)
    return Around(
        holdings=holdings_of(call for call in calls if call.direction == Direction.IN),
        owners={row.number: row for row in _with_places(owners)},
        earlier=earlier,
        sessions=_sessions_of(one.visitor for rows in earlier.values() for one in rows),
    )


def _with_places(owners: QuerySet[TrackingNumber]) -> QuerySet[TrackingNumber]:
    return owners.select_related("campaign", "vestiging").prefetch_related("campaign__sites")


def _earlier(calls: Sequence[Call]) -> Mapping[str, Sequence[Call]]:
    """Give the calls of these callers by which they may be known, the latest first."""
    callers = {call.caller for call in calls if call.caller}
    if not callers:
        return {}
    moments = [call.started_at for call in calls if call.caller]
    rows = Call.objects.filter(
        caller__in=callers,
        started_at__gte=min(moments) - KNOWN_FOR,
        started_at__lt=max(moments),
        step__in=SURE,
    ).exclude(session="")
    found: dict[str, list[Call]] = {}
    for row in rows.order_by("-started_at", "-pk").only(
        "caller", "started_at", "session", "visitor", "campaign", "confidence"
    ):
        found.setdefault(row.caller, []).append(row)
    return found


def _sessions_of(visitors: Iterable[str]) -> Mapping[str, frozenset[SessionId]]:
    asked = {one for one in visitors if one}
    if not asked:
        return {}
    found: dict[str, set[SessionId]] = {}
    rows = VisitorSession.objects.filter(visitor__in=asked).values_list("visitor", "id")
    for visitor, session in rows:
        found.setdefault(visitor, set()).add(SessionId(session))
    return {visitor: frozenset(sessions) for visitor, sessions in found.items()}


def _match(call: Call, around: Around) -> Match:
    known = _known(call, around)
    try:
        number = PhoneNumber(call.number)
    except NumberError:  # the carrier did not tell it
        number = _NONE
    if call.direction == Direction.OUT:
        return match(number, call.caller, call.started_at, (), None, known)
    holdings = around.holdings.get(call.pk, ())
    return match(number, call.caller, call.started_at, holdings, _owner(call, around), known)


_NONE = PhoneNumber("+31000000")


def _known(call: Call, around: Around) -> KnownCaller | None:
    for one in around.earlier.get(call.caller, ()):
        if one.started_at < call.started_at:
            others = around.sessions.get(one.visitor, frozenset())
            session = SessionId(one.session)
            return KnownCaller(session, one.started_at, others, one.campaign, one.confidence)
    return None


def _owner(call: Call, around: Around) -> StaticOwner | None:
    if call.step == Step.STATIC and call.campaign:
        return StaticOwner(call.campaign)
    row = around.owners.get(call.number)
    return None if row is None or row.campaign is None else StaticOwner(row.campaign.key)


def _shown(calls: Sequence[Call], sessions: Iterable[str]) -> Shown:
    """Give the campaigns that gave sessions their numbers, in the order of time."""
    asked = sorted(sessions)
    if not asked:
        return {}
    rows = NumberShown.objects.filter(
        session__in=asked, number__in={call.number for call in calls if call.number}
    )
    found: dict[tuple[str, str], list[tuple[datetime, str]]] = {}
    ordered = rows.order_by("at", "id").values_list("session", "number", "at", "campaign")
    for session, number, at, campaign in ordered:
        found.setdefault((session, number), []).append((at, campaign))
    return found


def _campaign_of(session: str, call: Call, shown: Shown) -> str:
    """Give the campaign by which a session had seen the number last when it was called."""
    seen = shown.get((session, call.number), ())
    return next((name for at, name in reversed(seen) if at <= call.started_at), "")


def _who(
    call: Call,
    found: Match,
    around: Around,
    visits: Mapping[str, VisitorSession],
    shown: Shown,
) -> Who:
    names = [one.session for one in found.candidates]
    known = [visits[one] for one in names if one in visits]
    visitors = {one.visitor for one in known} if len(known) == len(names) else set()
    visitor = _only(visitors)
    row = around.owners.get(call.number)
    had = [one for one in around.holdings.get(call.pk, ()) if one.session in names]
    return Who(
        match=found,
        session=names[0] if len(names) == 1 or visitor else "",
        visitor=visitor,
        site=_only({one.site for one in known} if names else _sites_of(row, found)),
        campaign=found.campaign or _only({_campaign_of(one, call, shown) for one in names}),
        vestiging=_only({one.vestiging for one in had}) or _answering(row, found),
    )


def _sites_of(row: TrackingNumber | None, found: Match) -> set[str]:
    """Give the sites of a static number's campaign."""
    if found.step is not Step.STATIC or row is None or row.campaign is None:
        return set()
    return {one.key for one in row.campaign.sites.all()}


def _answering(row: TrackingNumber | None, found: Match) -> str:
    """Give the vestiging of a static number."""
    is_own = found.step is Step.STATIC and row is not None and row.vestiging is not None
    return row.vestiging.key if is_own and row and row.vestiging else ""


def _only(words: Iterable[str]) -> str:
    """Give the one word there is; "" where there are several."""
    every = set(words)
    return every.pop() if len(every) == 1 else ""


def candidates_of(who: Who) -> Sequence[Candidate]:
    """Give the sessions that share a call, where they are several."""
    return who.match.candidates if len(who.match.candidates) > 1 else ()
