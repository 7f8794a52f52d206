"""The kinds of values that stand in a Plan: how each is read, written and described.

Rule 1: a reader takes what TOML or JSON gave, and gives a value or raises RefusedError. Its
sentence goes on where "FIELD «VALUE» " stops: "must be 8 digits".
Rule 2: nothing is guessed. A number in quotes is a text, and true is no 1.
Rule 3: `read(write(value)) == value`.
"""

import ipaddress
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

import phonenumbers

from calltrack.errors import NumberError
from calltrack.numbers import PhoneNumber, parse
from calltrack.patterns import ANYTHING
from calltrack.touch import CLICK_IDS
from calltrack.touch import LONGEST as LONGEST_PATTERN

LONGEST_TEXT = 200
LONGEST_HOST = 253

Schema = Mapping[str, Any]
TEXT_SCHEMA: Schema = {"type": "string", "minLength": 1, "maxLength": LONGEST_TEXT}

_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_CLASS = re.compile(r"[!-~]{1,100}")
_NOT_IN_CLASS = frozenset("\"'<>&=`")
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_ATTRIBUTE = re.compile(r"title|alt|aria-[a-z]+")
_SECRET_NAME = re.compile(r"[A-Z][A-Z0-9_]{0,63}")
_PATH = re.compile(r"/[!-~]*")
_NOT_IN_PATH = frozenset("?#")
_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")


class RefusedError(ValueError):
    """Why a value cannot stand in its field."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of value. Shape: `read` gives what `write` takes; `write` gives what JSON knows."""

    words: str  # what the docs say it is
    read: Callable[[object], Any]
    schema: Schema
    write: Callable[[Any], object] = lambda value: value


def shown(value: object) -> str:
    """Show a value of the file in a sentence: short, on one line. Lists and tables give ""."""
    if isinstance(value, bool):
        return f"«{str(value).lower()}»"
    if not isinstance(value, str | int | float | date | time):
        return ""
    try:
        text = str(value)
    except ValueError:
        return "«a number of thousands of digits»"
    text = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text[:41])
    return f"«{text if len(text) <= 40 else text[:39] + '…'}»"


def choice(kind: type[StrEnum]) -> Kind:
    """Describe one of a few words."""
    found = one_of([member.value for member in kind])
    return Kind(found.words, lambda value: kind(found.read(value)), found.schema, str)


def one_of(words: Sequence[str]) -> Kind:
    """Describe one of a few words that have no enum."""
    listed = " or ".join(f"`{word}`" for word in words)

    def read(value: object) -> str:
        if not isinstance(value, str) or value not in words:
            raise RefusedError(f"must be {listed.replace('`', '')}")
        return value

    return Kind(listed, read, {"enum": list(words)})


def digits(count: int) -> Kind:
    """Describe a code of so many digits; leading zeros count."""

    def read(value: object) -> str:
        if not isinstance(value, str):
            raise RefusedError(f"must be {count} digits in quotes, for leading zeros count")
        if not re.fullmatch(rf"[0-9]{{{count}}}", value):
            raise RefusedError(f"must be {count} digits")
        return value

    schema = {"type": "string", "pattern": f"^[0-9]{{{count}}}$"}
    return Kind(f"{count} digits in quotes", read, schema)


def minutes(least: int, most: int) -> Kind:
    """Describe a span of time."""

    def read(value: object) -> timedelta:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or not least <= value <= most:  # type: ignore[operator] # a number by now
            raise RefusedError(f"must be a number of minutes, {least} to {most:,}")
        return timedelta(minutes=value)  # type: ignore[arg-type]

    def write(value: timedelta) -> float | int:
        count = value / timedelta(minutes=1)
        return int(count) if count.is_integer() else count

    words = f"minutes, from {least}" if least else "minutes"
    return Kind(words, read, {"type": "number", "minimum": least, "maximum": most}, write)


def seconds(least: int, most: int) -> Kind:
    """Describe a short span of time."""

    def read(value: object) -> timedelta:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise RefusedError(f"must be a whole number of seconds, {least} to {most}")
        return timedelta(seconds=value)

    schema = {"type": "integer", "minimum": least, "maximum": most}
    return Kind(f"seconds, from {least}", read, schema, lambda span: int(span.total_seconds()))


