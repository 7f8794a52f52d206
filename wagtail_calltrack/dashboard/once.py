"""Made at most once a second, however many ask.

Who comes while another is making it is given what was made before, however old; the very first who
come at once may each make it.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from django.core.cache import cache
from django.utils import timezone

Made = TypeVar("Made")

EVERY_SECONDS = 1.0
KEPT_SECONDS = 60
_LONGEST_SECONDS = 10
"""Who makes it and dies is waited for so long."""


def once(name: str, make: Callable[[], Made]) -> Made:
    """Give what was made within the last second, or make it."""
    key, lock = f"calltrack-once-{name}", f"calltrack-making-{name}"
    now = timezone.now().timestamp()
    kept: Any = cache.get(key)
    if kept is not None and 0 <= now - kept[0] < EVERY_SECONDS:
        return kept[1]  # type: ignore[no-any-return] # what `make` gave
    if not cache.add(lock, 1, _LONGEST_SECONDS):
        return kept[1] if kept is not None else make()
    try:
        made = make()
        cache.set(key, (now, made), KEPT_SECONDS)
    finally:
        cache.delete(lock)
    return made
