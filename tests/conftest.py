"""What all tests share: the demo site as a real server (`tests.demo_site`), the tests' database.

Marks are set here, by the fixtures that a test asks for, so that nobody forgets one:

`wagtail`    stands on Wagtail: runs again on the other Wagtail lines that are supported
`database`   uses the tests' own database: runs again on PostgreSQL
"""

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from django.db import connection
from hypothesis import HealthCheck, settings
from pytest_django import DjangoDbBlocker

pytest_plugins = ("tests.demo_site",)

# Examples may take their time: other work of the machine is no failure.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

PLUGIN = tuple(Path(__file__).parent / name for name in ("wagtail_calltrack", "demo"))
DATABASE = frozenset({"db", "transactional_db", "live_server", "django_db_setup"})
COMMITTING = frozenset({"transactional_db", "live_server"})
SITE = DATABASE | {"demo_site", "demo_folder"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        asked = set(getattr(item, "fixturenames", ()))
        marked = item.get_closest_marker("django_db")
        if asked & COMMITTING or (marked is not None and marked.kwargs.get("transaction")):
            # It empties the database when it ends; the next one gets back what migrations made.
            cast(pytest.Function, item).fixturenames.append("django_db_serialized_rollback")
        has_database = item.get_closest_marker("django_db") or asked & DATABASE
        if has_database:
            item.add_marker("database")
        if has_database or asked & SITE or any(item.path.is_relative_to(at) for at in PLUGIN):
            item.add_marker("wagtail")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Part from everybody before the tests' database is dropped: PostgreSQL waits for nobody.

    An async test has a connection of its own, and no moment at which to close it.
    """
    yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
