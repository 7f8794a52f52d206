"""Each screen, and what edges ask for, costs the same queries for ten rows and for a thousand."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import Page, Site

from demo.models import TextPage
from tests.wagtail_calltrack.firm import make_firm
from tests.wagtail_calltrack.ingest.samples import body, event, new_token, send
from tests.wagtail_calltrack.many_rows import many
from wagtail_calltrack.models import (
    Call,
    CallSettings,
    Campaign,
    Pool,
    TrackedSite,
    TrackingNumber,
    Vestiging,
)

pytestmark = pytest.mark.django_db

FEW, MANY = 10, 1000
MOST = 45
"""Queries of the dearest screen: the preview, which renders a page of the site."""

LISTINGS = (
    "campaigns",
    "numbers",
    "pools",
    "vestigingen",
    "placeholders",
    "sections",
    "spend",
    "sites",
    "tokens",
    "findings",
    "live",
    "categories",
    "category_rules",
    "target_rules",
    "blocked_callers",
    "jobs",
    "calls",
    "leads",
    "telephony",
    "privacy",
)

REPORTS = ("index", "source", "campaign", "keyword", "landing", "vestiging", "number")


@pytest.fixture
def firm(db: None) -> None:
    make_firm()
    CallSettings.objects.create()
    page = TextPage(title="Prijzen", slug="prijzen", intro="Bel 020 123 45 67")
    Page.objects.get(depth=1).add_child(instance=page)
    Site.objects.update(root_page=page)
    many(FEW, "1")


def rows(name: str) -> int:
    """Give the row whose form is asked for."""
    found: dict[str, Any] = {
        "campaigns": Campaign.objects.filter(key="c1-0"),
        "numbers": TrackingNumber.objects.filter(number="+31203100000"),
        "pools": Pool.objects.filter(key="pool-1"),
        "vestigingen": Vestiging.objects.filter(key="v1-0"),
        "sites": TrackedSite.objects.all(),
        "settings": CallSettings.objects.all(),
    }
    pk: int = found[name].values_list("pk", flat=True)[0]
    return pk


def asked() -> Mapping[str, str]:
    """Give every screen, by a name."""
    lists = {f"{one} listing": reverse(f"calltrack_{one}:index") for one in LISTINGS}
    exports = {
        f"{one} {kind}": f"{lists[f'{one} listing']}?export={kind}"
        for one in ("campaigns", "numbers", "spend", "calls")
        for kind in ("csv", "xlsx")
    }
    forms = {
        f"{one} {view}": reverse(f"calltrack_{one}:{view}", args=(rows(one),))
        for one in ("campaigns", "numbers", "pools", "vestigingen", "sites")
        for view in ("edit", "inspect", "history", "usage", "delete")
    }
    page = TextPage.objects.get().pk
    lead = Call.objects.get(call="CA1-0").lead_id
    bulk = reverse(
        "wagtail_bulk_action", args=("wagtail_calltrack", "trackingnumber", "calltrack_disable")
    )
    others = {
        "search": f"{lists['numbers listing']}?q=2031",
        "campaign form": reverse("calltrack_campaigns:add"),
        "placeholder form": reverse("calltrack_placeholders:add"),
        "spend form": reverse("calltrack_spend:add"),
        "off-site wizard": reverse("calltrack_campaigns:off_site"),
        "test box": f"{reverse('calltrack_campaigns:trial')}?trial-url=https://www.vandamplafonds.example/",
        "live fragment": reverse("calltrack_live:fragment"),
        "live release": reverse("calltrack_live:release", args=(rows("numbers"),)),
        "health": reverse("calltrack_health:index"),
        "why": f"{reverse('calltrack_why:index')}?url=https://www.vandamplafonds.example/",
        "dashboard": reverse("calltrack_dashboard:index"),
        "call": reverse("calltrack_calls:inspect", args=(Call.objects.get(call="CA1-0").pk,)),
        "calls to import": reverse("calltrack_calls:import"),
        "lead": reverse("calltrack_leads:inspect", args=(lead,)),
        "leads of a site": f"{lists['leads listing']}?site={rows('sites')}&q=c",
        "calls of a site": f"{lists['calls listing']}?site={rows('sites')}&channel=paid_search",
        "call settings": reverse("calltrack_call_settings:edit", args=(rows("settings"),)),
        "privacy settings": reverse("calltrack_privacy:settings"),
        "person": reverse("calltrack_privacy:person"),
        **{f"report by {one}": reverse(f"calltrack_reports:{one}") for one in REPORTS},
        "report as a file": f"{reverse('calltrack_reports:campaign')}?export=csv",
        "report on pools": reverse("calltrack_reports:pools"),
        "dashboard fragment": reverse("calltrack_dashboard:fragment"),
        "home": reverse("wagtailadmin_home"),
        "preview": reverse("calltrack_preview", args=(page,)),
        "page inside the preview": reverse("calltrack_preview_page", args=(page,)),
        "placeholder chooser": reverse("calltrack_choose_placeholder:choose"),
        "vestiging chooser": reverse("calltrack_choose_vestiging:choose"),
        "rich text picker": reverse("calltrack_number"),
        "bulk action": f"{bulk}?id=all",
        "page form": reverse("wagtailadmin_pages:edit", args=(page,)),
    }
    return {**lists, **exports, **forms, **others}


def cost(ask: Callable[[], Any]) -> int:
    """Count the queries of an answer, with nothing kept from the one before."""
    cache.clear()
    with CaptureQueriesContext(connection) as queries:
        response = ask()
        if response.streaming:
            assert b"".join(response)
    assert response.status_code in {200, 304}, response
    return len(queries)


def costs(editor: Client) -> dict[str, int]:
    return {name: cost(partial(editor.get, url)) for name, url in asked().items()}


@pytest.mark.slow
@pytest.mark.timeout(900)  # a thousand rows of each kind, on a machine that does other work, too
def test_a_screen_costs_the_same_queries_for_10_rows_and_for_1000(
    firm: None, admin_client: Client
) -> None:
    costs(admin_client)  # what Django and Wagtail ask once in a process
    few = costs(admin_client)
    many(MANY - FEW, "2")
    thousand = costs(admin_client)

    assert {name: (few[name], now) for name, now in thousand.items() if now != few[name]} == {}
    assert max(thousand.values()) < MOST


def test_the_plan_costs_the_same_queries_however_large_it_is(firm: None, client: Client) -> None:
    token = new_token()

    def get(etag: str = "") -> Any:
        return client.get(
            reverse("calltrack:plan"),
            headers={"Authorization": f"Bearer {token}", "If-None-Match": etag},
        )

    etag = get().headers["ETag"]  # the first time, the token's last use is written, too
    few = cost(get), cost(lambda: get(etag))
    many(MANY - FEW, "2")
    etag = get().headers["ETag"]
    thousand = cost(get), cost(lambda: get(etag))

    assert thousand == few
    assert thousand[1] == 1


def test_events_cost_queries_by_the_batch_and_not_by_the_event(firm: None, client: Client) -> None:
    token = new_token()
    counts = {}
    for count in (FEW, MANY):
        sent = body([event("page.viewed", at / 60) for at in range(count)])
        counts[count] = cost(partial(send, client, token, sent))

    # Databases limit the values in one query, so a thousand rows are written in some portions.
    assert counts[MANY] <= counts[FEW] + 20
