"""What is exported does no harm in a spreadsheet program, and is imported as it was."""

import csv
import io
from collections.abc import Iterable
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.utils.translation import override
from wagtail.models import ModelLogEntry

from tests.wagtail_calltrack.firm import make_firm
from tests.wagtail_calltrack.importing.uploads import preview
from wagtail_calltrack import exports
from wagtail_calltrack.exports import given_text, phone_text, safe_text
from wagtail_calltrack.importing.preview import Kind
from wagtail_calltrack.models import Campaign, SpendEntry, TrackingNumber

NASTY = ["=1+1", "+cmd", "-10% korting", "@SUM(A1)", "\tx", "'=x", "''-x", "'s-Gravenhage", "a=b"]


@pytest.fixture
def editor(db: None, admin_client: Client) -> Client:
    make_firm()
    campaign = Campaign.objects.get(key="flyer")
    TrackingNumber.objects.create(number="+3225551234", carrier="=HYPERLINK(1)", monthly_cost="1.9")
    for at, text in enumerate(NASTY, 1):
        SpendEntry.objects.create(
            campaign=campaign,
            keyword=text.strip(),
            starts_on=f"2026-11-{at:02}",
            ends_on="2026-11-30",
            amount="1234.50",
            note="Café, «x»",
        )
    return admin_client


def exported(editor: Client, kind: str, form: str, query: str = "") -> bytes:
    response: Any = editor.get(f"/cms/calltrack_{kind}/?export={form}{query}")
    assert response.status_code == 200, response.headers
    return b"".join(response.streaming_content)


def cells(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize("kind", ["numbers", "spend"])
def test_an_export_is_imported_unchanged(editor: Client, kind: str, language: str) -> None:
    with override(language):
        data = exported(editor, kind, "csv")
        found = preview(editor, kind, data)

    assert found.notes == ()
    assert {one.kind for one in found.outcomes} == {Kind.SAME}, found.outcomes
    assert len(found.outcomes) == len(cells(data)) - 1 >= 9


def in_dutch(row: Iterable[Any]) -> list[str]:
    """Write a row as a Dutch Excel does."""
    return [
        str(cell).replace(".", ",") if isinstance(cell, int | float) else str(cell or "")
        for cell in row
    ]


@pytest.mark.parametrize("kind", ["numbers", "spend"])
def test_a_workbook_saved_as_csv_is_imported_unchanged(editor: Client, kind: str) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(exported(editor, kind, "xlsx"))).active
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows(map(in_dutch, sheet.values))

    found = preview(editor, kind, out.getvalue().encode("cp1252"))

    assert {one.kind for one in found.outcomes} == {Kind.SAME}, found.outcomes


@pytest.mark.parametrize("kind", ["numbers", "spend"])
def test_no_cell_of_an_export_begins_a_formula(editor: Client, kind: str) -> None:
    rows = cells(exported(editor, kind, "csv"))
    sheet = openpyxl.load_workbook(io.BytesIO(exported(editor, kind, "xlsx"))).active

    told = [cell for row in rows for cell in row if cell]
    assert [cell for cell in told if cell[0] in "=+-@\t\r"] == []
    typed = [cell for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
    assert {cell.data_type for cell in typed} == {"s"}
    assert [cell.value for cell in typed if cell.value[0] in "=+-@\t\r"] == []


def test_a_number_is_a_text_to_every_spreadsheet_program(editor: Client) -> None:
    told = [row[0] for row in cells(exported(editor, "numbers", "csv"))[1:]]

    assert "020 765 4301" in told
    assert "0032 2 555 12 34" in told
    assert all(" " in cell and cell[0] == "0" for cell in told), told


@pytest.mark.parametrize(
    ("e164", "region", "text"),
    [
        ("+31207654301", "NL", "020 765 4301"),
        ("+31207654301", "BE", "0031 20 765 4301"),
        ("+31abc", "NL", "'+31abc"),
    ],
)
def test_a_number_is_written_as_it_is_dialled(e164: str, region: str, text: str) -> None:
    assert phone_text(e164, region) == text


@pytest.mark.parametrize("text", NASTY)
def test_a_text_made_safe_is_given_back_as_it_was(text: str) -> None:
    assert given_text(safe_text(text)) == text
    assert safe_text(text)[0] not in "=+-@\t"


def test_an_export_holds_what_the_listing_shows_and_is_in_the_audit_log(editor: Client) -> None:
    data = exported(editor, "numbers", "csv", "&state=disabled")

    assert [row[0] for row in cells(data)[1:]] == ["010 765 4302"]
    entry = ModelLogEntry.objects.get(action="calltrack.export")
    assert entry.formatter.format_message(entry) == "Exported 1 rows as CSV"
    assert editor.get("/cms/reports/site-history/").status_code == 200


def test_a_workbook_has_a_limit_and_csv_has_none(
    editor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "MOST_XLSX", 3)

    refused: Any = editor.get("/cms/calltrack_numbers/?export=xlsx", follow=True)

    assert "are too many for a workbook, which holds 3" in refused.content.decode()
    assert len(cells(exported(editor, "numbers", "csv"))) > 4


@pytest.mark.parametrize("kind", ["numbers", "spend"])
@pytest.mark.parametrize("language", ["en", "nl"])
def test_the_example_can_be_imported(editor: Client, kind: str, language: str) -> None:
    with override(language):
        response = editor.get(f"/cms/calltrack_{kind}/import/example/")

    found = preview(editor, kind, response.content)
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert found.is_right, found.outcomes
