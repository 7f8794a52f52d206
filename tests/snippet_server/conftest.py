"""Desks for calls on ports of their own, closed when the test is over."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.snippet_server.asking import Answering, served
from tests.snippet_server.calling import Client, Exchange


@pytest.fixture
async def exchange(tmp_path: Path) -> AsyncIterator[Exchange]:
    """Give a desk with a small Plan, whose pools are in its store."""
    found = Exchange(tmp_path)
    await found.use(found.plan)
    yield found
    await found.close()


@pytest.fixture
async def client(exchange: Exchange) -> AsyncIterator[Client]:
    async with exchange.client() as opened:
        yield opened


@pytest.fixture
def pages() -> Answering:
    return Answering()


@pytest.fixture
async def visiting(exchange: Exchange, pages: Answering) -> AsyncIterator[Client]:
    """Give a client of a server that answers what pages ask."""
    async with served(exchange.calls, pages) as opened:
        yield opened
