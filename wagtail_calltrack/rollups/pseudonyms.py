"""Words in the place of visitors' ids, in what outlasts their visits: keyed hashes.

A visitor has the same word for ever, so figures are exact for any span, whoever of it is forgotten
and comes again. The id itself is a random word that nobody can guess: only who still has the cookie
could be recognised, with the key that stands in the privacy settings.

Roll-ups and calls have different words: what stands beside a phone number leads to no visits.

The key is read each time, and not kept in the process: a database that was put back, or a first
batch that was undone, has another.
"""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Callable

from wagtail_calltrack.models import PrivacySettings
from wagtail_calltrack.models.privacy import FORGOTTEN

_BYTES = 12
"""Of a word: two of a hundred million visitors have the same once in ten trillion firms."""

Naming = Callable[[str], str]
"""Gives the word for a visitor; "" stays what it is."""


def in_rollups() -> Naming:
    """Give the words of roll-ups. A session of nobody told has one too, until it is told whose."""
    key = _key()
    return lambda who: _word(key, b"days", who) if who else ""


def in_calls() -> Naming:
    """Give the words of calls whose visitors are forgotten; such a word stays what it is."""
    key = _key()
    return lambda who: (
        FORGOTTEN + _word(key, b"calls", who) if who and not who.startswith(FORGOTTEN) else who
    )


def _key() -> bytes:
    row, _made = PrivacySettings.objects.get_or_create(pk=1)
    return bytes.fromhex(row.visitor_key)


def _word(key: bytes, place: bytes, who: str) -> str:
    made = hashlib.blake2b(who.encode(), digest_size=_BYTES, key=key, person=place)
    return urlsafe_b64encode(made.digest()).decode()
