"""Callers' numbers as a screen shows them: whole to those who may see callers, masked to others.

Rule: whoever shows or exports a caller's number goes through `shown`. A number stands in no URL, no
title and no log, masked or not.
"""

from typing import Any

from django.utils.translation import gettext as _

from wagtail_calltrack.models.privacy import FORGOTTEN
from wagtail_calltrack.phones import abroad, at_home, number_of

SEE = "wagtail_calltrack.see_callers"
"""The permission to see numbers and to hear recordings."""

_HOME = "+31"
_DOTS = "•• •• ••"
_SHOWN = 2
"""Digits that stay at the end; and at the start those of the country, or as many."""


def may_see(user: Any) -> bool:
    """Say whether somebody may see callers' numbers, and hear recordings."""
    return bool(user is not None and user.is_active and user.has_perm(SEE))


def shown(number: str, user: Any) -> str:
    """Print a caller's number for somebody: 06 12345678, or 06 •• •• •• 78."""
    return whole(number) if may_see(user) else masked(number)


def whole(number: str) -> str:
    """Print a number as it is dialled: at home without its country."""
    if word := _no_number(number):
        return word
    return at_home(number) if number.startswith(_HOME) else abroad(number)


def masked(number: str) -> str:
    """Print a number so that nobody can call it, and colleagues still can tell two apart."""
    if word := _no_number(number):
        return word
    written = at_home(number) if number.startswith(_HOME) else abroad(number)
    start = "".join(one for one in written if one.isdecimal())[:_SHOWN]
    found = number_of(number)
    if found and not number.startswith(_HOME):
        start = f"+{found.country_code}"
    return f"{start} {_DOTS} {number[-_SHOWN:]}"


def _no_number(number: str) -> str:
    """Say why there is none to print; "" where there is one."""
    if number.startswith(FORGOTTEN):
        return _("forgotten")
    return "" if number else _("withheld")
