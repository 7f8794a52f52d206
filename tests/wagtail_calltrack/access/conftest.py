"""A firm with something of everything, to ask every address for."""

from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from wagtail.models import Page

from demo.models import TextPage
from tests.wagtail_calltrack.calls_made import call
from tests.wagtail_calltrack.facts import edge, given
from tests.wagtail_calltrack.firm import make_firm
from wagtail_calltrack.leads import gather
from wagtail_calltrack.models import (
    BlockedCaller,
    CallSettings,
    Campaign,
    Category,
    CategoryRule,
    ContentFinding,
    EdgeToken,
    Job,
    Section,
    SpendEntry,
    TargetRule,
    Vestiging,
)


@pytest.fixture
def content(db: None) -> Any:
    """Make a firm, what edges and a look would tell, and a page."""
    make_firm()
    now = timezone.now()
    page = TextPage(title="Prijzen", slug="prijzen", intro="Bel 020 123 45 67")
    Page.objects.get(depth=1).add_child(instance=page)
    token = EdgeToken(name="proxy 1")
    token.issue()
    token.save()
    edge(now)
    given(now)
    gather([call(now)])
    category = Category.objects.create(name="Evening")
    CategoryRule.objects.create(category=category, status="missed")
    TargetRule.objects.create(campaign=Campaign.objects.all()[0], talk_seconds=60)
    BlockedCaller.objects.create(number="+31687654321")
    CallSettings.objects.create()
    Job.objects.create(kind="restate", state="failed", problem="ValueError")
    Section.objects.create(page=page.pk, vestiging=Vestiging.objects.all()[0])
    SpendEntry.objects.create(
        campaign=Campaign.objects.all()[0],
        starts_on="2026-11-01",
        ends_on="2026-11-30",
        amount=10,
    )
    ContentFinding.objects.create(
        content_type=ContentType.objects.get_for_model(page),
        object_id=str(page.pk),
        title=page.title,
        kind="forwarding",
        number="+31201234567",
        found_at=now,
    )
    return page
