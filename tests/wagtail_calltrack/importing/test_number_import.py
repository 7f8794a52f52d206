"""Numbers from CSV: looked at first, then all of them or none."""

from decimal import Decimal
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import ModelLogEntry, ReferenceIndex

from tests.wagtail_calltrack.firm import make_firm
from tests.wagtail_calltrack.importing.uploads import (
    bring_in,
    confirm,
    faults,
    preview,
    upload,
    url,
)
from wagtail_calltrack.importing.preview import Kind
from wagtail_calltrack.models import Pool, TrackingNumber
from wagtail_calltrack.plan_out import published

pytestmark = pytest.mark.django_db

NEW = "+31207654309"


@pytest.fixture
def firm(db: None) -> None:
    make_firm()


@pytest.fixture
def editor(firm: None, admin_client: Client) -> Client:
    return admin_client


def number(e164: str) -> TrackingNumber:
    return TrackingNumber.objects.select_related().get(number=e164)


def state() -> list[tuple[Any, ...]]:
    return list(TrackingNumber.objects.order_by("number").values_list())


def test_a_preview_says_what_would_happen_and_writes_nothing(editor: Client) -> None:
    before = state(), published().serial.serial

    found = preview(
        editor,
        "numbers",
        "Nummer;Pool;Aanbieder;Kosten per maand\n"
        "020 765 43 09;amsterdam;KPN;€ 1,95\n"
        "0207654301;rotterdam;;\n"
        "0850199999;;;\n",
    )

    told = [
        (one.row, one.kind, [(c.label, c.before, c.after) for c in one.changes])
        for one in found.outcomes
    ]
    assert told == [
        (
            2,
            Kind.ADD,
            [("Pool", "", "amsterdam"), ("Carrier", "", "KPN"), ("Monthly cost", "", "1.95")],
        ),
        (3, Kind.CHANGE, [("Pool", "amsterdam", "rotterdam")]),
        (4, Kind.SAME, []),
    ]
    assert (state(), published().serial.serial) == before
    assert not ModelLogEntry.objects.filter(action="calltrack.import").exists()


def test_what_is_confirmed_is_written_at_once(editor: Client) -> None:
    serial = published().serial.serial

    response = bring_in(
        editor,
        "numbers",
        "number,pool,carrier,cost\n0207654309,amsterdam,KPN,1.95\n0207654301,rotterdam,,\n",
    )

    row = number(NEW)
    assert (str(row.pool), row.carrier, row.monthly_cost) == ("amsterdam", "KPN", Decimal("1.95"))
    assert str(number("+31207654301").pool) == "rotterdam"
    assert response.headers["Location"] == "/cms/calltrack_numbers/"
    message = editor.get("/cms/calltrack_numbers/").content.decode()
    assert "1 added, 1 changed." in message
    assert NEW in {str(one) for one in published().plan.pool_of}
    assert published().serial.serial > serial


def test_history_and_usage_know_of_imported_numbers(editor: Client) -> None:
    bring_in(editor, "numbers", "number,pool\n0207654309,utrecht\n0207654301,utrecht\n")

    entry = ModelLogEntry.objects.get(object_id=str(number("+31207654301").pk))
    assert entry.formatter.format_message(entry) == "Imported. Pool: amsterdam → utrecht"
    assert entry.user is not None
    assert {NEW, "+31207654301"} <= users_of("utrecht")
    assert users_of("amsterdam") == {"+31207654302"}


def users_of(pool: str) -> set[str]:
    """Give the numbers that Wagtail's usage names for a pool."""
    kind = ContentType.objects.get_for_model(TrackingNumber)
    found = ReferenceIndex.get_references_to(Pool.objects.get(key=pool))
    ids = found.filter(base_content_type=kind).values_list("object_id", flat=True)
    return set(TrackingNumber.objects.filter(pk__in=list(ids)).values_list("number", flat=True))


PLACES = [
    pytest.param("pool", "utrecht", ("utrecht", None, None), id="a pool takes it from its place"),
    pytest.param(
        "campaign;vestiging", "flyer;Amsterdam", (None, "flyer", "amsterdam"), id="static"
    ),
    pytest.param("campaign", "flyer", (None, "flyer", None), id="of a campaign with one vestiging"),
    pytest.param("pool;campaign", ";", (None, None, None), id="into stock"),
    pytest.param("carrier", "KPN", ("amsterdam", None, None), id="a column that is not there"),
    pytest.param("POOL ", "Utrecht", ("utrecht", None, None), id="in other case"),
]


