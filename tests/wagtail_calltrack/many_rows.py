"""Many rows of every kind at once, for tests of what a screen costs."""

import uuid
from datetime import date, timedelta

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from wagtail.models import ModelLogEntry

from demo.models import TextPage
from tests.wagtail_calltrack.facts import HOLD, lease_event
from tests.wagtail_calltrack.many_calls import many_calls
from wagtail_calltrack.models import (
    BlockedCaller,
    Campaign,
    CampaignRule,
    CampaignVestiging,
    Category,
    CategoryRule,
    ContentFinding,
    Edge,
    EdgeToken,
    Job,
    LeaseEvent,
    NumberShown,
    Placeholder,
    Pool,
    Section,
    SessionTouch,
    SpendEntry,
    TargetRule,
    TrackingNumber,
    Vestiging,
    VisitorSession,
    plan_change,
)


def many(count: int, mark: str) -> None:
    """Add so many of each; `mark`, a digit, tells them from those of another call."""
    with plan_change():
        _plan_rows(count, mark)
    campaigns = list(Campaign.objects.filter(key__startswith=f"c{mark}-"))
    SpendEntry.objects.bulk_create(
        SpendEntry(
            campaign=one,
            starts_on=date(2026, 11, 1),
            ends_on=date(2026, 11, 30),
            amount=10,
        )
        for one in campaigns
    )
    kind = ContentType.objects.get_for_model(Campaign)
    ModelLogEntry.objects.bulk_create(
        ModelLogEntry(
            content_type=kind,
            object_id=str(campaigns[0].pk),
            label="C",
            action="wagtail.edit",
            timestamp=timezone.now(),
        )
        for _ in range(count)
    )
    EdgeToken.objects.bulk_create(
        EdgeToken(name=f"t{mark}-{at}", public=f"t{mark}-{at}", digest=f"{mark}-{at}")
        for at in range(count)
    )
    now = timezone.now()
    Edge.objects.bulk_create(
        Edge(id=uuid.uuid4().hex, name=f"e{at}", version="0.1.0", seen_at=now)
        for at in range(count)
    )
    _content(count, mark)
    _facts(count, mark)
    _rules(count, mark, campaigns)
    many_calls(count, mark)


def _plan_rows(count: int, mark: str) -> None:
    pool = Pool.objects.create(key=f"pool-{mark}")
    Pool.objects.bulk_create(Pool(key=f"pool-{mark}-{at}") for at in range(count))
    vestigingen = Vestiging.objects.bulk_create(
        Vestiging(
            key=f"v{mark}-{at}",
            name="V",
            forwarding_number=f"+31201{mark}0{at:04}",
            pool=pool,
            sort_order=at,
        )
        for at in range(count)
    )
    campaigns = Campaign.objects.bulk_create(
        Campaign(
            key=f"c{mark}-{at}",
            name="C",
            method="dynamic",
            exhaustion="original",
            pool=pool,
            sort_order=at,
        )
        for at in range(count)
    )
    CampaignRule.objects.bulk_create(
        CampaignRule(campaign=one, source=("google",), sort_order=0) for one in campaigns
    )
    CampaignVestiging.objects.bulk_create(
        CampaignVestiging(campaign=campaigns[0], vestiging=one) for one in vestigingen[:10]
    )
    TrackingNumber.objects.bulk_create(
        TrackingNumber(
            number=f"+31202{mark}0{at:04}",
            campaign=campaigns[at],
            vestiging=vestigingen[0] if at == 0 else vestigingen[at],
        )
        for at in range(count)
    )
    TrackingNumber.objects.bulk_create(
        TrackingNumber(number=f"+31203{mark}0{at:04}", pool=pool) for at in range(count)
    )
    TrackingNumber.objects.bulk_create(
        TrackingNumber(number=f"+31204{mark}0{at:04}") for at in range(count)
    )
    Placeholder.objects.bulk_create(
        Placeholder(key=f"p{mark}-{at}", vestiging=vestigingen[at]) for at in range(count)
    )


def _content(count: int, mark: str) -> None:
    vestiging = Vestiging.objects.all()[0]
    # Pages that are gone cost as much as pages that are there.
    start = 100_000 * (int(mark) + 1)
    Section.objects.bulk_create(
        Section(page=start + at, vestiging=vestiging) for at in range(count)
    )
    page = TextPage.objects.get()
    ContentFinding.objects.bulk_create(
        ContentFinding(
            content_type=ContentType.objects.get_for_model(TextPage),
            object_id=str(page.pk),
            title="Page",
            kind="forwarding",
            number="+31201234567",
            found_at=timezone.now(),
        )
        for _ in range(count)
    )


def _facts(count: int, mark: str) -> None:
    """Each number of the pool in a visitor's hands."""
    at = timezone.now() - timedelta(minutes=1)
    sessions = [f"s{mark}-{one}" for one in range(count)]
    numbers = [f"+31203{mark}0{one:04}" for one in range(count)]
    VisitorSession.objects.bulk_create(
        VisitorSession(id=one, site="main", started_at=at, seen_at=at) for one in sessions
    )
    SessionTouch.objects.bulk_create(
        SessionTouch(id=uuid.uuid4(), at=at, session=one, is_first=True, source="google")
        for one in sessions
    )
    pairs = list(zip(sessions, numbers, strict=True))
    LeaseEvent.objects.bulk_create(
        lease_event(at, session, number=number, pool=f"pool-{mark}", promised_until=at + HOLD)
        for session, number in pairs
    )
    NumberShown.objects.bulk_create(
        NumberShown(
            id=uuid.uuid4(),
            at=at,
            session=session,
            number=number,
            vestiging=f"v{mark}-0",
            campaign=f"c{mark}-0",
        )
        for session, number in pairs
    )


def _rules(count: int, mark: str, campaigns: list[Campaign]) -> None:
    categories = Category.objects.bulk_create(Category(name=f"c{mark}-{at}") for at in range(count))
    CategoryRule.objects.bulk_create(
        CategoryRule(category=category, campaign=campaign)
        for category, campaign in zip(categories, campaigns, strict=True)
    )
    TargetRule.objects.bulk_create(
        TargetRule(campaign=campaign, talk_seconds=60) for campaign in campaigns
    )
    BlockedCaller.objects.bulk_create(
        BlockedCaller(number=f"+31206{mark}0{at:04}") for at in range(count)
    )
    Job.objects.bulk_create(Job(kind="restate", state="done", done=at) for at in range(count))
