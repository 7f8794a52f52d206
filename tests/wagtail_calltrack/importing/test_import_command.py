"""The same import from the command line."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.wagtail_calltrack.firm import make_firm
from wagtail_calltrack.management.commands import calltrack_import
from wagtail_calltrack.models import Call, SpendEntry, TrackingNumber

pytestmark = pytest.mark.django_db

NEW = "+31207654309"


@pytest.fixture
def file(db: None, tmp_path: Path) -> Path:
    make_firm()
    return tmp_path / "file.csv"


def run(*args: str) -> str:
    out = StringIO()
    call_command("calltrack_import", *args, stdout=out)
    return out.getvalue()


def test_without_yes_it_shows_what_would_happen(file: Path) -> None:
    file.write_text("number;pool\n0207654309;utrecht\n0207654301;utrecht\n0850199999;\n", "utf-8")

    told = run("numbers", str(file))

    assert told.splitlines() == [
        f"row 2: new {NEW}. Pool: utrecht",
        "row 3: changed +31207654301. Pool: amsterdam → utrecht",
        "3 rows: 1 add, 1 change, 1 same, 0 error",
        "Nothing was imported yet: --yes does it.",
    ]
    assert not TrackingNumber.objects.filter(number=NEW).exists()


def test_with_yes_it_imports(file: Path) -> None:
    file.write_text("campaign,first day,amount\nflyer,2026-11-01,5\n", "utf-8")

    assert "Imported." in run("spend", str(file), "--yes")
    assert "nothing to import" in run("spend", str(file), "--yes")
    assert SpendEntry.objects.get().amount == 5


CALLS = (
    "reference;started at;caller;number;status;talk time\n"
    "A-1;2-11-2026 14:05;0612345678;0207654301;beantwoord;1:05\n"
    "A-2;2-11-2026 14:06;201;0207654301;beantwoord;1:05\n"
)


def test_calls_are_imported_without_the_rows_that_are_wrong_and_numbers_are_masked(
    file: Path,
) -> None:
    file.write_text(CALLS, "utf-8")

    looked, done, again = (
        run("calls", str(file)),
        run("calls", str(file), "--yes"),
        run("calls", str(file), "--yes"),
    )

    assert "row 2: new A-1 · 2 Nov 2026 14:05:00. Caller: 06 •• •• •• 78;" in looked
    assert "row 3: ERROR A-2" in looked
    assert "12345678" not in looked
    assert "Nothing was imported yet" in looked
    assert "Imported." in done
    assert "nothing to import" in again
    assert list(Call.objects.values_list("call", flat=True)) == ["A-1"]


def test_of_many_rows_errors_are_written_out_first(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calltrack_import, "MOST_LINES", 1)
    file.write_text(CALLS, "utf-8")

    told = run("calls", str(file)).splitlines()

    assert told[0].startswith("row 3: ERROR")
    assert told[1] == "and 1 more that are new, changed or wrong"


REFUSED = [
    pytest.param("number\nnobody\n", "mend the errors", id="an error in a row"),
    pytest.param("pool\nutrecht\n", "«Number» is missing", id="a column missing"),
    pytest.param(None, "can not be read", id="no file"),
]


@pytest.mark.parametrize(("text", "reason"), REFUSED)
def test_what_can_not_be_imported_ends_the_command_with_the_reason(
    file: Path, text: str | None, reason: str
) -> None:
    if text is not None:
        file.write_text(text, "utf-8")

    with pytest.raises(CommandError, match=reason):
        run("numbers", str(file), "--yes")
    assert not TrackingNumber.objects.filter(number=NEW).exists()
