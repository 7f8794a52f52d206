"""Scripted sites and clients for them, closed when the test is over."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from proxy.upstream import Upstream
from tests.proxy.upstream.scripted import MakeUpstream, Site


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    found = Site()
    server = await found.start()
    yield found
    found.end()
    server.close()
    await asyncio.sleep(0)


@pytest.fixture
async def make_upstream(site: Site) -> AsyncIterator[MakeUpstream]:
    """Give a client of the site, open; settings by name."""
    made: list[Upstream] = []

    async def make(url: str | None = None, **settings: Any) -> Upstream:
        upstream = Upstream(url or f"http://127.0.0.1:{site.port}", **settings)
        await upstream.open()
        made.append(upstream)
        return upstream

    yield make
    for upstream in made:
        await upstream.close()
