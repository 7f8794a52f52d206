"""What is looked for on which page, and what else is worked out of a Plan once."""

from dataclasses import replace

import pytest

from calltrack.numbers import PhoneNumber
from calltrack.plan import Mode, Placeholder, PlaceholderKey
from proxy.plan_in_force import bindings_for
from tests.calltrack.plans import AMSTERDAM_NUMBER, ROTTERDAM_NUMBER, SITE, make_plan


@pytest.mark.parametrize(
    ("mode", "numbers", "classes"),
    [
        pytest.param(Mode.AUTOMATIC, {AMSTERDAM_NUMBER, ROTTERDAM_NUMBER}, 0, id="automatic"),
        pytest.param(Mode.PLACEHOLDERS, set(), 2, id="placeholders"),
        pytest.param(Mode.BOTH, {AMSTERDAM_NUMBER, ROTTERDAM_NUMBER}, 2, id="both"),
    ],
)
def test_the_site_s_mode_says_what_is_looked_for(
    mode: Mode, numbers: set[PhoneNumber], classes: int
) -> None:
    bindings = bindings_for(make_plan(), replace(SITE, mode=mode))

    assert bindings.numbers == numbers
    assert len(bindings.classes) == classes


def test_a_placeholder_without_a_class_is_found_by_its_key() -> None:
    plan = make_plan(placeholders=(Placeholder(PlaceholderKey("footer")),))

    bindings = bindings_for(plan, SITE)

    assert not bindings.classes
    assert bindings.keys == {"footer"}
