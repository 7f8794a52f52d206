"""What came in, read with all that belongs to it and written into leads."""

from collections.abc import Sequence

from wagtail_calltrack.models import Call, FormSent


def gather(calls: Sequence[Call]) -> None:
    """Bring calls into their leads.

    They stand saved, with who called and whether they are spam. Each call's `lead` is written to
    the database and to the rows given; those of the same persons' other calls to the database.
    """


def gather_forms(forms: Sequence[FormSent]) -> None:
    """Bring forms, which stand saved, into their leads; the same is written as of calls."""
