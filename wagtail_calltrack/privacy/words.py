"""Words in the place of people: they lead nowhere, and the same one stays the same.

A word is a keyed hash. The key of one person's erasure is never stored. Phone numbers can be
guessed, so callers' words are made with keys that are thrown away: retention has one for each month
that it is at, in the settings. Who called on several days of a month is forgotten on several days,
and is one caller of that month all the same. When all of a month is forgotten its key goes, and
nobody can make its words again.

So figures of spans of several months count somebody who called once a month, from then on. Visitors
are counted exactly for any span: `wagtail_calltrack.rollups.pseudonyms` says how.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from datetime import date

from django.db import transaction

from wagtail_calltrack.models import PrivacySettings
from wagtail_calltrack.models.privacy import FORGOTTEN, new_key

LONGEST = 16
"""As a caller's column is."""

Naming = Callable[[str, date], str]
"""Gives the word for a caller of a day."""


def for_one_person() -> Callable[[str], str]:
    """Give the words of one erasure; whatever has a word gets another."""
    key = secrets.token_bytes(32)
    return lambda who: _word(key, who) if who else ""


def by_month() -> Naming:
    """Give the words of retention. To be called in a transaction."""
    PrivacySettings.objects.get_or_create(pk=1)
    row = PrivacySettings.objects.select_for_update().get(pk=1)

    def name(who: str, day: date) -> str:
        month = _month(day)
        if month not in row.month_keys:
            row.month_keys[month] = new_key()
            row.save(update_fields=["month_keys"])
        return _word(bytes.fromhex(row.month_keys[month]), who)

    return name


def throw_keys_away(before: date) -> None:
    """Forget the keys of months that were over before the day."""
    with transaction.atomic():
        row = PrivacySettings.objects.select_for_update().filter(pk=1).first()
        if row is None:
            return
        kept = {month: key for month, key in row.month_keys.items() if month >= _month(before)}
        row.month_keys = kept
        row.save(update_fields=["month_keys"])


def _month(day: date) -> str:
    return f"{day:%Y-%m}"


def _word(key: bytes, who: str) -> str:
    made = hmac.new(key, who.encode(), hashlib.sha256).hexdigest()
    return FORGOTTEN + made[: LONGEST - len(FORGOTTEN)]
