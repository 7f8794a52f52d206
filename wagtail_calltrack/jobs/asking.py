"""Ask for work."""

from typing import Any

from wagtail_calltrack.models import Job


def ask_restating(why: str, user: Any) -> Job:
    """Have all calls reckoned anew. `why` says which rule changed from what to what."""
    return Job.objects.create(kind="restate", why=why, user=user)
