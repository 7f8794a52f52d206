"""Single values of events, read strictly: each reader gives what its column takes, or says why not.

A text that people or other sites wrote is free: it is cut to its column, and a character that no
database takes (NUL, half of a pair) becomes U+FFFD; a page view is not lost for it. What is a name
for something (a session, a key of the Plan, a click id) is right or refused: cut, it would name
something else. A call is never refused for a number: one that cannot be read is as one withheld.

Errors: RefusedError says what the value must be, without showing it.
"""

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, TypeGuard
from uuid import UUID

from calltrack.errors import NumberError
from calltrack.numbers import PhoneNumber
from calltrack.planvalues import KEY, RefusedError
from wagtail_calltrack.models.calls import LONGEST_CALL_ID
from wagtail_calltrack.models.facts import LONGEST_TEXT, LONGEST_WORD

Reader = Callable[[object, datetime], Any]
"""Reads a value, now."""

EARLIEST = datetime(2020, 1, 1, tzinfo=UTC)
AHEAD = timedelta(days=1)
"""A clock may be wrong by so much."""
PROMISED_AHEAD = timedelta(days=366)
LARGEST_NUMBER = 2**63 - 1
LONGEST_SECONDS = 7 * 24 * 3600
LONGEST_NAME = 200
LONGEST_EMAIL = 254

_ID = re.compile(r"[0-9a-f]{32}")
_WORD = re.compile(rf"[A-Za-z0-9_-]{{1,{LONGEST_WORD}}}")
_NAME = re.compile(rf"[a-z][a-z0-9_]{{0,{LONGEST_WORD - 1}}}")
_KIND = re.compile(rf"[a-z][a-z0-9_.]{{0,{LONGEST_WORD - 1}}}")
_REFERENCE = re.compile(rf"[^\x00-\x1f\x7f\ud800-\udfff]{{1,{LONGEST_CALL_ID}}}")
_CLICK = re.compile(r"[!-~]{1,500}")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)", re.ASCII)
_NOT_KEPT = re.compile("[\x00\ud800-\udfff]")


def read_id(value: object) -> UUID:
    """Read the id of an event."""
    if not (isinstance(value, str) and _ID.fullmatch(value)):
        raise RefusedError("must be 32 hex digits, in lower case")
    return UUID(value)


def a_word(value: object, _now: datetime) -> str:
    """Read the id of a session or a visitor."""
    return _matching(value, _WORD, f"1 to {LONGEST_WORD} letters, digits, «-» and «_»")


def a_name(value: object, _now: datetime) -> str:
    """Read one word of a few: a channel, a reason."""
    return _matching(value, _NAME, f"a word of at most {LONGEST_WORD} small letters")


def a_click(value: object, _now: datetime) -> str:
    """Read an id that an ad platform or a measuring tool gave."""
    return _matching(value, _CLICK, "an id of at most 500 characters of ASCII, without spaces")


def a_key(value: object, _now: datetime) -> str:
    """Read a key of the Plan."""
    return str(KEY.read(value))


def key_or_none(value: object, now: datetime) -> str:
    """Read a key of the Plan, or "" for none."""
    return "" if value == "" else a_key(value, now)


def a_text(value: object, _now: datetime) -> str:
    """Read a free text."""
    return free(value, LONGEST_TEXT)


def a_short_text(value: object, _now: datetime) -> str:
    """Read a free text that has the column of a word."""
    return free(value, LONGEST_WORD)


def free(value: object, longest: int) -> str:
    """Cut and clean a text that may hold anything."""
    if not isinstance(value, str):
        raise RefusedError("must be a text")
    return _NOT_KEPT.sub("\ufffd", value[:longest])


def a_number(value: object, _now: datetime) -> str:
    """Read a phone number."""
    try:
        return PhoneNumber(value if isinstance(value, str) else "").e164
    except NumberError as error:
        raise RefusedError("must be a phone number of the form +31850199999") from error


def number_if_any(value: object, _now: datetime) -> str:
    """Read the number of somebody who calls or is called; "" for none that can be read."""
    if not isinstance(value, str):
        raise RefusedError("must be a text")
    try:
        return PhoneNumber(value).e164 if value else ""
    except NumberError:
        return ""


