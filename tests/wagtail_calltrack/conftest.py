"""The tests read English, whatever the demo's firm speaks, and find nothing in the cache.

Facts of tests have days of their own, longer ago each day: nothing is forgotten by itself.
"""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.utils.translation import override

from wagtail_calltrack.models import PrivacySettings


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with override("en"):
        yield


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    """Wagtail keeps the sites' roots in the cache: those of a test that is rolled back by now."""
    cache.clear()


@pytest.fixture(autouse=True)
def nothing_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep people for a hundred years, where a test says nothing else."""
    for name in ("visitor_days", "caller_days"):
        monkeypatch.setattr(PrivacySettings._meta.get_field(name), "default", 36_500)
