"""The tests read English, whatever the demo's firm speaks, and find nothing in the cache."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.utils.translation import override


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with override("en"):
        yield


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    """Wagtail keeps the sites' roots in the cache: those of a test that is rolled back by now."""
    cache.clear()
