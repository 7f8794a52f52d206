"""What people and visitors write is shown as they wrote it, and run by no browser."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.wagtail_calltrack.access.admin_urls import BULK, addresses
from tests.wagtail_calltrack.access.asking import told
from tests.wagtail_calltrack.access.two_sites import ALPHA, Side, make_two_sites
from tests.wagtail_calltrack.importing.uploads import upload
from wagtail_calltrack.models import (
    Campaign,
    ContentFinding,
    Edge,
    EdgeToken,
    SessionTouch,
    SpendEntry,
    TrackingNumber,
    Vestiging,
)

pytestmark = pytest.mark.django_db

SCRIPT = '"><script>alert(1)</script>'


@pytest.fixture
def sides(db: None) -> dict[str, Side]:
    """Make two sites, with a script in every text that somebody may write."""
    sides = make_two_sites()
    token = EdgeToken(name=SCRIPT)
    token.issue()
    token.save()
    Edge.objects.create(
        id="e" * 32,
        name=SCRIPT,
        version=SCRIPT,
        seen_at=sides[ALPHA].finding.found_at,
        report={"plan_problem": SCRIPT, "store": SCRIPT},
    )
    Campaign.objects.update(name=SCRIPT, note=SCRIPT)
    Vestiging.objects.update(name=SCRIPT)
    TrackingNumber.objects.update(carrier=SCRIPT)
    SpendEntry.objects.update(keyword=SCRIPT, note=SCRIPT)
    SessionTouch.objects.update(source=SCRIPT, campaign=SCRIPT)
    ContentFinding.objects.update(title=SCRIPT, excerpt=SCRIPT, field=SCRIPT)
    return sides


def row_for(side: Side, space: str) -> Any:
    rows = {
        "calltrack_campaigns": side.campaign,
        "calltrack_numbers": side.number,
        "calltrack_placeholders": side.placeholder,
        "calltrack_spend": side.spend,
        "calltrack_sites": side.site,
        "calltrack_live": side.leased,
        "calltrack_findings": side.finding,
        "calltrack_preview": side.page,
        "calltrack_preview_page": side.page,
        "calltrack_choose_placeholder": side.placeholder,
        BULK: side.number,
    }
    return rows[space].pk if space in rows else 1


def test_no_screen_runs_what_somebody_wrote(sides: dict[str, Side], admin_client: Client) -> None:
    opened, wrong = 0, []
    for address in addresses():
        if not address.is_shown:
            continue
        response = admin_client.get(address.url(row_for(sides[ALPHA], address.space)))
        opened += response.status_code == 200
        if "<script>alert(1)" in html_of(response):
            wrong.append(told(address, "get", response))

    assert wrong == []
    assert opened > 90


def html_of(response: Any) -> str:
    """Give what a browser reads as HTML: of a modal's answer a part."""
    if response.headers["Content-Type"].startswith("text/html"):
        return str(response.content.decode())
    return str(json.loads(response.content).get("html", "")) if is_json(response) else ""


def is_json(response: Any) -> bool:
    return "json" in response.headers["Content-Type"]


SAID = [
    pytest.param("calltrack_campaigns:index", "?q={}", id="searched"),
    pytest.param("calltrack_campaigns:trial", "?trial-url={}", id="tested, no address"),
    pytest.param(
        "calltrack_campaigns:trial",
        "?trial-url=https://alpha.example/?utm_source={}&trial-referrer={}",
        id="tested",
    ),
    pytest.param("calltrack_why:index", "?url={}&source={}&campaign={}", id="asked why"),
    pytest.param("calltrack_why:index", "?url=https://alpha.example/{}", id="of a page"),
    pytest.param("calltrack_live:index", "?q={}&pool={}", id="live"),
    pytest.param("calltrack_numbers:index", "?campaign={}&state={}", id="filtered"),
    pytest.param("calltrack_number", "?id={}&at={}&vestiging={}", id="picked"),
]


@pytest.mark.parametrize(("name", "query"), SAID)
def test_what_an_address_says_is_not_run(
    sides: dict[str, Side], admin_client: Client, name: str, query: str
) -> None:
    response = admin_client.get(reverse(name) + query.format(*[SCRIPT] * 3))

    assert response.status_code == 200
    assert "<script>alert(1)" not in response.content.decode()


def test_a_file_and_the_messages_are_not_run(sides: dict[str, Side], admin_client: Client) -> None:
    script = SCRIPT.replace('"', "")
    shown = upload(
        admin_client, "spend", f"campaign,first day,amount,x\n{script},{script},1,{script}\n"
    )
    assert "alert(1)" in shown.content.decode()
    assert "<script>alert(1)" not in shown.content.decode()

    entry = reverse("calltrack_spend:delete", args=(sides[ALPHA].spend.pk,))
    told = admin_client.post(entry, follow=True).content.decode()
    assert "alert(1)" in told.partition("</main>")[0]
    assert "<script>alert(1)" not in told


ELSEWHERE = ["https://evil.example/", "//evil.example/", "/\\evil.example/", "javascript:alert(1)"]


@pytest.mark.parametrize("address", ELSEWHERE)
def test_nobody_is_sent_elsewhere(
    sides: dict[str, Side], admin_client: Client, address: str
) -> None:
    url = reverse(BULK, args=("wagtail_calltrack", "campaign", "calltrack_pause"))

    asked = admin_client.get(url, {"id": "all", "next": address})
    done = admin_client.post(f"{url}?id=all&next={address}")

    assert f'href="{address}"' not in asked.content.decode()
    assert "evil" not in done.headers.get("Location", "")
    assert "javascript" not in done.headers.get("Location", "")
