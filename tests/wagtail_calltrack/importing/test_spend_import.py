"""Spend from CSV: looked at first, then all of it or nothing."""

from datetime import date
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.wagtail_calltrack.firm import make_firm
from tests.wagtail_calltrack.importing.uploads import (
    bring_in,
    confirm,
    faults,
    preview,
    upload,
)
from wagtail_calltrack.importing.preview import Kind
from wagtail_calltrack.importing.spend import SpendImport
from wagtail_calltrack.models import Campaign, PlanSerial, SpendEntry

pytestmark = pytest.mark.django_db

NOVEMBER = "2026-11-01;2026-11-30"


@pytest.fixture
def editor(db: None, admin_client: Client) -> Client:
    make_firm()
    return admin_client


def entry(**fields: object) -> SpendEntry:
    given: dict[str, object] = {
        "campaign": Campaign.objects.get(key="flyer"),
        "starts_on": date(2026, 11, 1),
        "ends_on": date(2026, 11, 30),
        "amount": Decimal("100.00"),
        **fields,
    }
    return SpendEntry.objects.create(**given)


def rows() -> list[tuple[str, str, str, str, str, str]]:
    found = SpendEntry.objects.select_related("campaign").order_by("starts_on", "keyword", "pk")
    return [
        (
            one.campaign.key,
            one.keyword,
            str(one.starts_on),
            str(one.ends_on),
            str(one.amount),
            one.note,
        )
        for one in found
    ]


def test_spend_is_added_and_changed_as_previewed(editor: Client) -> None:
    entry(note="print")
    serial = PlanSerial.objects.get().serial
    text = (
        "Campagne;Zoekwoord;Eerste dag;Laatste dag;Bedrag\n"
        "Flyer in the letter boxes;;1-11-2026;30-11-2026;€ 1.234,56\n"
        "ads;plafond rotterdam;2026-11-01;;12,5\n"
    )

    found = preview(editor, "spend", text)
    assert rows() == [("flyer", "", "2026-11-01", "2026-11-30", "100.00", "print")]
    bring_in(editor, "spend", text)

    assert [(one.kind, [(c.before, c.after) for c in one.changes]) for one in found.outcomes] == [
        (Kind.CHANGE, [("100.00", "1234.56")]),
        (Kind.ADD, [("", "12.50")]),
    ]
    assert rows() == [
        ("flyer", "", "2026-11-01", "2026-11-30", "1234.56", "print"),
        ("ads", "plafond rotterdam", "2026-11-01", "2026-11-01", "12.50", ""),
    ]
    assert PlanSerial.objects.get().serial == serial


FAULTS = [
    pytest.param(f"leaflet;{NOVEMBER};1", ("Campaign", "no campaign «leaflet»"), id="campaign"),
    pytest.param(f";{NOVEMBER};1", ("Campaign", "is empty"), id="no campaign"),
    pytest.param("flyer;;2026-11-30;1", ("First day", "is empty"), id="no first day"),
    pytest.param("flyer;11/25/2026;;1", ("First day", "no month 25"), id="month first"),
    pytest.param(
        "flyer;2026-11-30;2026-11-01;1", ("Last day", "comes before the first"), id="backwards"
    ),
    pytest.param(f"flyer;{NOVEMBER};", ("Amount", "is empty"), id="no amount"),
    pytest.param(f"flyer;{NOVEMBER};-1", ("Amount", "below zero"), id="below zero"),
    pytest.param(f"flyer;{NOVEMBER};1\nflyer;1-11-2026;30-11-2026;2", ("", "row 3"), id="twice"),
]


@pytest.mark.parametrize(("line", "fault"), FAULTS)
def test_an_error_names_the_row_the_column_and_the_fix(
    editor: Client, line: str, fault: tuple[str, str]
) -> None:
    shown = upload(editor, "spend", f"campaign;first day;last day;amount\n{line}\n")

    column, text = fault
    found = faults(shown.context["preview"])
    assert [(r, c) for r, c, told in found if text in told] == [(2, column)], found
    assert confirm(editor, "spend", shown).status_code == 200
    assert rows() == []


def test_a_campaign_whose_name_others_have_is_asked_for_by_its_key(editor: Client) -> None:
    Campaign.objects.filter(key__in=["ads", "newsletter"]).update(name="Same")
    found = preview(editor, "spend", f"campaign;first day;last day;amount\nSame;{NOVEMBER};1\n")

    ((_row, _column, text),) = faults(found)
    assert "write the key, «newsletter», «ads»" in text or "«ads», «newsletter»" in text


def test_days_that_could_be_two_are_told_how_they_are_read(editor: Client) -> None:
    lines = "".join(f"flyer;0{day}/11/2026;;1\n" for day in range(1, 7))

    found = preview(editor, "spend", f"campaign;first day;last day;amount\n{lines}")

    assert found.notes[0] == (
        "Row 2: «01/11/2026» is read as 1 November 2026: the day comes first."
    )
    assert found.notes[-1] == "3 more rows are read so."


def test_stretches_that_overlap_are_warned_about_and_written(editor: Client) -> None:
    entry()
    text = "campaign;first day;last day;amount\nflyer;15-11-2026;15-12-2026;5\nads;1-11-2026;;1\n"

    found = preview(editor, "spend", text)
    bring_in(editor, "spend", text)

    assert [one.warnings for one in found.outcomes] == [
        ("overlaps 1 Nov 2026 – 30 Nov 2026",),
        (),
    ]
    assert SpendEntry.objects.count() == 3


def test_an_entry_changed_meanwhile_is_previewed_anew(editor: Client) -> None:
    row = entry()
    shown = upload(editor, "spend", f"campaign;first day;last day;amount\nflyer;{NOVEMBER};150\n")
    SpendEntry.objects.filter(pk=row.pk).update(amount=120)

    again = confirm(editor, "spend", shown)

    assert again.status_code == 200
    (change,) = again.context["preview"].outcomes[0].changes
    assert (change.before, change.after) == ("120.00", "150.00")
    assert rows()[0][4] == "120.00"


def test_only_campaigns_that_are_said_are_found(editor: Client) -> None:
    work = SpendImport(Campaign.objects.filter(key="ads"))
    table = work.table(f"campaign;first day;last day;amount\nflyer;{NOVEMBER};1\n".encode())

    ((_row, _column, text),) = faults(work.preview(table))

    assert text.startswith("there is no campaign «flyer»")


def test_who_may_look_only_does_not_import(editor: Client, client: Client) -> None:
    user = User.objects.create_user("viewer")
    client.force_login(user)
    shown = upload(editor, "spend", f"campaign;first day;last day;amount\nflyer;{NOVEMBER};1\n")

    assert upload(client, "spend", "x").status_code == 302
    assert confirm(client, "spend", shown).status_code == 302
    assert rows() == []
