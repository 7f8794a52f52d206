"""Categories that people and programs give calls, or take away. Rules leave both alone.

That something was taken away is remembered, also where no rule gives it yet.
"""

from typing import Any

from wagtail_calltrack.models import Call, CallCategory, Category


def put(call: Call, category: Category, user: Any) -> None:
    """Give a call a category; `user` is None where a program does."""
    _decide(call, category, user, is_taken_away=False)


def take_away(call: Call, category: Category, user: Any) -> None:
    """Take it away, for good."""
    _decide(call, category, user, is_taken_away=True)


def _decide(call: Call, category: Category, user: Any, *, is_taken_away: bool) -> None:
    CallCategory.objects.update_or_create(
        call=call,
        category=category,
        defaults={"rule": None, "user": user, "is_taken_away": is_taken_away},
    )
