"""Every screen of the plugin answers, whatever the database holds: nobody reads «server error».

The screens are found, not listed, so that a new one is walked from its first day. Each is asked for
with an empty database, with a firm, and with a firm that was broken round the plugin, by SQL.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection, models
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from wagtail.models import Page

from tests.wagtail_calltrack.access.admin_urls import FOR_EDGES
from tests.wagtail_calltrack.calls_made import call
from tests.wagtail_calltrack.facts import NUMBER, edge, exhausted, given
from tests.wagtail_calltrack.firm import make_firm
from wagtail_calltrack.leads import gather
from wagtail_calltrack.models import (
    BlockedCaller,
    Call,
    CallSettings,
    Campaign,
    Category,
    CategoryRule,
    ContentFinding,
    EdgeToken,
    Job,
    Lead,
    Organisation,
    Placeholder,
    Pool,
    Section,
    SpendEntry,
    TargetRule,
    TelephonyAccount,
    TrackedSite,
    TrackingNumber,
    Vestiging,
)
from wagtail_calltrack.models.finding import LIVE, TRACKING

pytestmark = pytest.mark.django_db

ROWS: dict[str, type[models.Model]] = {
    "calltrack_blocked_callers": BlockedCaller,
    "calltrack_call_settings": CallSettings,
    "calltrack_calls": Call,
    "calltrack_campaigns": Campaign,
    "calltrack_categories": Category,
    "calltrack_category_rules": CategoryRule,
    "calltrack_choose_placeholder": Placeholder,
    "calltrack_choose_vestiging": Vestiging,
    "calltrack_findings": ContentFinding,
    "calltrack_jobs": Job,
    "calltrack_leads": Lead,
    "calltrack_live": TrackingNumber,
    "calltrack_numbers": TrackingNumber,
    "calltrack_organisation": Organisation,
    "calltrack_placeholders": Placeholder,
    "calltrack_pools": Pool,
    "calltrack_preview": Page,
    "calltrack_preview_page": Page,
    "calltrack_sections": Section,
    "calltrack_sites": TrackedSite,
    "calltrack_spend": SpendEntry,
    "calltrack_target_rules": TargetRule,
    "calltrack_telephony": TelephonyAccount,
    "calltrack_tokens": EdgeToken,
    "calltrack_vestigingen": Vestiging,
}
"""Whose key stands in the addresses of a namespace, or in one address."""

HUGE = 10**25
QUERIES = {
    "calltrack_number": "id=abc&vestiging=-1&at=%00",
    "calltrack_calls:index": "export=csv&status=none&started_at_from=x&q=%00",
    "calltrack_leads:index": "state=none&assignee=0&q=%2B31&p=99",
    "calltrack_campaigns:index": "pool=999&q=%00&p=0",
    "calltrack_campaigns:trial": "trial-url=https://www.vandamplafonds.example/&trial-referrer=",
    "calltrack_numbers:index": "export=csv",
    "calltrack_preview": "source=google&medium=cpc",
    "calltrack_why:index": "url=https://www.vandamplafonds.example/&source=google&region=",
    "calltrack_live:fragment": "q=%2B31(0)20&pool=gone&p=99",
    "calltrack_reports:index": "first=x&last=2026-11-01&p=x&ordering=%00&model=none",
    "calltrack_reports:number": "period=year&export=xlsx",
    "calltrack_reports:pools": "period=year&pool=%00&p=99",
    "calltrack_sections:add": f"page={HUGE}",
    "calltrack_sections:index": f"vestiging={HUGE}",
    "calltrack_spend:index": "export=xlsx",
}
"""What else is asked of a screen."""

GONE = ("987654", str(HUGE))
"""Keys of no row."""


def screens() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Give each screen's name, and what its address has in it."""
    yield from _below(get_resolver(), "")


