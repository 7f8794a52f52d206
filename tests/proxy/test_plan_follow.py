"""One worker asks for the Plan, and all have it."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from calltrack.link.kept_plan import KeptPlan
from calltrack.link.outcomes import Found, Outcome, Same
from proxy.plan_follow import NEWS, FollowedPlan, told_to_all
from proxy.workers.peers import Alone
from tests.calltrack.plans import make_plan
from tests.proxy.plan_server import text


class Others(Alone):
    """Peers whose news a test tells."""

    def __init__(self, *, leads: bool) -> None:
        super().__init__()
        self.leads = leads
        self.told: list[tuple[str, Any]] = []
        self.heeding: list[Callable[[Any], None]] = []

    def tell(self, word: str, what: Any) -> None:
        self.told.append((word, what))

    def heed(self, word: str, heed: Callable[[Any], None]) -> None:
        assert word == NEWS
        self.heeding.append(heed)

    def hear(self, what: Any) -> None:
        for heed in self.heeding:
            heed(what)


class Asked:
    """An address that counts how often it is asked."""

    name = "https://www.example.nl/plan/"

    def __init__(self) -> None:
        self.times = 0

    async def look(self, *, at_once: bool = False) -> Outcome:  # noqa: ARG002 - as of any source
        self.times += 1
        return Found(make_plan(serial=9), b"{}")

    async def close(self) -> None:
        """Nothing is open."""


def keep(folder: Path, serial: int) -> KeptPlan:
    kept = KeptPlan(folder)
    kept.write(text(make_plan(serial=serial)))
    return kept


async def test_who_leads_asks(tmp_path: Path) -> None:
    asked = Asked()
    source = FollowedPlan(asked, keep(tmp_path, 2), Others(leads=True), serial=1)

    found = await source.look()

    assert isinstance(found, Found)
    assert (found.plan.serial, asked.times) == (9, 1)


@pytest.mark.parametrize(
    ("in_force", "kept", "told", "expected", "times"),
    [
        pytest.param(1, 2, 2, 2, 0, id="what the one that leads has kept"),
        pytest.param(1, 2, 0, 2, 0, id="it may be read before anybody tells"),
        pytest.param(1, 1, 2, 9, 1, id="the disk took nothing"),
        pytest.param(2, 1, 0, None, 0, id="what is older is no news"),
    ],
)
async def test_the_others_read_what_is_kept(
    tmp_path: Path, in_force: int, kept: int, told: int, expected: int | None, times: int
) -> None:
    asked, others = Asked(), Others(leads=False)
    source = FollowedPlan(asked, keep(tmp_path, kept), others, serial=in_force)

    others.hear(told)
    found = await source.look(at_once=True)

    assert (found.plan.serial if isinstance(found, Found) else None) == expected
    assert asked.times == times


async def test_nothing_kept_is_no_news(tmp_path: Path) -> None:
    source = FollowedPlan(Asked(), KeptPlan(tmp_path), Others(leads=False), serial=1)

    assert await source.look() == Same()


@pytest.mark.parametrize(("leads", "told"), [(True, [(NEWS, 1)]), (False, [])])
async def test_who_leads_tells_the_others_who_look_at_once(
    leads: bool, told: list[tuple[str, int]]
) -> None:
    others, look = Others(leads=leads), asyncio.Event()
    heeded: list[int] = []

    async def heed(plan: Any) -> None:
        heeded.append(plan.serial)

    await told_to_all(heed, others, look)(make_plan(serial=1))
    was_set = look.is_set()
    others.hear(2)

    assert (heeded, others.told) == ([1], told)
    assert (was_set, look.is_set()) == (False, True)
