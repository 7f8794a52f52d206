"""The backends that every contract test runs on.

A backend opens the same store again and again, so that tests can close it and come back. A new one
joins by its name in `BACKENDS` and a branch in `Backends.new_store`.
"""

import itertools
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest

from calltrack.leases import LeaseStore
from calltrack.stores import opening
from calltrack.stores.sqlite_leases import open_lease_store
from tests import redis_servers

CLUSTER = "redis-cluster"
BACKENDS = ["sqlite", *(f"redis-{place}" for place in redis_servers.places()), CLUSTER]
PATIENCE = timedelta(seconds=5)

OpenStore = Callable[[], LeaseStore]


class Backends:
    """Gives new stores; a server starts when the first test needs it, and serves all tests."""

    def __init__(self, folder: Path, ends: ExitStack) -> None:
        self._folder = folder
        self._ends = ends
        self._urls: dict[str, str] = {}
        self._names = itertools.count()

    def new_store(self, backend: str) -> OpenStore:
        """Make a new store; each call of the answer is one more user of it, who closes it."""
        name = next(self._names)
        if backend == "sqlite":
            return lambda: open_lease_store(self._folder / f"{name}.sqlite3")
        if backend not in self._urls:
            self._urls[backend] = self._start(backend)
        url, organisation = self._urls[backend], f"{redis_servers.TEST}{uuid.uuid4().hex}"
        return lambda: opening.open_store(url, organisation=organisation, wait=PATIENCE)

    def _start(self, backend: str) -> str:
        folder = self._folder / backend
        if backend == CLUSTER:
            nodes = self._ends.enter_context(redis_servers.cluster(folder))
            return "redis+cluster://" + ",".join(f"127.0.0.1:{node.port}" for node in nodes)
        place = backend.removeprefix("redis-")
        return self._ends.enter_context(redis_servers.served(folder, place))


@pytest.fixture(scope="session")
def backends(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backends]:
    """All backends of this test run."""
    with ExitStack() as ends:
        yield Backends(tmp_path_factory.mktemp("stores"), ends)


@pytest.fixture(params=BACKENDS)
def new_store(request: pytest.FixtureRequest, backends: Backends) -> Callable[[], OpenStore]:
    """Make a new, empty store of each backend."""
    return lambda: backends.new_store(request.param)


@pytest.fixture
def open_store(new_store: Callable[[], OpenStore]) -> OpenStore:
    """Open the test's one store; each call is one more user of it, who closes it."""
    return new_store()


@pytest.fixture
async def store(open_store: OpenStore) -> AsyncIterator[LeaseStore]:
    """The test's store, closed at its end."""
    opened = open_store()
    yield opened
    await opened.close()