def _below(resolver: URLResolver, space: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from _below(one, f"{space}{one.namespace}:" if one.namespace else space)
        elif isinstance(one, URLPattern):
            name = f"{space}{one.name}"
            if name.startswith("calltrack") and name not in FOR_EDGES:
                yield name, tuple(one.pattern.regex.groupindex)


def addresses() -> Iterator[str]:
    """Give the address of each screen: for a row, or where there is none for one that is gone."""
    for name, wanted in screens():
        for args in [(key,) for key in _keys(name)] if wanted else [()]:
            address = reverse(name, args=args)
            yield address
            if query := QUERIES.get(name):
                yield f"{address}?{query}"


def _keys(name: str) -> Sequence[str]:
    row = ROWS[name.partition(":")[0]]._default_manager.order_by("-pk").first()
    return GONE if row is None else (str(row.pk),)


def nothing() -> None:
    """Leave the database empty."""


def a_firm() -> None:
    """Make a firm, with something of everything."""
    make_firm()
    now = timezone.now()
    campaign = Campaign.objects.order_by("pk")[0]
    Placeholder.objects.get_or_create(key="head-office")
    Section.objects.create(page=2, vestiging=Vestiging.objects.order_by("pk")[0])
    Section.objects.create(page=4711, vestiging=Vestiging.objects.order_by("pk")[0])
    SpendEntry.objects.create(
        campaign=campaign, starts_on=date(2026, 11, 1), ends_on=date(2026, 11, 30), amount=12
    )
    token = EdgeToken(name="proxy 1")
    token.issue()
    token.save()
    edge(now, report={"store": "down", "dropped": {"page.viewed": 3}, "backlog": "?"})
    given(now - timedelta(minutes=1))
    gather([call(now, visitor="v", campaign="gone", reason="odd 1=2", recording="?")])
    category = Category.objects.create(name="<b>Evening</b>")
    CategoryRule.objects.create(category=category, campaign=campaign, from_hour=0)
    TargetRule.objects.create(campaign=campaign, talk_seconds=60)
    BlockedCaller.objects.create(number="?")
    CallSettings.objects.create(excluded_numbers=["?"])
    Job.objects.create(kind="gone", state="failed", done=3, problem="<i>")
    exhausted(now - timedelta(hours=2), "other")
    for kind, key in ((ContentType.objects.get_for_model(Page), "2"), (_lost(), "1")):
        ContentFinding.objects.create(
            content_type=kind, object_id=key, title="Home", field="Body", stage=LIVE,
            kind=TRACKING, number=NUMBER, excerpt="020 765 43 01", found_at=now,
        )  # fmt: skip


def _lost() -> ContentType:
    """Give the kind of a model that the site has no more."""
    return ContentType.objects.create(app_label="shop", model="gone")


def no_organisation() -> None:
    """Take the organisation away, so that there is no Plan."""
    a_firm()
    _sql("DELETE FROM wagtail_calltrack_organisation")


def broken_rows() -> None:
    """Write what no form lets through."""
    a_firm()
    number = TrackingNumber.objects.order_by("pk")
    for row, text in zip(number, ("+999", "+31", "+3120abc"), strict=False):
        _sql("UPDATE wagtail_calltrack_trackingnumber SET number = %s WHERE id = %s", text, row.pk)
    _sql("UPDATE wagtail_calltrack_trackingnumber SET state = 'lost', released_at = NULL")
    _sql(
        "UPDATE wagtail_calltrack_trackingnumber SET pool_id = NULL, campaign_id = NULL,"
        " vestiging_id = NULL, state = 'active' WHERE number IN ('+999', '+31', '+3120abc')"
    )
    _sql("UPDATE wagtail_calltrack_vestiging SET forwarding_number = '+' || id, sort_order = NULL")
    _sql("UPDATE wagtail_calltrack_trackedsite SET hosts = '', mode = 'none', consent = 'maybe'")
    _sql("UPDATE wagtail_calltrack_campaign SET method = 'none', exhaustion = '', sort_order = 1")
    _sql("UPDATE wagtail_calltrack_campaignrule SET source = 'a*b*c**', channel = 'none'")
    _sql("UPDATE wagtail_calltrack_organisation SET region = 'XX', kvk = ''")
    _sql("UPDATE wagtail_calltrack_call SET status = '?', step = '?', caller = '+', number = ''")
    _sql("UPDATE wagtail_calltrack_lead SET state = '?', caller = 'x'")
    _sql("UPDATE wagtail_calltrack_placeholder SET css_class = '<b>', paths = '??'")


def _sql(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)


@pytest.mark.parametrize(
    "fill",
    [
        pytest.param(nothing, id="empty"),
        pytest.param(a_firm, id="a firm"),
        pytest.param(no_organisation, id="no organisation"),
        pytest.param(broken_rows, id="rows broken by SQL"),
    ],
)
def test_every_screen_answers(admin_client: Client, fill: Callable[[], None]) -> None:
    admin_client.raise_request_exception = False
    fill()

    answers = {address: admin_client.get(address).status_code for address in addresses()}

    assert len(answers) > 110
    assert {address: code for address, code in answers.items() if code >= 500} == {}
