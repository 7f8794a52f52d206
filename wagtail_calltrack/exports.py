"""Listings as CSV and XLSX, which open in a spreadsheet program without doing harm or damage.

A text that begins with = + - @, a tab or a line end is run as a formula by Excel and LibreOffice;
keywords and notes come from outside. Such a text gets an apostrophe in front (`safe_text`), and the
import takes exactly that apostrophe away (`given_text`).

Phone numbers begin with «+» and would be run, too: Excel shows 3.12077E+10. They are written as
people dial them, with spaces, so that they are texts to every program: 020 765 43 01, and those of
other countries 0032 2 765 43 01. The import reads them back as the same numbers.

Who may see a listing may export it: an export holds nothing that the listing does not. Facts about
visitors and callers need a permission of their own, which is not asked here.
"""

import re
from collections.abc import Iterator
from datetime import date, tzinfo
from decimal import Decimal
from typing import Any

from django.db import models
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.encoding import force_str
from django.utils.timezone import get_current_timezone
from django.utils.timezone import override as override_zone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import override as override_language
from wagtail.admin import messages

from calltrack.numbers import Spelling, usual
from wagtail_calltrack.models.organisation import HOME, Organisation
from wagtail_calltrack.phones import number_of
from wagtail_calltrack.records import EXPORTED, log_listing

MOST_XLSX = 50_000
"""Rows of a workbook: it is made in memory, and CSV is not."""

CHUNK = 2000
BOM = "\ufeff"

_DANGEROUS = re.compile(r"'*[=+\-@\t\r\n]")


def safe_text(text: str) -> str:
    """Write a text that no spreadsheet program takes for a formula."""
    return f"'{text}" if _DANGEROUS.match(text) else text


def given_text(text: str) -> str:
    """Give the text that `safe_text` was given."""
    return text[1:] if text.startswith("'") and _DANGEROUS.match(text) else text


def phone_text(e164: str, region: str) -> str:
    """Write a number as it is dialled in `region`: a text, not a sum, to every program."""
    number = number_of(e164)
    if number is None:
        return safe_text(e164)
    home = number.region == region
    return usual(number, Spelling.NATIONAL if home else Spelling.DIALLED)


class SafeExport:
    """A listing with Wagtail's export buttons. Stands before the index view."""

    phone_fields: tuple[str, ...] = ()

    def get(self: Any, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Show the listing, or send it as a file."""
        if not self.is_export:
            return super().get(request, *args, **kwargs)  # type: ignore[misc,no-any-return] # Wagtail's views have no types
        rows = self.get_queryset()
        count, kind = rows.count(), request.GET["export"]
        if kind == self.FORMAT_XLSX and count > MOST_XLSX:
            sentence = _(
                "%(count)s rows are too many for a workbook, which holds %(most)s: filter the "
                "listing, or take CSV."
            )
            messages.error(request, sentence % {"count": count, "most": MOST_XLSX})
            return redirect(self.index_url)
        said = _("Exported %(count)s rows as %(kind)s") % {"count": count, "kind": kind.upper()}
        log_listing(self.model, EXPORTED, said)
        response: HttpResponseBase = self.as_spreadsheet(_Streamed(rows), kind)
        return response

    def stream_csv(self: Any, queryset: Any) -> Iterator[bytes]:
        """Write line by line, in the language and by the clock of whoever asks."""
        lines = super().stream_csv(queryset)  # type: ignore[misc] # Wagtail's views have no types
        return _told_as_now(lines, get_language(), get_current_timezone())

    def preprocess_field_value(self, field: str, value: Any, export_format: str) -> Any:
        """Write one cell."""
        if value is None:
            return ""
        if field in self.phone_fields:
            return phone_text(str(value), self._region)
        if isinstance(value, date):  # a datetime, too
            return super().preprocess_field_value(field, value, export_format)  # type: ignore[misc] # as above
        if isinstance(value, models.Model):
            value = getattr(value, "key", value)  # names are not unique
        if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
            return value
        return safe_text(force_str(value))

    @property
    def _region(self) -> str:
        found: str = self.__dict__.get("_home", "")
        if not found:
            row = Organisation.objects.values_list("region", flat=True).first()
            found = self.__dict__["_home"] = row or HOME
        return found


def _told_as_now(
    lines: Iterator[bytes], language: str | None, zone: tzinfo | None
) -> Iterator[bytes]:
    """Have lines made as they would be now: a file is written after its view is done with.

    The mark at the start lets Excel read the accents.
    """
    yield BOM.encode()
    while True:
        with override_language(language), override_zone(zone):
            line = next(lines, None)
        if line is None:
            return
        yield line


class _Streamed:
    """Rows read in chunks, with the model that Wagtail asks for the headings."""

    def __init__(self, rows: Any) -> None:
        self.model, self._rows = rows.model, rows

    def __iter__(self) -> Iterator[Any]:
        return iter(self._rows.iterator(chunk_size=CHUNK))
