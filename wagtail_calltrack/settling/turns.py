"""One at a time: calls are reckoned and marked by one process alone, so that a caller becomes one
lead, and no two wait for one another.

On PostgreSQL by an advisory lock, which the end of the transaction gives back, however it ends; on
SQLite by a statement that writes, before anything is read: there one writes at a time.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections, router, transaction

from wagtail_calltrack.models import Call

_LOCK = 0x63616C6C  # "call"


def wait_for_turn() -> None:
    """Let no other reckon or mark calls until the open transaction ends.

    To be asked before anything that another may wait for is written: else each waits for the other.
    """
    using = router.db_for_write(Call)
    if connections[using].vendor == "postgresql":
        with connections[using].cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    else:
        Call.objects.using(using).filter(pk__lt=0).update(failures=0)  # of no row


@contextmanager
def alone() -> Iterator[None]:
    """Open a transaction that no other of its kind runs beside."""
    with transaction.atomic(using=router.db_for_write(Call)):
        wait_for_turn()
        yield
