"""Visitors who see numbers, and call them: events as edges send them, and what is made of them.

Minutes count from `tests.wagtail_calltrack.ingest.samples.START`.
"""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django.utils import timezone

from calltrack.calls import CallId, CallReport, CallStatus, Direction, Phase
from tests.wagtail_calltrack.ingest.samples import EDGE, Json, event, minute, moment, new_token
from wagtail_calltrack.ingest.batch import read_batch
from wagtail_calltrack.ingest.storing import Outcome, store
from wagtail_calltrack.models import Call, CallCandidate, CallCredit, EdgeToken, Lead
from wagtail_calltrack.settling import settle

NUMBER, OTHER = "+31301234567", "+31301234568"
ANNA, BERT = "+31612345678", "+31687654321"
SITE = {"site": "www"}
DAY = 24 * 60


def came(at: float, session: str = "S1", visitor: str = "V1", **source: Any) -> Json:
    """A session begins; without a source it is a direct one."""
    nothing = dict.fromkeys(("medium", "campaign", "term", "content", "keyword", "gclid"))
    said = {"channel": "direct", "source": "", **nothing, "landing_path": "/", **source}
    return event("session.started", at, session=session, visitor=visitor, **said)


def by_ad(at: float, session: str = "S1", visitor: str = "V1") -> Json:
    source = {"channel": "paid_search", "source": "google", "medium": "cpc", "keyword": "ceiling"}
    return came(at, session, visitor, **source)


def leased(at: float, session: str = "S1", number: str = NUMBER, *, minutes: float = 33) -> Json:
    until = {name: moment(at + minutes) for name in ("promised_until", "kept_until")}
    return event("lease.given", at, session=session, number=number, before=None, **until)


def renewed(at: float, session: str = "S1", number: str = NUMBER, *, given: float) -> Json:
    until = {name: moment(at + 33) for name in ("promised_until", "kept_until")}
    more = {"given_at": moment(given), "shared": None}
    return event("lease.renewed", at, session=session, number=number, **until, **more)


def shown(at: float, session: str = "S1", number: str = NUMBER, campaign: str = "ads") -> Json:
    return event("number.shown", at, session=session, number=number, campaign=campaign)


def called(
    at: float, call: str = "CA1", number: str = NUMBER, caller: str = ANNA, **told: Any
) -> list[Json]:
    """A call that is answered after six seconds and lasts two minutes, in four webhooks."""
    known = {"number": number, "caller": caller, "vestiging": "utrecht", **told}
    begin, answer, end = minute(at), minute(at + 0.1), minute(at + 2.1)
    answered = CallStatus.ANSWERED
    times = {"started_at": begin, "answered_at": answer, "ended_at": end}
    return [
        report(call, Phase.OFFERED, at, started_at=begin, **known),
        report(call, Phase.RINGING, at + 0.02, **known),
        report(call, Phase.ANSWERED, at + 0.1, answered_at=answer, **known),
        report(call, Phase.ENDED, at + 2.1, status=answered, talk_seconds=120, **times, **known),
    ]


def report(call: str, phase: Phase, at: float, **told: Any) -> Json:
    """One webhook, as the edge writes it."""
    direction = told.pop("direction", Direction.IN)
    found = CallReport(
        account="main",
        provider="twilio",
        call=CallId(call),
        phase=phase,
        at=minute(at),
        direction=direction,
        **told,
    )
    written = found.event()
    return {
        "id": written.id,
        "kind": written.kind.value,
        "at": written.at.isoformat(),
        "data": dict(written.data),
    }


def take(events: Sequence[object]) -> Outcome:
    """Store a batch, and settle nothing yet."""
    if not EdgeToken.objects.exists():
        new_token()
    now = timezone.now()
    batch = read_batch({"edge": EDGE, "events": list(events)}, now)
    assert not batch.refused, batch.refused
    return store(batch, EdgeToken.objects.get(), now)


def tell(*events: object) -> None:
    """Store events and settle all calls."""
    take(events)
    settle_all()


def settle_all() -> None:
    while settle(seconds=30):
        pass


def again(one: Json) -> Json:
    """The same as another event, with an id of its own."""
    return one | {"id": uuid4().hex}


_OWN = {"id", "updated_at", "lead_id", "site_id", "called_back_by_id", "failures"}


def outcome() -> dict[str, Any]:
    """All that is concluded, without what differs from one database to the next."""
    calls = Call.objects.order_by("account", "call").values()
    credits_ = CallCredit.objects.select_related("call", "origin").order_by(
        "call__call", "model", "origin__digest"
    )
    candidates = CallCandidate.objects.order_by("call__call", "session")
    leads = Lead.objects.order_by("began_at", "caller")
    return {
        "calls": [{k: v for k, v in row.items() if k not in _OWN} for row in calls],
        "credits": [(one.call.call, one.model, one.origin.digest, one.weight) for one in credits_],
        "candidates": list(candidates.values_list("call__call", "session", "weight")),
        "leads": [
            (
                *(one.caller, one.state, one.began_at, one.last_at, one.campaign, one.vestiging),
                *sorted(one.visitors.values_list("visitor", flat=True)),
                *sorted(one.calls.values_list("call", flat=True)),
            )
            for one in leads
        ],
    }


def the_call(name: str = "CA1") -> Call:
    return Call.objects.get(call=name)


def channels(name: str = "CA1", model: str = "last_non_direct") -> dict[str, str]:
    """Give a call's credit by channel."""
    rows = CallCredit.objects.filter(call__call=name, model=model).select_related("origin")
    return {row.origin.channel: str(row.weight.normalize()) for row in rows}