@pytest.mark.parametrize(("heading", "cells", "place"), PLACES)
def test_a_number_goes_where_the_file_says(
    editor: Client, heading: str, cells: str, place: tuple[str | None, ...]
) -> None:
    bring_in(editor, "numbers", f"number;{heading}\n0207654302;{cells}\n")

    row = number("+31207654302")
    found = [getattr(row, name) for name in ("pool", "campaign", "vestiging")]
    assert tuple(one.key if one else None for one in found) == place
    assert row.released_at is not None  # what no column speaks of stays


STATES = [
    pytest.param("disabled", "disabled", id="English"),
    pytest.param("Uitgeschakeld", "disabled", id="Dutch"),
    pytest.param("", "active", id="empty"),
]


@pytest.mark.parametrize(("cell", "word"), STATES)
def test_a_state_is_read_in_both_languages(editor: Client, cell: str, word: str) -> None:
    bring_in(editor, "numbers", f"number,state,carrier\n0207654301,{cell},KPN\n")

    assert number("+31207654301").state == word


FAULTS = [
    pytest.param("number", "12", (2, "Number", "too short"), id="no number"),
    pytest.param("number", "3.12012E+10", (2, "Number", "Format the column"), id="Excel's"),
    pytest.param("number,pool", ",utrecht", (2, "Number", "is empty"), id="without a number"),
    pytest.param("number,pool", f"{NEW},utrect", (2, "Pool", "Is «utrecht» meant"), id="a slip"),
    pytest.param("number,pool", f"{NEW},leiden", (2, "Pool", "make it first"), id="no such pool"),
    pytest.param("number,campaign", f"{NEW},x", (2, "Campaign", "no campaign"), id="no campaign"),
    pytest.param(
        "number,pool,campaign", f"{NEW},utrecht,flyer", (2, "Campaign", "one place"), id="2 places"
    ),
    pytest.param(
        "number,vestiging", f"{NEW},utrecht", (2, "Vestiging", "name the campaign"), id="vestiging"
    ),
    pytest.param("number,state", f"{NEW},off", (2, "State", "active or disabled"), id="no state"),
    pytest.param("number,cost", f"{NEW},cheap", (2, "Monthly cost", "not an amount"), id="no cost"),
    pytest.param("number,cost", f"{NEW},1000000", (2, "Monthly cost", "the most"), id="much cost"),
    pytest.param("number,carrier", f"{NEW},{'x' * 101}", (2, "Carrier", "100"), id="too long"),
    pytest.param("number,pool", f"{NEW},a,b", (2, "", "3 cells"), id="a wider row"),
    pytest.param("number,pool", NEW, (2, "", "1 cells"), id="a narrower row"),
    pytest.param("number", f"{NEW}\n0207654309", (2, "", "row 3"), id="twice, the first"),
    pytest.param("number", f"{NEW}\n0207654309", (3, "", "row 2"), id="twice, the second"),
    pytest.param(
        "number,pool", "0201234567,amsterdam", (2, "Number", "forwarding"), id="what the Plan says"
    ),
]


@pytest.mark.parametrize(("heading", "line", "fault"), FAULTS)
def test_an_error_names_the_row_the_column_and_the_fix(
    editor: Client, heading: str, line: str, fault: tuple[int, str, str]
) -> None:
    before = state()
    shown = upload(editor, "numbers", f"{heading}\n{line}\n")

    found = faults(shown.context["preview"])
    row, column, text = fault
    assert [(r, c) for r, c, told in found if text in told] == [(row, column)], found
    assert 'value="confirm"' not in shown.content.decode()
    assert confirm(editor, "numbers", shown).status_code == 200
    assert state() == before


def test_one_error_keeps_the_other_rows_out_too(editor: Client) -> None:
    shown = upload(editor, "numbers", f"number\n{NEW}\nnobody\n")

    confirm(editor, "numbers", shown)

    assert not TrackingNumber.objects.filter(number=NEW).exists()


def test_what_breaks_the_plan_elsewhere_is_told_above_the_rows(editor: Client) -> None:
    found = preview(editor, "numbers", "number,pool\n0207659901,utrecht\n")

    assert len(found.problems) == 1
    assert found.problems[0].startswith("Campaign «Newsletter»: ")
    assert not found.is_right


