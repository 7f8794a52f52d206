"""A site to fetch pages of, and another server that nobody may be sent to."""

from collections.abc import Iterator

import pytest

from tests.wagtail_calltrack.why.site_server import SiteServer


@pytest.fixture
def site() -> Iterator[SiteServer]:
    with SiteServer().running() as server:
        yield server


@pytest.fixture
def elsewhere() -> Iterator[SiteServer]:
    with SiteServer().running() as server:
        yield server
