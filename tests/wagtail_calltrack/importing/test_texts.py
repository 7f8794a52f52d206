"""Files as people have them: whatever made them, the same table comes out, or a clear refusal."""

from typing import Any

import pytest

from wagtail_calltrack.importing.texts import MOST_BYTES, MOST_ROWS, FileRefusedError, read_file

KNOWN = {"number", "carrier", "nummer", "cost"}


def is_known(heading: str) -> bool:
    return heading.casefold() in KNOWN


def rows(data: bytes) -> list[tuple[Any, ...]]:
    table = read_file(data, is_known)
    return [table.headings, *((line.row, *line.cells) for line in table.lines)]


PLAIN = "number,carrier\r\n020 765 43 01,Café\r\n"
READ = [("number", "carrier"), (2, "020 765 43 01", "Café")]

FORMS = [
    pytest.param(PLAIN.encode(), id="utf-8"),
    pytest.param(PLAIN.encode("utf-8-sig"), id="utf-8 with its mark"),
    pytest.param(PLAIN.encode("cp1252"), id="Windows-1252"),
    pytest.param(PLAIN.encode("utf-16"), id="utf-16 with its mark"),
    pytest.param(b"\xfe\xff" + PLAIN.encode("utf-16-be"), id="utf-16 big end first"),
    pytest.param(PLAIN.encode("utf-16-le"), id="utf-16 without its mark"),
    pytest.param(PLAIN.replace(",", "\t").encode("utf-16"), id="Excel's Unicode text"),
    pytest.param(PLAIN.replace(",", ";").encode(), id="semicolons"),
    pytest.param(PLAIN.replace(",", "\t").encode(), id="tabs"),
    pytest.param(PLAIN.replace("\r\n", "\n").encode(), id="line feeds"),
    pytest.param(PLAIN.replace("\r\n", "\r").encode(), id="carriage returns"),
    pytest.param(PLAIN.strip().encode(), id="no end of the last line"),
    pytest.param(f"{PLAIN}\r\n,\r\n ,\r\n".encode(), id="empty rows at the end"),
    pytest.param(b'"number","carrier"\n"020 765 43 01","Caf\xc3\xa9"\n', id="all quoted"),
]


@pytest.mark.parametrize("data", FORMS)
def test_a_table_is_read_however_it_is_written(data: bytes) -> None:
    assert rows(data) == READ


def test_a_quoted_line_end_belongs_to_its_cell() -> None:
    data = b'number;carrier\r\n020 765 43 01;"KPN\r\nzakelijk"\r\n020 765 43 02;x\r\n'

    assert rows(data)[1:] == [
        (2, "020 765 43 01", "KPN\r\nzakelijk"),
        (3, "020 765 43 02", "x"),
    ]


def test_the_line_in_which_excel_names_the_delimiter_is_no_heading() -> None:
    assert rows(b"sep=|\r\nnumber|carrier\r\n1|2\r\n") == [("number", "carrier"), (3, "1", "2")]


def test_a_quotation_mark_is_no_delimiter() -> None:
    assert rows(b'sep="\nnumber,carrier\n1,2\n')[0] == ('sep="',)


def test_empty_rows_count_as_a_spreadsheet_program_counts_them() -> None:
    assert rows(b"number,carrier\n\n1,2\n")[1:] == [(3, "1", "2")]


def test_the_delimiter_is_the_one_that_makes_sense_of_the_headings() -> None:
    data = b"number;cost, in euro, a month;carrier\n1;2,50;3\n"

    assert rows(data)[1:] == [(2, "1", "2,50", "3")]


REFUSED = [
    pytest.param(b"", "is empty", id="empty"),
    pytest.param(b"\xef\xbb\xbf \r\n;;\r\n", "is empty", id="nothing but delimiters"),
    pytest.param(b"number,carrier\n", "no rows below", id="only a heading"),
    pytest.param(b"PK\x03\x04rest", "workbook", id="xlsx"),
    pytest.param(b"\xd0\xcf\x11\xe0rest", "workbook", id="xls"),
    pytest.param(b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0d", "not a text file", id="a picture"),
    pytest.param(b"number\n\x81\n", "not a text file", id="bytes that no code has"),
    pytest.param(b'number,carrier\n1,2\n3,"4\n5,6\n', "Row 3", id="a quotation mark left open"),
    pytest.param(b'number,carrier\n1,"2"x\n', "Row 2", id="text behind a quotation mark"),
    pytest.param(b"number\n" + b"1\n" * (MOST_ROWS + 1), "10000 rows", id="too many rows"),
    pytest.param(b"n" * (MOST_BYTES + 1), "2 MB", id="too large"),
]


@pytest.mark.parametrize(("data", "reason"), REFUSED)
def test_what_is_no_table_is_refused_with_the_reason(data: bytes, reason: str) -> None:
    with pytest.raises(FileRefusedError, match=reason):
        read_file(data, is_known)
