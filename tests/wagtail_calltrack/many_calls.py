"""Many calls, leads and roll-ups at once, each with all that stands beside it."""

import uuid
from datetime import timedelta

from django.utils import timezone

from calltrack.attribution import Model
from wagtail_calltrack.models import (
    Call,
    CallCandidate,
    CallCategory,
    CallCredit,
    CallEvent,
    Category,
    DailyShown,
    DailyVisitor,
    FormSent,
    Lead,
    LeadNote,
    LeadVisitor,
    Origin,
    PrivacyRequest,
    TelephonyAccount,
    TrackedSite,
)


def many_calls(count: int, mark: str) -> None:
    """Add so many of each; of their sessions, campaigns and vestigingen there are rows."""
    calls = _calls(count, mark)
    _said(calls, mark)
    day = timezone.localdate()
    DailyVisitor.objects.bulk_create(
        DailyVisitor(day=day, origin=one.origin, visitor=f"v{mark}-{at}")
        for at, one in enumerate(Lead.objects.filter(calls__in=calls).select_related("origin"))
    )
    DailyShown.objects.bulk_create(
        DailyShown(
            day=day,
            site="main",
            vestiging=one.vestiging,
            number=one.number,
            campaign=one.campaign,
            visitor=one.visitor,
        )
        for one in calls
    )
    PrivacyRequest.objects.bulk_create(PrivacyRequest(kind="export") for _ in range(count))
    TelephonyAccount.objects.bulk_create(
        TelephonyAccount(key=f"a{mark}-{at}", provider="telnyx", secret=f"S{mark}_{at}")
        for at in range(count)
    )


def _calls(count: int, mark: str) -> list[Call]:
    """Each of another caller, who came by another keyword, and is a lead."""
    at = timezone.now() - timedelta(minutes=1)
    site = TrackedSite.objects.all()[0]
    origins = Origin.objects.bulk_create(
        Origin(
            digest=f"{mark}-{one}",
            site="main",
            channel="paid_search",
            source=f"source {mark}-{one}",
            campaign=f"c{mark}-{one}",
            keyword=f"keyword {mark}-{one}",
            landing_path=f"/{mark}-{one}/",
        )
        for one in range(count)
    )
    leads = Lead.objects.bulk_create(
        Lead(
            caller=f"+31610{mark}0{one:04}",
            began_at=at,
            last_at=at,
            site=site,
            origin=origins[one],
            campaign=f"c{mark}-{one}",
            vestiging=f"v{mark}-{one}",
        )
        for one in range(count)
    )
    calls = Call.objects.bulk_create(
        Call(
            account="main",
            call=f"CA{mark}-{one}",
            number=f"+31203{mark}0{one:04}",
            caller=f"+31610{mark}0{one:04}",
            started_at=at,
            status="answered" if one % 2 else "missed",
            talk_seconds=60,
            step="live",
            session=f"s{mark}-{one}",
            visitor=f"v{mark}-{one}",
            campaign=f"c{mark}-{one}",
            vestiging=f"v{mark}-{one}",
            site=site,
            lead=leads[one],
            is_settled=True,
        )
        for one in range(count)
    )
    CallCredit.objects.bulk_create(
        CallCredit(call=call, model=model, origin=origin, weight=1)
        for call, origin in zip(calls, origins, strict=True)
        for model in Model
    )
    return calls


def _said(calls: list[Call], mark: str) -> None:
    """Write what was told of each call, and done with its lead."""
    first = calls[0].lead
    CallEvent.objects.bulk_create(
        CallEvent(
            id=uuid.uuid4(),
            at=one.started_at,
            account=one.account,
            call=one.call,
            phase="ended",
            number=one.number,
            caller=one.caller,
        )
        for one in calls
    )
    CallCandidate.objects.bulk_create(
        CallCandidate(call=calls[0], session=one.session, weight=0) for one in calls
    )
    category = Category.objects.filter(name__startswith=f"c{mark}-")[0]
    CallCategory.objects.bulk_create(CallCategory(call=one, category=category) for one in calls)
    LeadVisitor.objects.bulk_create(
        LeadVisitor(lead=one.lead, visitor=one.visitor) for one in calls if one.lead
    )
    LeadNote.objects.bulk_create(LeadNote(lead=first, text="Called.") for _ in calls)
    FormSent.objects.bulk_create(
        FormSent(
            id=uuid.uuid4(), at=one.started_at, session=one.session, form="Call me", lead=first
        )
        for one in calls
    )
