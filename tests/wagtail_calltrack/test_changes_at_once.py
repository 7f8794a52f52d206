"""Two editors at once: each waits for the other, and together they make no wrong Plan."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest
from django.db import connection, connections
from wagtail.models import Locale, Page, Site

from calltrack.errors import PlanError
from tests.wagtail_calltrack.firm import make_firm
from wagtail_calltrack.models import Campaign, Pool, Vestiging
from wagtail_calltrack.plan_out import published

Result = TypeVar("Result")

EACH = 5


@pytest.fixture
def place(transactional_db: None, tmp_path: Path) -> str:
    """Say where two threads can meet: not in memory, so SQLite's database is copied to a file."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        name = str(tmp_path / "two.sqlite3")
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [name])
    at_once(name, set_up)
    return name


def set_up() -> None:
    if not Site.objects.exists():  # another module's test emptied the tests' database
        Locale.objects.get_or_create(language_code="nl")
        root = Page.add_root(instance=Page(title="Root", slug="root"))
        Site.objects.create(hostname="localhost", root_page=root, is_default_site=True)
    make_firm()
    Campaign.objects.filter(key__in=["everyone", "ads"]).update(method="original")


def at_once(place: str, *actions: Callable[[], Result]) -> list[Result]:
    """Do each in a thread and a connection of its own."""
    found: list[Result] = []
    start = threading.Barrier(len(actions), timeout=30)

    def act(action: Callable[[], Result]) -> None:
        database = connections["default"]
        database.settings_dict = {**database.settings_dict, "NAME": place}
        start.wait()
        try:
            found.append(action())
        finally:
            database.close()

    threads = [threading.Thread(target=act, args=(action,)) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(found) == len(actions)
    return found


def add_pools(name: str) -> int:
    for at in range(EACH):
        Pool.objects.create(key=f"{name}-{at}")
    return published().serial.serial


def test_both_changes_stay_and_each_has_a_serial(place: str) -> None:
    (before,) = at_once(place, lambda: published().serial.serial)

    serials = at_once(place, lambda: add_pools("left"), lambda: add_pools("right"))
    (pools,) = at_once(place, lambda: set(published().plan.pools))

    assert max(serials) >= before + 2 * EACH
    assert pools == {
        *("amsterdam", "rotterdam", "utrecht"),
        *(f"{name}-{at}" for name in ("left", "right") for at in range(EACH)),
    }


def take_pool() -> bool:
    """Right as long as no dynamic campaign covers Rotterdam."""
    row = Vestiging.objects.get(key="rotterdam")
    row.pool = None
    return saves(row)


def start_campaign() -> bool:
    """Right as long as every vestiging has a pool."""
    row = Campaign.objects.get(key="everyone")
    row.method = "dynamic"
    return saves(row)


def saves(row: Vestiging | Campaign) -> bool:
    try:
        row.save()
    except PlanError:
        return False
    return True


def test_of_two_changes_that_are_wrong_together_one_is_refused(place: str) -> None:
    saved = at_once(place, take_pool, start_campaign)

    (plan,) = at_once(place, lambda: published().plan)
    assert sorted(saved) == [False, True]
    is_live = any(row.key == "everyone" and row.method == "dynamic" for row in plan.campaigns)
    has_pool = {str(key): row.pool is not None for key, row in plan.vestigingen.items()}
    assert has_pool["rotterdam"] == is_live
