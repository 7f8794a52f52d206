"""Two editors who make off-site campaigns at once never get the same number."""

from collections import Counter

import pytest
from django.db import connection

from tests.wagtail_calltrack.campaigns.posting import FREE
from tests.wagtail_calltrack.test_changes_at_once import at_once, place
from wagtail_calltrack.campaigns.wizard import NoFreeNumberError, OffSiteForm
from wagtail_calltrack.models import Campaign, TrackingNumber, Vestiging

__all__ = ["place"]  # the fixture

pytestmark = pytest.mark.skipif(connection.vendor != "sqlite", reason="copies a SQLite file")

FREE_NUMBERS = 4
EACH = 3


def add_numbers() -> int:
    for at in range(FREE_NUMBERS - 1):
        TrackingNumber.objects.create(number=f"+3120765100{at}")
    return FREE_NUMBERS


def make(name: str, number: str = "") -> list[str]:
    """Make some campaigns; give what came of each: the number, or why there is none."""
    found = []
    for at in range(EACH):
        chosen = TrackingNumber.objects.get(number=number).pk if number else ""
        vestiging = Vestiging.objects.get(key="amsterdam").pk
        said = {"name": f"{name} {at}", "vestiging": vestiging, "number": chosen}
        form = OffSiteForm(said)
        try:
            made = form.make() if form.is_valid() else None
        except NoFreeNumberError:
            found.append("none is free")
            continue
        found.append(made.numbers.get().number if made else "taken")
    return found


def test_each_gets_another_number_until_none_is_left(place: str) -> None:
    at_once(place, add_numbers)

    left, right = at_once(place, lambda: make("left"), lambda: make("right"))

    given = [one for one in (*left, *right) if one.startswith("+")]
    (rows,) = at_once(place, lambda: list(Campaign.objects.filter(off_site=True)))
    assert len(given) == len(set(given)) == FREE_NUMBERS
    assert len(rows) == FREE_NUMBERS + 1  # and the flyer that was there
    assert Counter(one.startswith("+") for one in (*left, *right)) == {True: 4, False: 2}


def test_of_two_who_choose_the_same_number_one_is_told(place: str) -> None:
    at_once(place, add_numbers)

    found = at_once(place, lambda: make("left", FREE)[0], lambda: make("right", FREE)[0])

    assert sorted(found) == [FREE, "taken"]
