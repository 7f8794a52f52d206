"""Which calls are to be reckoned anew."""

from django.db.models import QuerySet

from wagtail_calltrack.models import Call


def unsettle(calls: "QuerySet[Call]") -> int:
    """Have these calls reckoned anew; give how many there are."""
    return calls.update(is_settled=False, failures=0)
