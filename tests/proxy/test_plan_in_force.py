"""What is looked for on which page, and what else is worked out of a Plan once."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from calltrack.leases import PoolKey
from calltrack.numbers import PhoneNumber
from calltrack.plan import Mode, Placeholder, PlaceholderKey, StockNumber
from proxy.plan_bindings import bindings_for
from proxy.plan_in_force import PlanInForce
from tests.calltrack.plans import AMSTERDAM_NUMBER, EVERYONE, ROTTERDAM_NUMBER, SITE, make_plan

ROOT = Path(__file__).resolve().parents[2]


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


@pytest.mark.parametrize(
    ("numbers", "cap", "expected"),
    [
        pytest.param(0, None, 2, id="an empty pool"),
        pytest.param(4, None, 2, id="a small pool"),
        pytest.param(40, None, 10, id="a quarter"),
        pytest.param(40, 3, 3, id="what ops says"),
    ],
)
def test_a_client_may_have_a_quarter_of_a_pool_or_what_ops_says(
    numbers: int, cap: int | None, expected: int
) -> None:
    pool = PoolKey("amsterdam")
    stock = tuple(StockNumber(PhoneNumber(f"+3120765{n:04}"), pool) for n in range(numbers))

    assert PlanInForce(make_plan(numbers=stock), client_cap=cap).cap(pool) == expected


ROWS = (
    Placeholder(PlaceholderKey("everywhere"), "tel"),
    Placeholder(PlaceholderKey("shop"), "tel", paths=("/shop/", "/winkel/")),
    Placeholder(PlaceholderKey("shoes"), "tel", paths=("/shop/shoes/",)),
    Placeholder(PlaceholderKey("news"), "news", paths=("/news",)),
)


@pytest.mark.parametrize(
    ("path", "key", "keys"),
    [
        pytest.param("/", "everywhere", 1, id="no prefix"),
        pytest.param("/shop", "everywhere", 1, id="shorter than the prefix"),
        pytest.param("/shop/", "shop", 2, id="the prefix"),
        pytest.param("/winkel/x", "shop", 2, id="another prefix of the row"),
        pytest.param("/shop/shoes/1", "shoes", 3, id="the longest of two"),
        pytest.param("/news/1", "everywhere", 2, id="another class"),
    ],
)
@pytest.mark.parametrize("rows", [ROWS, ROWS[::-1]])
def test_the_longest_prefix_of_the_path_decides_what_a_class_is_bound_to(
    rows: tuple[Placeholder, ...], path: str, key: str, keys: int
) -> None:
    force = PlanInForce(make_plan(placeholders=rows))

    bindings = force.bindings(SITE, path)

    assert bindings.classes["tel"] == key
    assert len(bindings.keys) == keys
    assert force.bindings(SITE, path + "more") is bindings
    assert any(known is bindings for known in force.all_bindings())


@pytest.mark.parametrize("paths", [("/a/b", "/a/b/c/d"), ("/a/b/c/d", "/a/b")])
def test_of_the_same_rows_another_one_counts_where_another_prefix_is_the_longest(
    paths: tuple[str, str],
) -> None:
    rows = (
        Placeholder(PlaceholderKey("wide"), "tel", paths=("/a", "/a/b/c/d")),
        Placeholder(PlaceholderKey("narrow"), "tel", paths=("/a/b",)),
    )
    force = PlanInForce(make_plan(placeholders=rows))

    found = {path: force.bindings(SITE, path).classes["tel"] for path in paths}

    assert found == {"/a/b": "narrow", "/a/b/c/d": "wide"}


def test_a_plan_has_one_fingerprint_in_every_process() -> None:
    """The sets in it have another order in each."""
    said = [
        subprocess.run(
            [sys.executable, "-c", PRINT],
            check=True,
            capture_output=True,
            text=True,
            cwd=ROOT,
            env={"PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    ]

    assert said[0] == said[1]


PRINT = """
from dataclasses import replace
from proxy.plan_in_force import PlanInForce
from tests.calltrack.plans import EVERYONE, SITE, make_plan

everyone = replace(EVERYONE, vestigingen=frozenset(map(str, range(50))))
print(PlanInForce(make_plan(campaigns=(everyone,))).fingerprint)
"""


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"serial": 2}, id="serial"),
        pytest.param({"numbers": ()}, id="numbers"),
        pytest.param({"placeholders": ROWS}, id="placeholders"),
        pytest.param({"campaigns": (replace(EVERYONE, paused=True),)}, id="a campaign"),
        pytest.param({"sites": (replace(SITE, attributes=frozenset()),)}, id="a set"),
    ],
)
def test_whatever_changes_in_a_plan_changes_its_fingerprint(change: dict[str, object]) -> None:
    assert PlanInForce(make_plan(**change)).fingerprint != PlanInForce(make_plan()).fingerprint
