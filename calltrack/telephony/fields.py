"""What a carrier's body says, field by field, with limits.

Whoever signed a body is believed, and its form is checked all the same: what cannot be stored, or
cannot be so, is refused with the name of its field. A phone number that cannot be read is no error:
the call is connected and counted, without it.

Errors: WebhookError, and nothing else, whatever a body holds.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import parse_qsl, urlsplit

from calltrack.errors import NumberError
from calltrack.numbers import parse
from calltrack.telephony.webhook import WebhookError

LONGEST_WORD = 128
LONGEST_LINK = 1000
MOST_FIELDS = 300
LONGEST_CALL_SECONDS = 7 * 24 * 3600
YEARS = range(2000, 2100)

WITHHELD = frozenset({"anonymous", "restricted", "private", "unknown", "unavailable", "blocked"})
WITHHELD_NUMBERS = frozenset(
    # The same words on a telephone's keys: 266696687 is ANONYMOUS.
    {"+266696687", "+7378742833", "+7748283", "+8656696", "+86282452253", "+2562533"}
)


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of a body. `path` names where they stand: "from." in an object of its own."""

    values: Mapping[str, object] = field(default_factory=dict)
    path: str = ""

    def has(self, name: str) -> bool:
        """Say whether a field is there, and is not empty."""
        return self.values.get(name) not in (None, "")

    def text(self, name: str, *, longest: int = LONGEST_WORD) -> str:
        """Give a text, or a whole number as text; "" where there is none."""
        value = self.values.get(name)
        if value is None:
            return ""
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise self.wrong(name, "is no text")
        found = str(value).strip()
        if len(found) > longest:
            raise self.wrong(name, f"is longer than {longest} characters")
        if not found.isprintable():
            raise self.wrong(name, "holds characters that cannot be printed")
        return found

    def needed(self, name: str) -> str:
        """Give a text that must be there."""
        found = self.text(name)
        if not found:
            raise self.wrong(name, "is missing")
        return found

    def seconds(self, name: str) -> int | None:
        """Give a span in whole seconds."""
        found = self.text(name)
        if not found:
            return None
        if not _is_whole(found) or int(found) > LONGEST_CALL_SECONDS:
            raise self.wrong(name, "is no number of seconds that a call may last")
        return int(found)

    def moment(self, name: str) -> datetime | None:
        """Give a moment: as ISO 8601 or RFC 2822 writes it, or in seconds since 1970."""
        found = self.text(name)
        if not found:
            return None
        moment = _epoch(found) if _is_whole(found) else _written(found)
        if moment is None or moment.year not in YEARS:
            raise self.wrong(name, "is no moment, as 2026-11-22T14:00:00Z")
        return moment.astimezone(UTC)

    def number(self, name: str) -> str:
        """Give a phone number as E.164; "" where it is withheld, or cannot be read."""
        return number_in(self.text(name))

    def link(self, name: str) -> str:
        """Give an https address: it is shown to be clicked on."""
        found = self.text(name, longest=LONGEST_LINK)
        if not found:
            return ""
        try:
            parts = urlsplit(found)
        except ValueError as wrong:
            raise self.wrong(name, "is no address") from wrong
        if parts.scheme != "https" or not parts.netloc:
            raise self.wrong(name, "is no https address")
        return found

    def inside(self, name: str) -> "Fields":
        """Give the fields of an object within; none where it is not there."""
        value = self.values.get(name)
        if value is None:
            return Fields(path=f"{self.path}{name}.")
        if not isinstance(value, dict):
            raise self.wrong(name, "is no object")
        return Fields(value, f"{self.path}{name}.")

    def wrong(self, name: str, what: str) -> WebhookError:
        """Make the error of a field. Its value is not told: it may be a phone number."""
        return WebhookError(f"«{self.path}{name}» {what}")


def of_form(body: bytes) -> Fields:
    """Read a form, or the query of an address."""
    try:
        pairs = parse_qsl(
            body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict"
        )
    except ValueError as wrong:
        raise WebhookError("the body is no form") from wrong
    return Fields(dict(pairs))


def of_query(url: str) -> Fields:
    """Read the query of an address."""
    try:
        query = urlsplit(url).query.encode()
    except ValueError as wrong:
        raise WebhookError("the address cannot be read") from wrong
    return of_form(query)


def of_json(body: bytes | str) -> Fields:
    """Read a JSON object."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as wrong:
        raise WebhookError("the body is no JSON") from wrong
    if not isinstance(found, dict):
        raise WebhookError("the body is no JSON object")
    return Fields(found)


def number_in(text: str) -> str:
    """Read a phone number as carriers write it: with or without "+", or in a SIP address."""
    bare = text.strip().lower().removeprefix("tel:")
    if bare.startswith(("sip:", "sips:")):
        bare = bare.partition(":")[2].partition("@")[0]
    if not bare.startswith(("+", "00")):
        bare = f"+{bare}"
    if bare.removeprefix("+") in WITHHELD or bare in WITHHELD_NUMBERS:
        return ""
    try:
        return parse(bare).e164
    except NumberError:
        return ""


def _is_whole(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 15


def _epoch(text: str) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(text), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _written(text: str) -> datetime | None:
    """Read a date; one without a zone is UTC, which carriers mean then."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        try:
            found = parsedate_to_datetime(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            return None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
