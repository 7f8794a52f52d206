"""Many rows of a listing are changed at once, or none."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import ModelLogEntry

from tests.wagtail_calltrack.firm import make_firm
from wagtail_calltrack.models import Campaign, LeaseEvent, Pool, TrackingNumber, plan_change
from wagtail_calltrack.plan_out import published

pytestmark = pytest.mark.django_db

POOLED = ("+31207654301", "+31207654302")


@pytest.fixture
def editor(db: None, admin_client: Client) -> Client:
    make_firm()
    return admin_client


def url(action: str, *numbers: str, **query: str) -> str:
    """Give the address that Wagtail's script makes of ticked rows, or of the whole listing."""
    ids = TrackingNumber.objects.filter(number__in=numbers).values_list("pk", flat=True)
    chosen = [("id", str(pk)) for pk in ids] or [("id", "all")]
    asked = urlencode([*query.items(), *chosen, ("next", "/cms/calltrack_numbers/")])
    return f"/cms/bulk/wagtail_calltrack/trackingnumber/calltrack_{action}/?{asked}"


def place(row: TrackingNumber) -> tuple[str | None, str | None, str]:
    return (
        row.pool.key if row.pool else None,
        row.campaign.key if row.campaign else None,
        row.state,
    )


def places(*numbers: str) -> list[tuple[str | None, str | None, str]]:
    rows = TrackingNumber.objects.filter(number__in=numbers).order_by("number")
    return [place(row) for row in rows]


ACTIONS: list[Any] = [
    pytest.param("move", {"pool": "utrecht"}, ("utrecht", None, "active"), id="move"),
    pytest.param("stock", {}, (None, None, "active"), id="into stock"),
    pytest.param("disable", {}, ("amsterdam", None, "disabled"), id="disable"),
]


@pytest.mark.parametrize(("action", "fields", "after"), ACTIONS)
def test_the_chosen_numbers_are_changed_and_no_others(
    editor: Client, action: str, fields: dict[str, str], after: tuple[str | None, ...]
) -> None:
    others = [row for row in TrackingNumber.objects.values() if row["number"] not in POOLED]
    given = {name: Pool.objects.get(key=key).pk for name, key in fields.items()}

    response = editor.post(url(action, *POOLED), given)

    assert response.headers["Location"] == "/cms/calltrack_numbers/"
    assert places(*POOLED) == [after, after]
    assert [r for r in TrackingNumber.objects.values() if r["number"] not in POOLED] == others


def test_a_disabled_number_is_enabled(editor: Client) -> None:
    editor.post(url("enable", "+31107654302"))

    assert places("+31107654302") == [("rotterdam", None, "active")]


def test_numbers_are_released_now(editor: Client) -> None:
    before = timezone.now()

    editor.post(url("release", *POOLED))

    moments = TrackingNumber.objects.filter(number__in=POOLED).values_list("released_at", flat=True)
    assert all(moment is not None and moment >= before for moment in moments)


RENTS: list[Any] = [
    pytest.param({"carrier": "KPN"}, ("KPN", "1.50"), id="carrier"),
    pytest.param({"monthly_cost": "2.25"}, ("old", "2.25"), id="cost"),
    pytest.param({"monthly_cost": "0"}, ("old", "0.00"), id="no cost"),
]


@pytest.mark.parametrize(("fields", "after"), RENTS)
def test_rent_is_set_and_what_is_left_empty_stays(
    editor: Client, fields: dict[str, str], after: tuple[str, str]
) -> None:
    TrackingNumber.objects.update(carrier="old", monthly_cost="1.50")

    editor.post(url("rent", *POOLED), fields)

    rows = TrackingNumber.objects.filter(number__in=POOLED)
    assert {(row.carrier, str(row.monthly_cost)) for row in rows} == {after}


def test_rent_wants_something_to_set(editor: Client) -> None:
    response = editor.post(url("rent", *POOLED), {"carrier": "", "monthly_cost": ""})

    assert "the monthly cost, or both" in response.content.decode()


def test_what_breaks_the_plan_is_refused_as_a_whole_with_the_rows_named(editor: Client) -> None:
    before = list(TrackingNumber.objects.values())
    serial = published().serial.serial

    response = editor.post(url("stock", *POOLED, "+31207659901"))

    assert "Campaign «Newsletter»: " in response.content.decode()
    assert list(TrackingNumber.objects.values()) == before
    assert published().serial.serial == serial
    assert not ModelLogEntry.objects.filter(action="calltrack.bulk").exists()


def test_all_in_the_listing_are_those_of_its_search_and_filters(editor: Client) -> None:
    pool = str(Pool.objects.get(key="rotterdam").pk)

    editor.post(url("disable", pool=pool, q="010"))

    disabled = TrackingNumber.objects.filter(state="disabled").values_list("number", flat=True)
    assert set(disabled) == {"+31107654301", "+31107654302"}


