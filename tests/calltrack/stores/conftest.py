"""The backends that every contract test runs on.

A backend opens the same store again and again, so that tests can close it and come back. A new one
joins by its name in `BACKENDS` and a branch in `lease_backend`.
"""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from calltrack.leases import LeaseStore
from calltrack.stores.sqlite_leases import open_lease_store

BACKENDS = ["sqlite"]

OpenStore = Callable[[], LeaseStore]


@pytest.fixture(params=BACKENDS)
def open_store(request: pytest.FixtureRequest, tmp_path: Path) -> OpenStore:
    """Open the test's one store; each call is one more user of it, who closes it."""
    assert request.param == "sqlite"
    return lambda: open_lease_store(tmp_path / "leases.sqlite3")


@pytest.fixture
async def store(open_store: OpenStore) -> AsyncIterator[LeaseStore]:
    """The test's store, closed at its end."""
    opened = open_store()
    yield opened
    await opened.close()
