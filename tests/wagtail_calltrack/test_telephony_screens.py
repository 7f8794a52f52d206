"""Screens for accounts with carriers: the address to copy, and how each fares."""

import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.wagtail_calltrack.facts import edge
from tests.wagtail_calltrack.firm import make_firm
from wagtail_calltrack.models import CallEvent, PlanSerial, TelephonyAccount

pytestmark = pytest.mark.django_db

LISTING = "/cms/calltrack_telephony/"


@pytest.fixture
def account(db: None) -> TelephonyAccount:
    make_firm()
    return TelephonyAccount.objects.get()


def shown(client: Client, url: str = LISTING) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def test_the_form_has_the_address_for_the_carrier_and_never_the_secret(
    account: TelephonyAccount, admin_client: Client
) -> None:
    page = shown(admin_client, reverse("calltrack_telephony:edit", args=(account.pk,)))

    assert "/_calltrack/calls/main-line/</code>" in page
    assert "CALLTRACK_SECRET_TWILIO" in page


def test_a_new_one_has_its_address_once_it_is_saved(admin_client: Client, db: None) -> None:
    page = shown(admin_client, reverse("calltrack_telephony:add"))

    assert "stands here once the account is saved" in page


def test_a_save_is_a_change_of_the_plan(account: TelephonyAccount, admin_client: Client) -> None:
    before = PlanSerial.objects.get().serial
    typed = {
        "key": "second",
        "provider": "telnyx",
        "account": "",
        "secret": "TELNYX",
        "ring_seconds": "20",
    }

    admin_client.post(reverse("calltrack_telephony:add"), typed)

    assert TelephonyAccount.objects.filter(key="second").exists()
    assert PlanSerial.objects.get().serial > before


@pytest.mark.parametrize(
    ("told", "words"),
    [
        pytest.param(None, "No edge has told of it yet", id="nobody told"),
        pytest.param({}, "Nothing came in yet", id="nothing came"),
        pytest.param({"problem": "no secret"}, "Not in use: no secret", id="no secret"),
        pytest.param({"refused": {"forged": 2}}, "Refused 2 times", id="refused"),
        pytest.param(
            {"seen": 1, "last_at": "2026-11-20T12:00:00+00:00"}, "2026 13:00", id="heard of"
        ),
    ],
)
def test_the_listing_says_how_it_fares(
    account: TelephonyAccount, admin_client: Client, told: Any, words: str
) -> None:
    accounts = [] if told is None else [{"account": account.key, **told}]
    edge(timezone.now(), report={"calls": {"accounts": accounts}})

    assert words in shown(admin_client)


@pytest.mark.parametrize(
    ("told", "words"),
    [
        pytest.param([], "2026 14:00", id="no edge tells"),
        pytest.param([{}], "2026 14:00", id="nothing since the edge's restart"),
        pytest.param(
            [{"seen": 1, "last_at": "2026-11-20T12:00:00+00:00"}], "2026 14:00", id="stored later"
        ),
        pytest.param(
            [{"seen": 1, "last_at": "2026-11-20T14:00:00+00:00"}], "2026 15:00", id="told later"
        ),
        pytest.param([{"refused": {"forged": 2}}], "Refused 2 times", id="refused since"),
    ],
)
def test_what_came_in_before_an_edge_was_restarted_counts(
    account: TelephonyAccount, admin_client: Client, told: Any, words: str
) -> None:
    accounts = [{"account": account.key, **one} for one in told]
    edge(timezone.now(), report={"calls": {"accounts": accounts}})
    for key, hour in ((account.key, 13), (account.key, 9), ("another", 19)):
        at = datetime(2026, 11, 20, hour, tzinfo=UTC)
        CallEvent.objects.create(id=uuid.uuid4(), at=at, account=key, call="c", phase="ended")

    assert words in shown(admin_client)
