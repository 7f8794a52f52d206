"""Sites and proxies on ports of their own, closed when the test is over."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from proxy.app import App, make_app
from proxy.counters import Counters
from proxy.upstream import Upstream
from proxy.visit import Visitors
from tests.proxy.guests import Guests
from tests.proxy.origin import Origin
from tests.proxy.visits import Front

StartOrigin = Callable[[Origin], Awaitable[Origin]]
StartProxy = Callable[..., Awaitable["Proxy"]]


@dataclass
class Proxy:
    """A proxy that is running."""

    app: App
    port: int
    counters: Counters
    is_failing: bool = False  # the test makes our own code fail

    def counted(self, name: str) -> int:
        return self.counters.snapshot().get(name, 0)


@pytest.fixture
async def start_origin() -> AsyncIterator[StartOrigin]:
    servers: list[asyncio.Server] = []

    async def start(origin: Origin) -> Origin:
        server = await asyncio.start_server(origin.serve, "127.0.0.1", 0)
        servers.append(server)
        origin.port = server.sockets[0].getsockname()[1]
        return origin

    yield start
    for server in servers:
        server.close()


@pytest.fixture
async def start_proxy() -> AsyncIterator[StartProxy]:
    proxies: list[Proxy] = []

    async def start(
        origin: Origin | int,
        visitors: Visitors | None = None,
        *,
        upstream: dict[str, Any] | None = None,
        **options: Any,
    ) -> Proxy:
        port = origin.port if isinstance(origin, Origin) else origin
        options.setdefault("wait_seconds", 5.0)  # a busy machine is no slow site
        options.setdefault("cache_bytes", 0)  # what the site is asked is what is looked at
        counters = Counters()
        app = make_app(
            upstream=Upstream(f"http://127.0.0.1:{port}", **(upstream or {})),
            visitors=visitors or Guests(rewrite=None),
            counters=counters,
            **options,
        )
        proxy = Proxy(app, 0, counters)
        proxies.append(proxy)
        _, proxy.port = await app.start("127.0.0.1", 0)
        return proxy

    yield start
    for proxy in proxies:
        await proxy.app.stop()
        failures = [name for name in proxy.counters.snapshot() if name.startswith("failure.")]
        assert bool(failures) is proxy.is_failing, failures


@pytest.fixture
async def front(tmp_path: Path) -> AsyncIterator[Front]:
    """Give a desk with a small Plan, whose pools are in its store."""
    found = Front(tmp_path)
    await found.use(found.plan)
    yield found
    await found.close()
