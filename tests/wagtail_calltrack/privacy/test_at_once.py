"""Somebody is erased at the moment at which their calls are reckoned."""

from threading import Event, Thread
from time import monotonic

import pytest
from django.db import connection
from django.utils import timezone

from tests.wagtail_calltrack.calls import CALLER
from tests.wagtail_calltrack.privacy.test_retention import everything
from wagtail_calltrack.models import Call
from wagtail_calltrack.privacy.erasing import erase
from wagtail_calltrack.privacy.person import person
from wagtail_calltrack.settling.turns import alone

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one write at a time"),
]

LONGEST_SECONDS = 30
_WAITING = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"


def test_what_was_read_before_does_not_bring_them_back() -> None:
    everything(timezone.now(), "a")
    begun = Event()

    def reckon() -> None:
        with alone():
            begun.set()
            _wait_for_somebody()
            Call.objects.update(caller=CALLER, visitor="v-a")
        connection.close()

    thread = Thread(target=reckon)
    thread.start()
    assert begun.wait(LONGEST_SECONDS)

    erase(person(caller=CALLER), None)

    thread.join(LONGEST_SECONDS)
    call = Call.objects.get()
    assert call.caller.startswith("~")
    assert call.visitor.startswith("~")


def _wait_for_somebody() -> None:
    """Go on once another waits for its turn, or after a while."""
    until = monotonic() + LONGEST_SECONDS
    with connection.cursor() as cursor:
        while monotonic() < until:
            cursor.execute(_WAITING)
            if cursor.fetchone() != (0,):
                return
