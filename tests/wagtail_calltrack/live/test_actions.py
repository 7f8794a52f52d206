"""Release and disable: asked first, done by POST, for those who may, and kept in the history."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.utils import timezone
from wagtail.models import ModelLogEntry

from tests.wagtail_calltrack.facts import given
from tests.wagtail_calltrack.firm import make_firm
from wagtail_calltrack.models import LeaseEvent, PlanSerial, TrackingNumber
from wagtail_calltrack.plan_out import published

pytestmark = pytest.mark.django_db

NUMBER = "+31207654301"
ACTIONS = ["release", "disable"]


@pytest.fixture
def lease(db: None) -> LeaseEvent:
    make_firm()
    return given(timezone.now() - timedelta(minutes=3), number=NUMBER)


def number() -> TrackingNumber:
    return TrackingNumber.objects.get(number=NUMBER)


def address(action: str) -> str:
    return f"/cms/calltrack_live/{action}/{number().pk}/"


def confirm(client: Client, action: str) -> Any:
    lease = client.get(address(action)).context["lease"]
    return client.post(address(action), {"lease": lease})


def history() -> list[tuple[str, Any]]:
    entries = ModelLogEntry.objects.filter(action__startswith="calltrack.")
    return [(entry.action, str(entry.user)) for entry in entries]


def test_a_release_ends_the_lease_in_the_plan(lease: LeaseEvent, admin_client: Client) -> None:
    serial = PlanSerial.objects.get().serial

    response = confirm(admin_client, "release")

    assert response.headers["Location"] == "/cms/calltrack_live/"
    released = number().released_at
    assert released is not None
    assert released > lease.at
    assert PlanSerial.objects.get().serial > serial
    assert published().plan.serial == PlanSerial.objects.get().serial
    assert history() == [("calltrack.release", "admin")]


def test_a_released_number_stays_in_the_list_until_its_promise_is_over(
    lease: LeaseEvent, admin_client: Client
) -> None:
    confirm(admin_client, "release")

    page = admin_client.get("/cms/calltrack_live/").content.decode()

    assert "020 765 4301 was released." in page
    assert "Released" in page
    assert "promised until" in page
    assert "/release/" not in page
    assert "/disable/" in page


def test_a_disabled_number_is_shown_to_nobody(lease: LeaseEvent, admin_client: Client) -> None:
    confirm(admin_client, "disable")

    assert number().state == "disabled"
    assert history() == [("calltrack.disable", "admin")]
    assert "/disable/" not in admin_client.get("/cms/calltrack_live/").content.decode()


@pytest.mark.parametrize("action", ACTIONS)
def test_it_stands_in_the_numbers_history(
    lease: LeaseEvent, admin_client: Client, action: str
) -> None:
    confirm(admin_client, action)

    page = admin_client.get(f"/cms/calltrack_numbers/history/{number().pk}/").content.decode()

    assert f"{action.capitalize()}d by hand" in page


@pytest.mark.parametrize("action", ACTIONS)
def test_the_question_says_what_happens_and_does_nothing(
    lease: LeaseEvent, admin_client: Client, action: str
) -> None:
    before = PlanSerial.objects.get().serial

    page = admin_client.get(address(action)).content.decode()

    assert "next page shows another number of the pool" in page
    assert "within seconds" in page
    assert 'method="post"' in page
    assert PlanSerial.objects.get().serial == before
    assert history() == []


@pytest.mark.parametrize("action", ACTIONS)
def test_a_number_that_changed_hands_meanwhile_is_left_alone(
    lease: LeaseEvent, admin_client: Client, action: str
) -> None:
    seen = admin_client.get(address(action)).context["lease"]
    LeaseEvent.objects.all().delete()
    given(timezone.now(), "another", number=NUMBER)

    response = admin_client.post(address(action), {"lease": seen})

    assert response.status_code == 200
    assert "changed hands" in response.content.decode()
    assert (number().released_at, number().state, history()) == (None, "active", [])


def test_there_is_nothing_to_release_where_nobody_has_the_number(
    lease: LeaseEvent, admin_client: Client
) -> None:
    LeaseEvent.objects.all().delete()

    page = admin_client.get(address("release")).content.decode()

    assert "there is nothing to release" in page
    assert "Yes, release it" not in page


def test_a_number_that_nobody_has_can_be_disabled(lease: LeaseEvent, admin_client: Client) -> None:
    LeaseEvent.objects.all().delete()

    confirm(admin_client, "disable")

    assert number().state == "disabled"


@pytest.mark.parametrize("action", ACTIONS)
def test_what_would_break_the_plan_is_refused_with_its_reason(
    lease: LeaseEvent, admin_client: Client, action: str
) -> None:
    with connection.cursor() as cursor:  # round the plugin
        cursor.execute("UPDATE wagtail_calltrack_vestiging SET pool_id = NULL")
        cursor.execute("UPDATE wagtail_calltrack_campaign SET pool_id = NULL, method = 'nothing'")

    response = confirm(admin_client, action)

    assert response.status_code == 302
    assert (number().released_at, number().state, history()) == (None, "active", [])
    page = admin_client.get("/cms/calltrack_live/").content.decode()
    assert "Nothing was done" in page


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    "codes",
    [
        pytest.param([], id="nothing"),
        pytest.param(["view_leaseevent"], id="only looking"),
        pytest.param(["view_leaseevent", "view_trackingnumber"], id="looking at both"),
        pytest.param(["change_trackingnumber"], id="changing without looking"),
    ],
)
def test_taking_back_takes_both_permissions(
    lease: LeaseEvent, client: Client, action: str, method: str, codes: list[str]
) -> None:
    user = User.objects.create_user("somebody")
    user.user_permissions.set(Permission.objects.filter(codename__in=["access_admin", *codes]))
    client.force_login(user)

    response = getattr(client, method)(address(action), {"lease": lease.at.isoformat()})

    assert response.headers["Location"] == "/cms/"
    assert (number().released_at, number().state) == (None, "active")


def test_both_permissions_are_enough(lease: LeaseEvent, client: Client) -> None:
    user = User.objects.create_user("somebody")
    codes = ["access_admin", "view_leaseevent", "change_trackingnumber"]
    user.user_permissions.set(Permission.objects.filter(codename__in=codes))
    client.force_login(user)

    confirm(client, "release")

    assert number().released_at is not None


@pytest.mark.parametrize("action", ACTIONS)
def test_who_is_not_logged_in_must_log_in(lease: LeaseEvent, client: Client, action: str) -> None:
    response = client.post(address(action))

    assert response.headers["Location"].startswith("/cms/login/")


@pytest.mark.parametrize("action", ACTIONS)
def test_a_number_that_there_is_not_is_a_404(
    lease: LeaseEvent, admin_client: Client, action: str
) -> None:
    assert admin_client.get(f"/cms/calltrack_live/{action}/999999/").status_code == 404