def many(
    kind: Kind, words: str, *, into: type[tuple[Any, ...]] | type[frozenset[Any]], least: int = 0
) -> Kind:
    """Describe a list of values of one kind."""

    def read(value: object) -> Sequence[Any] | frozenset[Any]:
        if not isinstance(value, list):
            raise RefusedError(f"must be a list in square brackets, not {_name_of(value)}")
        if len(value) < least:
            raise RefusedError("must not be empty")
        return into(_read_each(kind, value))

    def write(value: Sequence[Any] | frozenset[Any]) -> list[object]:
        written = [kind.write(one) for one in value]
        return written if into is tuple else sorted(written, key=str)

    schema = {"type": "array", "items": kind.schema, "minItems": least}
    return Kind(words, read, schema, write)


def phone(region: str | None) -> Kind:
    """Describe a phone number; one without a country code is a number of `region`."""
    code = phonenumbers.country_code_for_region(region or "NL") or 31

    def read(value: object) -> PhoneNumber:
        text = _text(value, "a phone number in quotes")
        try:
            return parse(text, region=region)
        except NumberError as error:
            reason = str(error).partition("» ")[2]
            hint = f"; write it with its country code, as +{code} 10 …"
            raise RefusedError(
                reason if "+" in text or hint[2:20] in reason else reason + hint
            ) from error

    schema = {"type": "string", "pattern": r"^[^A-Za-z]*[0-9][^A-Za-z]*$"}
    return Kind("a phone number", read, schema, str)


def _read_each(kind: Kind, values: Sequence[object]) -> list[Any]:
    found = []
    for value in values:
        try:
            found.append(kind.read(value))
        except RefusedError as error:
            raise RefusedError(f"holds {shown(value)}, which {error}") from error
    return found


def _text(value: object, wanted: str = "a text in quotes") -> str:
    if not isinstance(value, str):
        raise RefusedError(f"must be {wanted}, not {_name_of(value)}")
    return value


def _name_of(value: object) -> str:
    """Name what TOML or JSON gave."""
    names: tuple[tuple[type, str], ...] = (
        (bool, "true or false"),
        (int, "a whole number"),
        (float, "a number"),
        (str, "a text"),
        (list, "a list"),
        (Mapping, "a table"),
        (date, "a date"),
        (time, "a time"),
    )
    return next((name for kind, name in names if isinstance(value, kind)), "nothing")


def _read_name(value: object) -> str:
    text = _text(value)
    if not text.strip() or len(text) > LONGEST_TEXT or not text.isprintable():
        raise RefusedError(f"must be 1 to {LONGEST_TEXT} characters on one line")
    return text


def _read_key(value: object) -> str:
    text = _text(value)
    if not _KEY.fullmatch(text):
        raise RefusedError("must be 1 to 64 of the letters a to z, digits, «-», «_» and «.»")
    return text


def _read_placeholder_key(value: object) -> str:
    text = _read_key(value)
    if text == "off":
        raise RefusedError('is reserved: data-calltrack="off" switches replacing off')
    return text


def _read_class(value: object) -> str:
    text = _text(value)
    if not _CLASS.fullmatch(text) or _NOT_IN_CLASS & set(text):
        raise RefusedError("must be one class name: ASCII, no spaces, quotes, or any of < > & = `")
    return text


def _read_host(value: object) -> str:
    text = _text(value).lower()
    if "/" in text or re.search(r":\d+$", text.rpartition("]")[2]):
        raise RefusedError(
            "must be a host name alone, as www.example.nl: no https://, path or port"
        )
    if not text.isascii():
        raise RefusedError("must be written as browsers send it, in ASCII: xn--…")
    name = text.removesuffix(".")
    if not _is_address(name) and not _is_host_name(name):
        raise RefusedError("must be a host name, as www.example.nl")
    return name


def _is_address(name: str) -> bool:
    bare = name[1:-1] if name.startswith("[") and name.endswith("]") else name
    try:
        address = ipaddress.ip_address(bare)
    except ValueError:
        return False
    return (address.version == 6) == (bare != name)  # in a URL IPv6 stands in brackets


def _is_host_name(name: str) -> bool:
    labels = name.split(".")
    good = all(_LABEL.fullmatch(label) for label in labels) and len(name) <= LONGEST_HOST
    return good and not labels[-1].isdigit()


def _read_cookie_domain(value: object) -> str:
    name = _read_host(value.removeprefix(".") if isinstance(value, str) else value)
    if "." not in name or _is_address(name):
        raise RefusedError("must be a domain of two labels at least, as example.nl")
    return name


