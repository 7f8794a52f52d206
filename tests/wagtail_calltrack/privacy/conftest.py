"""Here people are forgotten as the product does it."""

import pytest


@pytest.fixture
def nothing_is_forgotten() -> None:
    """Leave the times as they are."""
