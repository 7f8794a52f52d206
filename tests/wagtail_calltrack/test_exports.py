"""Listings as files: a file speaks as the screen does that it was asked for on."""

import io

import openpyxl
import pytest
from django.contrib.auth.models import User
from django.test import Client
from wagtail.users.models import UserProfile

from tests.wagtail_calltrack.calls_made import call
from wagtail_calltrack.models import Call, CallCredit, Origin

pytestmark = pytest.mark.django_db

CSV, XLSX = "/cms/calltrack_calls/?export=csv", "/cms/calltrack_calls/?export=xlsx"


@pytest.fixture
def made() -> Call:
    """Give a call that an advertisement brought."""
    row = call()
    origin = Origin.objects.create(digest="1", channel="paid_search")
    CallCredit.objects.create(call=row, model="last_non_direct", origin=origin, weight=1)
    return row


def _lines(client: Client) -> list[str]:
    return b"".join(client.get(CSV)).decode("utf-8-sig").splitlines()


@pytest.mark.parametrize(
    ("language", "heading", "channel"),
    [
        pytest.param("en", "Started at", "Paid search", id="English, where the site is Dutch"),
        pytest.param("nl", "Gestart op", "Betaald zoeken", id="Dutch"),
    ],
)
def test_both_kinds_of_file_speak_the_language_of_the_profile(
    made: Call, admin_client: Client, admin_user: User, language: str, heading: str, channel: str
) -> None:
    UserProfile.objects.create(user=admin_user, preferred_language=language)

    head, row = _lines(admin_client)
    book = openpyxl.load_workbook(io.BytesIO(b"".join(admin_client.get(XLSX))))
    first, second = book.active.iter_rows(values_only=True)

    assert head.split(",")[0] == first[0] == heading
    assert channel in row
    assert channel in second


def test_moments_in_a_csv_file_are_by_the_clock_of_the_profile(
    made: Call, admin_client: Client, admin_user: User
) -> None:
    profile = UserProfile.objects.create(user=admin_user, preferred_language="en")
    profile.current_time_zone = "Asia/Tokyo"
    profile.save()
    Call.objects.update(started_at="2026-11-02T20:30:00Z")

    row = _lines(admin_client)[1]

    assert row.startswith("2026-11-03 05:30:00,")


@pytest.mark.parametrize(
    ("listing", "is_file"),
    [
        pytest.param("calls", True, id="calls"),
        pytest.param("numbers", True, id="numbers"),
        pytest.param("campaigns", True, id="campaigns"),
        pytest.param("spend", True, id="spend"),
        *(
            pytest.param(name, False, id=name)
            for name in (
                "leads", "vestigingen", "pools", "placeholders", "sections", "sites", "tokens",
                "telephony", "categories", "category_rules", "target_rules", "blocked_callers",
            )
        ),
    ],
)  # fmt: skip
def test_a_listing_without_columns_for_a_file_is_none(
    admin_client: Client, listing: str, is_file: bool
) -> None:
    page = f"/cms/calltrack_{listing}/"

    answers = [admin_client.get(page + kind) for kind in ("", "?export=csv", "?export=xlsx")]

    asked = 200 if is_file else 404
    assert [one.status_code for one in answers] == [200, asked, asked]