def test_columns_that_are_not_known_are_named(editor: Client) -> None:
    found = preview(editor, "numbers", f"number,Poool,Contract\n{NEW},utrecht,x\n")

    assert found.notes == (
        (
            "Columns that are not known, and not read: «Poool», «Contract». "
            "Is «Poool» meant to be «Pool»?"
        ),
    )
    assert found.outcomes[0].changes == ()


REFUSED = [
    pytest.param("pool\nutrecht\n", "«Number» is missing. The file has: «pool»", id="no number"),
    pytest.param("number,nummer\n1,2\n", "«nummer» comes twice", id="a column twice"),
    pytest.param("", "is empty", id="an empty file"),
    pytest.param("number\n", "no rows below", id="only a heading"),
]


@pytest.mark.parametrize(("text", "reason"), REFUSED)
def test_a_file_that_is_no_list_of_numbers_is_refused_at_the_field(
    editor: Client, text: str, reason: str
) -> None:
    response = upload(editor, "numbers", text)

    assert reason in " ".join(response.context["form"].errors["file"]).replace(
        "The submitted file is empty", "is empty"
    )


def test_the_database_changed_meanwhile_so_the_preview_is_shown_anew(editor: Client) -> None:
    shown = upload(editor, "numbers", "number,pool\n0207654301,rotterdam\n")
    row = number("+31207654301")
    row.pool = Pool.objects.get(key="utrecht")
    row.save()

    again = confirm(editor, "numbers", shown)

    assert "changed meanwhile" in again.content.decode()
    (outcome,) = again.context["preview"].outcomes
    assert [(c.before, c.after) for c in outcome.changes] == [("utrecht", "rotterdam")]
    assert str(number("+31207654301").pool) == "utrecht"
    assert confirm(editor, "numbers", again).status_code == 302
    assert str(number("+31207654301").pool) == "rotterdam"


def test_a_change_that_leaves_the_outcome_alone_does_not_matter(editor: Client) -> None:
    shown = upload(editor, "numbers", "number,pool\n0207654301,rotterdam\n")
    Pool.objects.create(key="leiden")

    assert confirm(editor, "numbers", shown).status_code == 302


def test_confirmed_twice_is_written_once(editor: Client) -> None:
    shown = upload(editor, "numbers", f"number\n{NEW}\n")
    confirm(editor, "numbers", shown)

    again = confirm(editor, "numbers", shown)

    assert again.status_code == 200
    assert again.context["preview"].counts[Kind.SAME] == 1
    assert TrackingNumber.objects.filter(number=NEW).count() == 1


def test_rows_are_filtered_and_errors_come_first(editor: Client) -> None:
    shown = upload(editor, "numbers", f"number\n{NEW}\nnobody\n")

    assert [one.row for one in shown.context["rows"]] == [3]
    table = shown.context["table"]
    added = editor.post(url("numbers"), {"table": table, "show": "add"})
    assert [one.row for one in added.context["rows"]] == [2]


def test_many_rows_are_shown_page_by_page(editor: Client) -> None:
    lines = "".join(f"0207{at:06}\n" for at in range(100_000, 100_450))
    shown = upload(editor, "numbers", f"number\n{lines}")
    fields = {"table": shown.context["table"], "show": "all"}

    last = editor.post(url("numbers"), {**fields, "from": "400"})

    assert [one.row for one in last.context["rows"]] == list(range(402, 452))
    assert "Rows 401 to 450 of 450 are shown." in " ".join(last.content.decode().split())


def queries_of(editor: Client, count: int) -> tuple[int, int]:
    """Count the queries of preview and confirm, and leave nothing behind."""
    lines = "".join(f"0207{at:06},amsterdam\n" for at in range(200_000, 200_000 + count))
    with CaptureQueriesContext(connection) as looked:
        shown = upload(editor, "numbers", f"number,pool\n{lines}")
    with CaptureQueriesContext(connection) as written:
        assert confirm(editor, "numbers", shown).status_code == 302
    TrackingNumber.objects.filter(number__startswith="+31207200").delete()
    return len(looked), len(written)


def test_queries_grow_with_batches_and_not_with_rows(editor: Client) -> None:
    queries_of(editor, 1)
    few = queries_of(editor, 10)
    many = queries_of(editor, 90)

    assert max(now - then for now, then in zip(many, few, strict=True)) <= 4
