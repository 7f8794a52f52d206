"""Cells of call logs, as phone systems write them."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from wagtail_calltrack.importing.call_cells import (
    STATUSES,
    account_of,
    caller_of,
    direction_of,
    moment_doubt,
    moment_of,
    reference_of,
    span_of,
    status_of,
)
from wagtail_calltrack.importing.call_columns import COLUMNS
from wagtail_calltrack.importing.cells import CellError

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
AFTERNOON = datetime(2026, 11, 2, 13, 5, 30, tzinfo=UTC)

MOMENTS = [
    pytest.param("2026-11-02 14:05:30", "", AFTERNOON, id="year first"),
    pytest.param("2026-11-02T14:05:30", "", AFTERNOON, id="ISO, without a zone"),
    pytest.param("2026-11-02T14:05:30.250", "", AFTERNOON, id="with parts of a second"),
    pytest.param("2026-11-02T13:05:30Z", "", AFTERNOON, id="UTC"),
    pytest.param("2026-11-02T15:05:30+02:00", "", AFTERNOON, id="with a zone"),
    pytest.param("2026-11-02 08:05:30 -0500", "", AFTERNOON, id="west"),
    pytest.param("2-11-2026 14:05:30", "", AFTERNOON, id="Dutch"),
    pytest.param("02/11/2026, 14:05:30", "", AFTERNOON, id="a comma"),
    pytest.param("'02.11.2026 2:05:30 PM", "", AFTERNOON, id="after noon"),
    pytest.param("2-11-2026", "14:05:30", AFTERNOON, id="day and time apart"),
    pytest.param("2026-11-02 00:00:00", "14:05:30", AFTERNOON, id="a day as Excel saves it"),
    pytest.param("2026-11-02 14:05", "", AFTERNOON.replace(second=0), id="without seconds"),
    pytest.param("2-7-2026 14:05:30", "", datetime(2026, 7, 2, 12, 5, 30, tzinfo=UTC), id="summer"),
    pytest.param("2-11-2026 12:00 am", "", datetime(2026, 11, 1, 23, tzinfo=UTC), id="midnight"),
    pytest.param(
        "25-10-2026 02:30", "", datetime(2026, 10, 25, 0, 30, tzinfo=UTC), id="the first of two"
    ),
]


@pytest.mark.parametrize(("cell", "clock", "at"), MOMENTS)
def test_a_moment_is_read_by_the_clock_of_the_zone(cell: str, clock: str, at: datetime) -> None:
    assert moment_of(cell, clock, AMSTERDAM, NOW) == at


NO_MOMENTS = [
    pytest.param("2-11-2026", "the time of day is missing", id="a day alone"),
    pytest.param("14:05", "not a date", id="a time alone"),
    pytest.param("2-11-2026 24:10", "no such time of day", id="after midnight"),
    pytest.param("2-11-2026 13:05 pm", "no such time of day", id="13 in the afternoon"),
    pytest.param("2-11-2026 14:05 noon", "no time of day", id="a word behind it"),
    pytest.param("11/25/2026 14:05", "no month 25", id="month first"),
    pytest.param("29-3-2026 02:30", "put forward", id="the clock skips it"),
    pytest.param("2019-12-31 14:05", "before 2020", id="long ago"),
    pytest.param("2026-11-24 14:05", "still to come", id="to come"),
    pytest.param("46000.58", "not a date", id="as Excel counts"),
]


@pytest.mark.parametrize(("cell", "reason"), NO_MOMENTS)
def test_what_is_no_moment_is_refused_with_the_reason(cell: str, reason: str) -> None:
    with pytest.raises(CellError, match=reason):
        moment_of(cell, "", AMSTERDAM, NOW)


DOUBTS = [
    pytest.param("2026-11-02 14:05", "", id="clear"),
    pytest.param("02/11/2026 14:05", "the day comes first", id="day and month"),
    pytest.param("25-10-2026 02:30", "the first is taken", id="the clock was put back"),
    pytest.param("2026-10-25T02:30:00+01:00", "", id="with a zone it is clear"),
]


@pytest.mark.parametrize(("cell", "told"), DOUBTS)
def test_a_moment_that_may_be_two_is_told(cell: str, told: str) -> None:
    found = moment_doubt(cell, AMSTERDAM)

    assert told in found
    assert bool(found) == bool(told)


SPANS = [
    pytest.param("65", 65, id="seconds"),
    pytest.param("65 sec", 65, id="seconds, said so"),
    pytest.param("1:05", 65, id="minutes"),
    pytest.param("90:00", 5400, id="many minutes"),
    pytest.param("0:01:05", 65, id="hours"),
    pytest.param("00:00:00", 0, id="none"),
]


@pytest.mark.parametrize(("cell", "seconds"), SPANS)
def test_a_span_is_read_in_seconds(cell: str, seconds: int) -> None:
    assert span_of(cell) == seconds


REFUSED = [
    pytest.param(span_of, "1:75", "is no span", id="75 seconds"),
    pytest.param(span_of, "-5", "is no span", id="below zero"),
    pytest.param(span_of, "200:00:00", "longer than a week", id="too long"),
    pytest.param(status_of, "ringing", "«ringing» is not known: write answered", id="not over"),
    pytest.param(status_of, "ok-ish", "is not known", id="an unknown word"),
    pytest.param(direction_of, "internal", "from one of your phones", id="between desks"),
    pytest.param(direction_of, "sideways", "write incoming or outgoing", id="no direction"),
    pytest.param(reference_of, "1,23457E+15", "rounded", id="rounded by Excel"),
    pytest.param(reference_of, "x" * 129, "longer than 128", id="a long reference"),
    pytest.param(account_of, "two words", "write a word", id="no key"),
]


@pytest.mark.parametrize(("read", "cell", "reason"), REFUSED)
def test_what_can_not_be_read_is_refused(
    read: Callable[[str], Any], cell: str, reason: str
) -> None:
    with pytest.raises(CellError, match=reason):
        read(cell)


WORDS = [
    pytest.param("ANSWERED", "answered", id="Asterisk"),
    pytest.param("NO ANSWER", "missed", id="Asterisk, not taken"),
    pytest.param("no-answer", "missed", id="Twilio"),
    pytest.param("Beantwoord", "answered", id="Dutch"),
    pytest.param("Niet opgenomen", "missed", id="Dutch, not taken"),
    pytest.param("in gesprek", "busy", id="Dutch, busy"),
    pytest.param("Пропущенный", "missed", id="Russian"),
    pytest.param("VOICE_MAIL", "voicemail", id="with an underscore"),
]


@pytest.mark.parametrize(("word", "status"), WORDS)
def test_words_of_phone_systems_are_known(word: str, status: str) -> None:
    assert status_of(word) == status


def test_no_word_means_two_things() -> None:
    words = [word for text in STATUSES.values() for word in text.split(", ")]

    assert len(words) == len(set(words))


@pytest.mark.parametrize("language", ["en", "nl", "ru", "uk"])
def test_a_status_is_known_as_the_listing_shows_it(language: str) -> None:
    with translation.override(language):
        assert status_of(str(translation.gettext("Missed"))) == "missed"


def test_no_heading_means_two_columns() -> None:
    names = [name for column in COLUMNS for name in {column.name, str(column.label), *column.also}]

    assert sorted(names) == sorted(set(names))


CALLERS = [
    pytest.param("06 12345678", "+31612345678", id="as dialled"),
    pytest.param("31612345678", "+31612345678", id="without a plus"),
    pytest.param('"Anna" <0612345678>', "+31612345678", id="with a name"),
    pytest.param("0612345678 (Anna)", "+31612345678", id="a name behind"),
    pytest.param("+31 (0)6 12345678", "+31612345678", id="a zero in brackets"),
    pytest.param("Anoniem", "", id="withheld, Dutch"),
    pytest.param("anonymous", "", id="withheld"),
    pytest.param("-", "", id="a dash"),
    pytest.param('"Anonymous" <anonymous>', "", id="withheld, as a name"),
]


@pytest.mark.parametrize(("cell", "number"), CALLERS)
def test_a_caller_is_a_number_or_withheld(cell: str, number: str) -> None:
    assert caller_of(cell, "NL") == number


@pytest.mark.parametrize("cell", ["201", "reception", "+3161"])
def test_a_caller_who_is_no_number_is_refused(cell: str) -> None:
    with pytest.raises(CellError):
        caller_of(cell, "NL")
