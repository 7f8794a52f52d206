"""Two processes that want to work on the same job."""

from threading import Event, Thread

import pytest
from django.db import connection, transaction

from wagtail_calltrack.jobs import ask_restating, work
from wagtail_calltrack.models import Job

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite locks no rows: one waits"),
]


def test_who_finds_somebody_at_work_goes_home() -> None:
    ask_restating("", None)
    locked, go = Event(), Event()

    def hold() -> None:
        with transaction.atomic():
            assert Job.objects.select_for_update().get() is not None
            locked.set()
            go.wait(30)
        connection.close()

    thread = Thread(target=hold)
    thread.start()
    assert locked.wait(30)

    more = work(60.0)
    state = Job.objects.get().state
    go.set()
    thread.join(30)

    assert not more
    assert state == "waiting"
