"""A file as people have it, read as a table: whatever made it, a table of texts comes out.

Files come from Excel, from carriers and from advertisers: UTF-8 with a mark or without, UTF-16,
Windows-1252; comma, semicolon or tab; any line end; with Excel's own `sep=;` on top. What is no
table is refused with the cause and what to do about it.

Errors: FileRefusedError.
"""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from calltrack.errors import ConfigError

MOST_BYTES = 2_000_000
MOST_ROWS = 10_000
DELIMITERS = ",;\t|"

_UTF8_MARK = b"\xef\xbb\xbf"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


class FileRefusedError(ConfigError):
    """A file that is no table that can be read. The text says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row with something in it."""

    row: int  # as a spreadsheet program counts: the heading's is 1, if nothing stands above it
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A heading, and the rows below it."""

    headings: tuple[str, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a file may be."""

    most_rows: int = MOST_ROWS
    most_bytes: int = MOST_BYTES


USUAL = Limits()

Known = Callable[[str], bool]
"""Tells a heading that means something from one that does not."""


def read_file(data: bytes, known: Known, limits: Limits = USUAL) -> Table:
    """Read a file."""
    if len(data) > limits.most_bytes:
        megabytes = limits.most_bytes // 1_000_000
        raise FileRefusedError(
            _("The file is larger than %(most)s MB: split it into several.") % {"most": megabytes}
        )
    return read_text(decode(data), known, limits.most_rows)


def decode(data: bytes) -> str:
    """Give the text of a file, in whichever of the usual codes it is written."""
    if data.startswith(_WORKBOOKS):
        raise FileRefusedError(
            _("This is an Excel workbook. Save it as «CSV UTF-8», and choose that file.")
        )
    if data.startswith(_UTF16_MARKS):
        text = _decoded(data, "utf-16")
    elif data.startswith(_UTF8_MARK):
        text = _decoded(data, "utf-8-sig")
    elif b"\0" in data[:200]:  # UTF-16 without its mark: every other byte of ASCII is zero
        text = _decoded(data, "utf-16-be" if data.startswith(b"\0") else "utf-16-le")
    else:
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            text = _decoded(data, "cp1252")
    if "\0" in text:
        raise FileRefusedError(_no_text())
    return text


def _decoded(data: bytes, code: str) -> str:
    try:
        return data.decode(code)
    except UnicodeDecodeError as error:
        raise FileRefusedError(_no_text()) from error


def _no_text() -> str:
    return _("This is not a text file. Save the table as «CSV UTF-8», and choose that file.")


def read_text(text: str, known: Known, most_rows: int = MOST_ROWS) -> Table:
    """Read a text as a table."""
    delimiter = _delimiter(text, known)
    records = _records(text, delimiter)
    filled = ((row, cells) for row, cells in records if any(cell.strip() for cell in cells))
    start = next(filled, None)
    if start is not None and _is_sep(start[1]):
        start = next(filled, None)
    if start is None:
        raise FileRefusedError(_("The file is empty."))
    lines: list[Line] = []
    for row, cells in filled:
        if len(lines) == most_rows:
            raise FileRefusedError(
                _("The file has more than %(most)s rows: split it into several.")
                % {"most": most_rows}
            )
        lines.append(Line(row, cells))
    if not lines:
        raise FileRefusedError(_("The file has a heading, and no rows below it."))
    return Table(start[1], tuple(lines))


def _records(text: str, delimiter: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    row = 0
    while True:
        row += 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise FileRefusedError(
                _(
                    "Row %(row)s cannot be read: a quotation mark is not closed, or text stands "
                    "behind a closed one."
                )
                % {"row": row}
            ) from error
        if cells is None:
            return
        yield row, tuple(cells)


def _delimiter(text: str, known: Known) -> str:
    """Give what parts the cells: what the first line says, or what makes the most sense of it."""
    line = next((one for one in io.StringIO(text, newline="") if one.strip()), "").strip("\r\n")
    if line.lower().startswith("sep=") and len(line) == 5 and line[4] != '"':
        return line[4]
    return max(DELIMITERS, key=lambda one: _sense(line, one, known))


def _sense(line: str, delimiter: str, known: Known) -> tuple[int, int]:
    try:
        cells = next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:  # longer than any heading
        return 0, 0
    return sum(known(cell) for cell in cells), len(cells)


def _is_sep(cells: Sequence[str]) -> bool:
    """Tell Excel's line that names the delimiter: parted by it, it has two cells."""
    return cells[0].strip().lower() in {"sep=", "sep"} and not any(cells[1:])