def test_each_row_that_changed_says_so_in_its_history(editor: Client) -> None:
    editor.post(url("disable", "+31107654301", "+31107654302"))

    (entry,) = ModelLogEntry.objects.filter(action="calltrack.bulk")
    assert (entry.label, entry.formatter.format_message(entry)) == ("+31107654301", "Disabled")
    assert entry.user is not None
    message = editor.get("/cms/calltrack_numbers/").content.decode()
    assert "Disable: 1 changed, 1 was so already." in message


def test_the_confirm_page_tells_what_will_happen_and_who_has_a_number_now(editor: Client) -> None:
    now = timezone.now()
    until = now + timedelta(minutes=30)
    LeaseEvent.objects.create(
        id=uuid4(),
        at=now,
        session="s1",
        kind="lease.given",
        vestiging="amsterdam",
        pool="amsterdam",
        number=POOLED[0],
        promised_until=until,
        kept_until=until,
        until=until,
    )

    page = " ".join(editor.get(url("disable", *POOLED)).content.decode().split())

    assert "This is about 2 rows of the listing:" in page
    assert "They are shown to nobody, at once" in page
    assert "1 of them is promised to a visitor now." in page
    assert places(*POOLED) == [("amsterdam", None, "active")] * 2


def test_a_long_selection_is_named_in_part(editor: Client) -> None:
    many(50)

    page = " ".join(editor.get(url("disable")).content.decode().split())

    assert "This is about 59 rows of the listing:" in page
    assert "and 39 more" in page


def user_with(*codes: str) -> User:
    user = User.objects.create_user("somebody")
    user.user_permissions.set(Permission.objects.filter(codename__in=["access_admin", *codes]))
    return user


@pytest.mark.parametrize("codes", [(), ("view_trackingnumber",), ("change_campaign",)])
def test_who_may_not_change_numbers_neither_sees_nor_does_it(
    editor: Client, client: Client, codes: tuple[str, ...]
) -> None:
    client.force_login(user_with(*codes))

    for response in (client.get(url("disable", *POOLED)), client.post(url("disable", *POOLED))):
        assert response.headers["Location"] == "/cms/"
    assert places(*POOLED) == [("amsterdam", None, "active")] * 2


def test_who_may_look_only_has_no_boxes_to_tick(editor: Client, client: Client) -> None:
    client.force_login(user_with("view_trackingnumber"))

    assert "data-bulk-action-checkbox" not in client.get("/cms/calltrack_numbers/").content.decode()
    page = editor.get("/cms/calltrack_numbers/").content.decode()
    row = TrackingNumber.objects.get(number=POOLED[0])
    assert f'aria-describedby="trackingnumber_{row.pk}_title"' in page
    assert f'id="trackingnumber_{row.pk}_title"' in page
    assert "calltrack_disable" in page


def test_nonsense_in_the_address_chooses_nothing(editor: Client) -> None:
    page = editor.get(
        "/cms/bulk/wagtail_calltrack/trackingnumber/calltrack_disable/?id=x&id=&id=99999"
    )

    assert "Nothing is selected that you may change." in page.content.decode()


def test_campaigns_are_paused_and_resumed(editor: Client) -> None:
    rows = Campaign.objects.filter(key__in=["newsletter", "ads"])
    ids = urlencode([("id", row.pk) for row in rows])
    path = "/cms/bulk/wagtail_calltrack/campaign/calltrack_{}/?" + ids

    editor.post(path.format("pause"))
    paused = {str(row.key) for row in published().plan.campaigns if row.paused}
    editor.post(path.format("resume"))

    assert paused == {"newsletter", "ads"}
    assert not any(row.paused for row in published().plan.campaigns)
    entries = ModelLogEntry.objects.filter(action="calltrack.bulk")
    assert {entry.formatter.format_message(entry) for entry in entries} == {"Paused", "Resumed"}


def many(count: int) -> None:
    with plan_change():
        TrackingNumber.objects.bulk_create(
            TrackingNumber(number=f"+31202{at:06}") for at in range(100_000, 100_000 + count)
        )


def test_an_action_costs_the_same_queries_for_10_rows_and_for_80(editor: Client) -> None:
    counts = []
    for count in (10, 80):  # one batch of SQLite's
        many(count)
        editor.post(url("enable", q="0202"))
        with CaptureQueriesContext(connection) as queries:
            editor.post(url("disable", q="0202"))
        counts.append(len(queries))
        TrackingNumber.objects.filter(number__startswith="+31202").delete()

    assert counts[1] <= counts[0] + 1


def test_the_listing_of_campaigns_has_boxes_to_tick_and_an_export(editor: Client) -> None:
    page = editor.get("/cms/calltrack_campaigns/").content.decode()
    exported: Any = editor.get("/cms/calltrack_campaigns/?export=csv")

    assert page.count("data-bulk-action-checkbox") == Campaign.objects.count()
    assert "calltrack_pause" in page
    rows = b"".join(exported.streaming_content).decode("utf-8-sig").splitlines()
    assert rows[0] == "Name,Key,State,Method,Pool,Off-site,Paused,Starts at,Ends at"
    assert len(rows) == Campaign.objects.count() + 1
