"""A firm, its site to fetch pages of, and another server that nobody may be sent to."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from calltrack.plan import Plan
from tests.wagtail_calltrack.firm import make_firm
from tests.wagtail_calltrack.why.asking import HOST, PAGE
from tests.wagtail_calltrack.why.site_server import SiteServer, html


@pytest.fixture
def site() -> Iterator[SiteServer]:
    with SiteServer().running() as server:
        yield server


@pytest.fixture
def elsewhere() -> Iterator[SiteServer]:
    with SiteServer().running() as server:
        yield server


@pytest.fixture
def firm(db: None, site: SiteServer, settings: Settings) -> Plan:
    settings.CALLTRACK_UPSTREAMS = {HOST: site.url}
    site.says = html(PAGE)
    return make_firm()
