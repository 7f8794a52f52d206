"""Words in the place of visitors and callers: they lead nowhere, and the same one stays the same.

A word is a keyed hash. The key of one person's erasure is never stored. Retention has one for each
month that it is at, in the settings: who came on several days of a month is forgotten on several
days, and is one visitor of that month all the same. When all of a month is forgotten its key is
thrown away, and nobody can make its words again.

Figures of spans of several months count somebody once a month from then on.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping
from datetime import date

from django.db import transaction

from wagtail_calltrack.models import PrivacySettings
from wagtail_calltrack.models.privacy import FORGOTTEN

LONGEST = 16
"""As a caller's column is."""

Naming = Callable[[str, date], str]
"""Gives the word for a visitor or caller of a day; "" stays what it is."""


def for_one_person() -> Naming:
    """Give the words of one erasure: whatever the day, the same."""
    key = secrets.token_bytes(32)
    return lambda who, _day: _word(key, who)


def by_month(kind: str) -> Naming:
    """Give the words of retention, for a kind of people. To be called in a transaction."""
    PrivacySettings.objects.get_or_create(pk=1)
    row = PrivacySettings.objects.select_for_update().get(pk=1)

    def name(who: str, day: date) -> str:
        key = _name(kind, day)
        if key not in row.month_keys:
            row.month_keys[key] = secrets.token_hex(32)
            row.save(update_fields=["month_keys"])
        return _word(bytes.fromhex(row.month_keys[key]), who)

    return name


def throw_keys_away(upto: Mapping[str, date]) -> None:
    """Forget the keys of months that were over before the day, by the kind of people."""
    with transaction.atomic():
        row = PrivacySettings.objects.select_for_update().filter(pk=1).first()
        if row is None:
            return
        first = {_name(kind, day) for kind, day in upto.items()}
        kept = {
            name: key
            for name, key in row.month_keys.items()
            if any(name >= one for one in first if one.split()[0] == name.split()[0])
        }
        row.month_keys = kept
        row.save(update_fields=["month_keys"])


def _name(kind: str, day: date) -> str:
    return f"{kind} {day:%Y-%m}"


def _word(key: bytes, who: str) -> str:
    if not who or who.startswith(FORGOTTEN):
        return who
    made = hmac.new(key, who.encode(), hashlib.sha256).hexdigest()
    return FORGOTTEN + made[: LONGEST - len(FORGOTTEN)]
