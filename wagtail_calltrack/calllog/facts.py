"""One call in words: what happened, who called and why we think so, what it is worth."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from wagtail_calltrack import callers
from wagtail_calltrack.calllog.rows import campaign, moment, span, talk, vestiging
from wagtail_calltrack.calllog.sources import Source, sources_of
from wagtail_calltrack.calllog.why import why
from wagtail_calltrack.models import Call, CallCandidate, CallCredit, CallEvent
from wagtail_calltrack.models.words import CHANNELS, MODELS
from wagtail_calltrack.phones import at_home

_CHANNELS = dict(CHANNELS)


@dataclass(frozen=True, slots=True)
class Likely:
    """A visitor who may have called."""

    share: str
    source: Source | None


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a call that a model gives to where somebody came from."""

    part: str
    origin: str
    keyword: str


def facts(call: Any, user: Any) -> Iterator[tuple[str, str]]:
    """Say what happened: labels with texts; what is not known is left out."""
    told = (
        (pgettext("call", "Caller"), callers.shown(call.caller, user)),
        (_("Number called"), at_home(call.number)),
        (_("Direction"), call.get_direction_display()),
        (_("Vestiging"), vestiging(call)),
        (_("Forwarded to"), at_home(call.forwarded_to) if call.forwarded_to else ""),
        (_("Campaign"), campaign(call)),
        (_("Site"), str(call.site) if call.site else ""),
        (_("Began"), _to_the_second(call.started_at)),
        (_("Answered"), _to_the_second(call.answered_at)),
        (_("Ended"), _to_the_second(call.ended_at)),
        (_("Ringing"), "" if call.ring_seconds is None else span(call.ring_seconds)),
        (_("Talk time"), talk(call)),
    )
    return ((label, text) for label, text in told if text)


def _to_the_second(at: Any) -> str:
    return f"{moment(at)}:{at:%S}" if at else ""


def percent(part: Any) -> str:
    """Write a part of one as people do: nearly all is not all."""
    if 0 < part < 1:
        return f"{min(99, max(1, round(part * 100)))} %"
    return f"{round(part * 100)} %"


def likely(call: Call, sees_session: bool) -> Sequence[Likely]:
    """Give those who may have called, the likeliest first: of a sure call one."""
    rows = list(CallCandidate.objects.filter(call=call).order_by("-weight", "session"))
    sessions = [row.session for row in rows] or ([call.session] if call.session else [])
    sources = sources_of(sessions) if sees_session else {}
    shares: list[Any] = [row.weight for row in rows] or [1]
    return [
        Likely(percent(part), sources.get(session))
        for session, part in zip(sessions, shares, strict=False)
    ]


def credit_by_model(call: Call) -> Sequence[tuple[str, Sequence[Share]]]:
    """Give the call's shares under each model that has any."""
    found: dict[str, list[Share]] = {}
    rows = CallCredit.objects.filter(call=call).select_related("origin")
    for row in rows.order_by("-weight", "origin"):
        origin = row.origin
        channel = str(_CHANNELS.get(origin.channel, origin.channel))
        words = (channel, origin.source, origin.utm_campaign)
        text = " · ".join(word for word in words if word) or _("not known")
        found.setdefault(row.model, []).append(Share(percent(row.weight), text, origin.keyword))
    return [(str(label), found[word]) for word, label in MODELS if word in found]


def webhooks(call: Call, user: Any) -> Sequence[Mapping[str, Any]]:
    """Give what the carrier told, in the order of time; recordings are told of and not shown."""
    rows = CallEvent.objects.filter(account=call.account, call=call.call).order_by("at", "pk")
    return [
        {
            "at": _to_the_second(row.at),
            "phase": _phase(row.phase),
            "status": row.status,
            "talk": "" if row.talk_seconds is None else span(row.talk_seconds),
            "provider": row.provider,
            "caller": callers.shown(row.caller, user) if row.caller else "",
            "forwarded_to": at_home(row.forwarded_to) if row.forwarded_to else "",
            "is_recorded": bool(row.recording),
        }
        for row in rows
    ]


def _phase(word: str) -> str:
    words = {
        "offered": _("Came in"),
        "ringing": _("Ringing"),
        "answered": _("Answered"),
        "ended": _("Over"),
        "recorded": _("Recorded"),
    }
    return words.get(word, word)


def reason(call: Call) -> str:
    """Say why we think so."""
    return why(call.reason)
