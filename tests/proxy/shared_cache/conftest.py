"""A proxy with a cache, whose clock a test turns."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any

import pytest

from proxy.rewrite import Bindings
from proxy.shared_cache import CACHE_BYTES, Moment
from tests.proxy.browser import Got, ask, get
from tests.proxy.conftest import Proxy, StartOrigin, StartProxy
from tests.proxy.guests import Guests
from tests.proxy.origin import Origin
from tests.proxy.sample import guest

NOW = 1_800_000_000.0


@dataclass
class Clock:
    """A clock that stands still until a test turns it."""

    now: float = NOW
    was_set: float = 0.0  # by so many seconds, while the other one went on

    def __call__(self) -> Moment:
        return Moment(self.now + self.was_set, self.now)


def date(seconds: float = 0.0) -> bytes:
    """Write a moment that is so many seconds after the clock's first."""
    return formatdate(NOW + seconds, usegmt=True).encode()


@dataclass
class Edge:
    """A site and a proxy with a cache in front of it."""

    origin: Origin
    guests: Guests
    clock: Clock = field(default_factory=Clock)
    proxy: Proxy | None = None

    @property
    def port(self) -> int:
        assert self.proxy is not None
        return self.proxy.port

    async def ask(self, name: str, *lines: bytes, target: bytes = b"/") -> Got:
        """Ask as a guest for a page."""
        return await ask(self.port, get(target, *guest(name, *lines)))

    async def say(self, request: bytes) -> Got:
        return await ask(self.port, request)

    def counted(self, word: str) -> int:
        assert self.proxy is not None
        return self.proxy.counted(f"cache.{word}")

    @property
    def times_asked(self) -> int:
        return len(self.origin.asked)

    async def settle(self) -> None:
        """Wait until nothing is asked behind a visitor's back."""
        assert self.proxy is not None
        assert self.proxy.app.cache is not None
        await self.proxy.app.cache.settle()

    def change_plan(self) -> None:
        """Take over another Plan in which the same is looked for."""
        bindings = self.guests.rewrite
        assert bindings is not None
        self.guests.rewrite = Bindings(numbers=bindings.numbers)


StartEdge = Callable[..., Awaitable[Edge]]


@pytest.fixture
def start_edge(start_origin: StartOrigin, start_proxy: StartProxy) -> StartEdge:
    async def start(says: Any = b"", **options: Any) -> Edge:
        origin = says if isinstance(says, Origin) else Origin(says)
        edge = Edge(await start_origin(origin), options.pop("guests", None) or Guests())
        options.setdefault("cache_bytes", CACHE_BYTES)
        edge.proxy = await start_proxy(origin, edge.guests, cache_clock=edge.clock, **options)
        if edge.proxy.app.cache is not None:
            edge.proxy.app.cache.wait_seconds = 60.0  # who waits for nothing is seen to
        return edge

    return start
