"""Phone numbers as rows have them: read, printed, and looked for.

A row's number was checked when it was saved. One that was written round the plugin, by SQL, may be
none: then it is shown as it stands, and no screen fails.
"""

from calltrack.dialling import international_text
from calltrack.errors import NumberError
from calltrack.numbers import PhoneNumber, national_text


def number_of(e164: str) -> PhoneNumber | None:
    """Read a row's number; None is none."""
    try:
        return PhoneNumber(e164)
    except NumberError:
        return None


def at_home(e164: str) -> str:
    """Print a row's number as it is written at home."""
    number = number_of(e164)
    return national_text(number) if number else e164


def abroad(e164: str) -> str:
    """Print a row's number as it is written everywhere."""
    number = number_of(e164)
    return international_text(number.country_code, number.national) if number else e164


def shared_digits(text: str) -> str:
    """Give of a number, or a part of one, the digits that all its forms share; "" where none are.

    020 765 43 01, +31 (0)20 765 43 01 and 0031 20 765 43 01 are found by their ends.
    """
    digits = (one for one in text.replace("(0)", "") if one.isdecimal())
    return "".join(digits).lstrip("0")