def a_reference(value: object, _now: datetime) -> str:
    """Read the name that somebody else gave a call."""
    return _matching(value, _REFERENCE, f"1 to {LONGEST_CALL_ID} characters, without line breaks")


def a_kind(value: object) -> str:
    """Read the kind of an event, known or not."""
    return _matching(value, _KIND, "a kind of event, as page.viewed")


def one_of(words: type[StrEnum]) -> Reader:
    """Make a reader of one word of a few."""

    def read(value: object, _now: datetime) -> str:
        if not (isinstance(value, str) and value in set(words)):
            raise RefusedError(f"must be one of {', '.join(words)}")
        return value

    return read


def seconds(value: object, _now: datetime) -> int:
    """Read how long something took."""
    if not _is_whole(value) or not 0 <= value <= LONGEST_SECONDS:
        raise RefusedError(f"must be whole seconds, from 0 to {LONGEST_SECONDS}")
    return value


def a_whole_text(value: object, _now: datetime) -> str:
    """Read a text that leads somewhere; one too long to be kept whole is left out."""
    text = free(value, LONGEST_TEXT + 1)
    return text if len(text) <= LONGEST_TEXT else ""


def a_title(value: object, _now: datetime) -> str:
    """Read a name that people gave."""
    return free(value, LONGEST_NAME)


def an_email(value: object, _now: datetime) -> str:
    """Read an address as somebody typed it."""
    return free(value, LONGEST_EMAIL)


def a_status(value: object, _now: datetime) -> int:
    """Read the status of an answer."""
    if not _is_whole(value) or not 100 <= value <= 999:
        raise RefusedError("must be a status of HTTP: a whole number from 100 to 999")
    return value


def a_flag(value: object, _now: datetime) -> bool:
    """Read a yes or no."""
    if not isinstance(value, int) or value not in {0, 1}:
        raise RefusedError("must be 1, or left out")
    return bool(value)


def a_moment(value: object, now: datetime) -> datetime:
    """Read when something happened."""
    return _between(value, now + AHEAD, "more than a day ahead of the clock here")


def a_promise(value: object, now: datetime) -> datetime:
    """Read until when something holds."""
    return _between(value, now + PROMISED_AHEAD, "more than a year ahead of the clock here")


def read_count(value: object) -> int:
    """Read a serial."""
    if not _is_whole(value) or not 0 <= value <= LARGEST_NUMBER:
        raise RefusedError("must be a whole number, 0 or more")
    return value


def fault_of(data: Mapping[str, object], *, levels: int, most_bytes: int) -> str:
    """Say why an object cannot be kept as JSON; "" where it can."""
    if _is_deeper(data, levels):
        return f"is more than {levels} levels deep"
    try:
        text = json.dumps(data, allow_nan=False, ensure_ascii=False)
        size = len(text.encode("utf-8"))
    except ValueError:  # numbers too large; half of a pair
        return "cannot be kept as JSON"
    if size > most_bytes:
        return f"is longer than {most_bytes} bytes"
    return "holds the character NUL" if "\\u0000" in text else ""


def _is_deeper(value: object, levels: int) -> bool:
    """Say whether lists and objects stand in one another more than so many levels deep."""
    if not isinstance(value, dict | list):
        return False
    inside = value.values() if isinstance(value, dict) else value
    return levels == 0 or any(_is_deeper(one, levels - 1) for one in inside)


def _between(value: object, latest: datetime, too_late: str) -> datetime:
    wanted = "must be a moment of the form 2026-03-02T12:00:00+00:00"
    if not (isinstance(value, str) and _MOMENT.fullmatch(value)):
        raise RefusedError(wanted)
    try:
        found = datetime.fromisoformat(value).astimezone(UTC)
    except (ValueError, OverflowError) as error:  # February 30th; the first hours of the year 1
        raise RefusedError(f"{wanted}, of the calendar") from error
    if found < EARLIEST:
        raise RefusedError(f"is before {EARLIEST.year}; is the sender's clock right?")
    if found > latest:
        raise RefusedError(f"is {too_late}; is the sender's clock right?")
    return found


def _matching(value: object, pattern: re.Pattern[str], wanted: str) -> str:
    if not (isinstance(value, str) and pattern.fullmatch(value)):
        raise RefusedError(f"must be {wanted}")
    return value


def _is_whole(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)
