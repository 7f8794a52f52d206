"""Import numbers, spend or calls from a CSV file, as the screens do."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from wagtail_calltrack.importing.calls import CallImport
from wagtail_calltrack.importing.imports import Import
from wagtail_calltrack.importing.numbers import NumberImport
from wagtail_calltrack.importing.preview import Kind, Outcome, Preview
from wagtail_calltrack.importing.spend import SpendImport
from wagtail_calltrack.importing.texts import FileRefusedError

WORK: dict[str, type[Import]] = {
    "numbers": NumberImport,
    "spend": SpendImport,
    "calls": CallImport,
}
MOST_LINES = 1_000
"""Rows that are written out; errors first."""

MARKS = {Kind.ADD: "new", Kind.CHANGE: "changed", Kind.ERROR: "ERROR"}


class Command(BaseCommand):
    """Show what would happen; with --yes do it."""

    help = (
        "Imports numbers, spend or calls from CSV. Without --yes it shows what it would do, only. "
        "Numbers and spend: all or nothing. Calls: all but the rows that are wrong."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the file."""
        parser.add_argument("what", choices=sorted(WORK))
        parser.add_argument("file", type=Path, help="a CSV file")
        parser.add_argument("--yes", action="store_true", help="import it, if nothing is wrong")

    def handle(self, *_args: Any, what: str, file: Path, yes: bool, **_options: Any) -> None:
        """Do so."""
        work = WORK[what]()
        try:
            with file.open("rb") as opened:
                table = work.table(opened.read(work.by_command.most_bytes + 1), work.by_command)
            found = work.preview(table)
        except OSError as error:
            raise CommandError(f"{file} can not be read: {error.strerror}") from error
        except FileRefusedError as error:
            raise CommandError(f"{file}: {error}") from error
        self._show(found)
        if not found.is_right:
            raise CommandError("Nothing was imported: mend the errors in the file first.")
        if not found.writes:
            self.stdout.write("There is nothing to import.")
        elif not yes:
            self.stdout.write("Nothing was imported yet: --yes does it.")
        elif work.carry_out(table, found.digest).is_done:
            self.stdout.write(" ".join(filter(None, ("Imported.", work.afterword()))))
        else:
            raise CommandError("Nothing was imported: rows were changed meanwhile. Run it again.")

    def _show(self, preview: Preview) -> None:
        shown = [one for one in preview.outcomes if one.kind is not Kind.SAME]
        if len(shown) > MOST_LINES:
            shown.sort(key=lambda one: one.kind is not Kind.ERROR)
        for one in shown[:MOST_LINES]:
            self.stdout.write(_line(one))
        if len(shown) > MOST_LINES:
            self.stdout.write(f"and {len(shown) - MOST_LINES} more that are new, changed or wrong")
        for text in (*preview.notes, *preview.problems):
            self.stdout.write(text)
        counts = ", ".join(f"{count} {kind.value}" for kind, count in preview.counts.items())
        self.stdout.write(f"{len(preview.outcomes)} rows: {counts}")


def _line(one: Outcome) -> str:
    faults = [f"{fault.column}: {fault.text}".removeprefix(": ") for fault in one.faults]
    changes = [
        f"{change.label}: {change.before} → {change.after}"
        if change.before
        else f"{change.label}: {change.after}"
        for change in one.changes
    ]
    details = "; ".join((*faults, *changes, *one.warnings))
    return f"row {one.row}: {MARKS[one.kind]} {one.title}. {details}".rstrip(". ")
