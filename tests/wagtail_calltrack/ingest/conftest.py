"""A token for the edge that sends."""

import pytest

from tests.wagtail_calltrack.ingest.samples import new_token


@pytest.fixture
def token(db: None) -> str:
    return new_token()