def _read_attribute(value: object) -> str:
    text = _text(value)
    if not _ATTRIBUTE.fullmatch(text):
        raise RefusedError("must be title, alt or aria-…: no other attribute holds text for people")
    return text


def _read_path(value: object) -> str:
    text = _text(value)
    if not _PATH.fullmatch(text) or _NOT_IN_PATH & set(text):
        raise RefusedError("must be the start of a path as browsers send it, as /shop/")
    return text


def _read_pattern(value: object) -> str:
    text = _text(value)
    if not 1 <= len(text) <= LONGEST_PATTERN or not text.isprintable() or text != text.strip():
        raise RefusedError(
            f"must be 1 to {LONGEST_PATTERN} characters on one line, without spaces around them"
        )
    return text


def _read_click_id(value: object) -> str:
    text = _read_pattern(value)
    if ANYTHING not in text and text.casefold() not in CLICK_IDS:
        raise RefusedError(f"must be one of {', '.join(CLICK_IDS)}, or hold a «{ANYTHING}»")
    return text


def _read_token(value: object) -> str:
    text = _text(value)
    if not _TOKEN.fullmatch(text):
        raise RefusedError("must be a name alone, as it stands before the value: no spaces, = : ;")
    return text


def _read_moment(value: object) -> datetime:
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError as error:
            raise RefusedError("must be a date and time, as 2026-01-31T09:00:00+01:00") from error
    if not isinstance(value, datetime):
        raise RefusedError("must be a date and time, as 2026-01-31T09:00:00+01:00")
    if value.tzinfo is None:
        raise RefusedError("has no time zone: add Z, or what the clock is ahead, as +01:00")
    try:
        return value.astimezone(UTC)
    except OverflowError as error:
        raise RefusedError("is too far away") from error


def _read_secret_name(value: object) -> str:
    text = _text(value)
    if not _SECRET_NAME.fullmatch(text):
        raise RefusedError("must be the name of a secret: capitals, digits and «_», as TWILIO")
    return text


def _read_bool(value: object) -> bool:
    if not isinstance(value, bool):
        raise RefusedError("must be true or false, without quotes")
    return value


def _read_serial(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value < 1 << 63:
        raise RefusedError("must be a whole number from 1")
    return value


def _read_region(value: object) -> str:
    text = _text(value)
    if text not in phonenumbers.SUPPORTED_REGIONS:
        raise RefusedError("must be a country in two capitals, as NL")
    return text


def _write_moment(value: datetime) -> str:
    return value.isoformat()


_KEY_SCHEMA = {"type": "string", "pattern": f"^{_KEY.pattern}$"}
NAME = Kind("a text", _read_name, TEXT_SCHEMA)
KEY = Kind("a key", _read_key, _KEY_SCHEMA)
PLACEHOLDER_KEY = Kind(
    "a key, not `off`", _read_placeholder_key, {**_KEY_SCHEMA, "not": {"const": "off"}}
)
CLASS = Kind("a class name", _read_class, {"type": "string", "pattern": "^[^\\s\"'<>&=`]{1,100}$"})
HOST = Kind("a host name", _read_host, {"type": "string", "maxLength": LONGEST_HOST})
COOKIE_DOMAIN = Kind("a domain", _read_cookie_domain, HOST.schema)
ATTRIBUTE = Kind(
    "an attribute", _read_attribute, {"type": "string", "pattern": f"^({_ATTRIBUTE.pattern})$"}
)
PATH = Kind("a path", _read_path, {"type": "string", "pattern": "^/[^?#\\s]*$"})
PATTERN = Kind(
    "a pattern",
    _read_pattern,
    {"type": "string", "minLength": 1, "maxLength": LONGEST_PATTERN},
)
CLICK_ID = Kind("a click id", _read_click_id, PATTERN.schema)
TOKEN = Kind("a name", _read_token, {"type": "string", "pattern": f"^{_TOKEN.pattern}$"})
SECRET_NAME = Kind(
    "the name of a secret",
    _read_secret_name,
    {"type": "string", "pattern": f"^{_SECRET_NAME.pattern}$"},
)
MOMENT = Kind(
    "a date and time with its zone",
    _read_moment,
    {"type": "string", "format": "date-time"},
    _write_moment,
)
BOOL = Kind("`true` or `false`", _read_bool, {"type": "boolean"})
SERIAL = Kind("a whole number from 1", _read_serial, {"type": "integer", "minimum": 1})
REGION = Kind(
    "a country in two capitals", _read_region, {"type": "string", "pattern": "^[A-Z]{2}$"}
)
