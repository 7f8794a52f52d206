"""Another Plan comes in force while the proxy serves; a bad one never does."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from calltrack.errors import PlanError
from calltrack.link.kept_plan import KeptPlan
from calltrack.link.outcomes import Found
from calltrack.numbers import PhoneNumber
from calltrack.plan import Organisation, Plan
from proxy import plan_watch
from proxy.plan_sources import PlanFile, PlanSource, PlanUrl
from proxy.plan_state import PlanState
from proxy.plan_watch import ChangeOver, PlanWatch
from proxy.stock_sync import StockSync
from tests.calltrack.plans import ROTTERDAM, make_plan
from tests.proxy.plan_server import TOKEN, PlanServer, plan_server, text
from tests.proxy.visits import NOW, Front

SOON = timedelta(milliseconds=5)
PATIENCE_SECONDS = 30
OLD = make_plan(serial=7)
NEW = replace(OLD, serial=8, numbers=OLD.numbers[1:])


class Watched:
    """A front whose Plan is watched, and what there is to see of it."""

    def __init__(self, front: Front, source: PlanSource, kept: KeptPlan) -> None:
        self.front = front
        self.source = source
        self.kept = kept
        self.state = PlanState(front.plan, source.name, NOW)
        self.syncing = StockSync(front.store, front.plan)
        self.look = asyncio.Event()
        change_over = ChangeOver(front.desk, self.syncing, kept=kept, client_cap=3)
        self.watch = PlanWatch(
            source, change_over, self.state, desk=front.desk, every=SOON, look=self.look
        )

    async def until(self, is_so: Callable[["Watched"], bool]) -> None:
        """Look again and again, with a deadline."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not is_so(self):  # noqa: ASYNC110 - many things are waited for here
                await asyncio.sleep(0.002)

    async def pools(self) -> dict[str, int]:
        return {fill.pool: fill.numbers for fill in await self.front.store.fill()}

    def kept_plan(self) -> Plan | None:
        found = self.kept.load()
        return found[0] if found else None

    async def open(self) -> None:
        await self.syncing.start()
        self.watch.start()

    async def close(self) -> None:
        await self.watch.close()
        await self.syncing.close()
        await self.source.close()
        await self.front.close()


@pytest.fixture
async def server() -> AsyncIterator[PlanServer]:
    async with plan_server() as found:
        found.give(OLD)
        yield found


@pytest.fixture
async def watched(tmp_path: Path, server: PlanServer) -> AsyncIterator[Watched]:
    front = Front(tmp_path)
    await front.use(OLD)
    found = Watched(front, PlanUrl(server.url, token=TOKEN), KeptPlan(tmp_path))
    await found.open()
    yield found
    await found.close()


def has_serial(serial: int) -> Callable[[Watched], bool]:
    return lambda watched: watched.state.plan.serial == serial


def has_problem(words: str) -> Callable[[Watched], bool]:
    return lambda watched: words in (watched.state.problem or "")


def is_well(watched: Watched) -> bool:
    return watched.state.problem is None and watched.state.answered_at is not None


async def test_a_change_comes_in_force_everywhere(watched: Watched, server: PlanServer) -> None:
    server.give(NEW)

    await watched.until(has_serial(8))

    force = watched.front.desk.means.force
    assert force.plan == NEW
    assert force.cap(NEW.numbers[1].pool or pytest.fail("no pool")) == 3
    assert await watched.pools() == {"amsterdam": 1, "rotterdam": 2}
    assert watched.kept_plan() == NEW


async def test_what_has_not_changed_changes_nothing(watched: Watched, server: PlanServer) -> None:
    force = watched.front.desk.means.force

    await server.answers(3)
    server.body += b"\n"  # other bytes, the same Plan
    await server.answers(3)

    assert watched.front.desk.means.force is force
    assert watched.state.since == NOW
    assert server.statuses.count(200) >= 2


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        pytest.param(replace(NEW, serial=6), "«6» is lower than «7»", id="an older one"),
        pytest.param(
            replace(NEW, organisation=Organisation("Another", "87654321")),
            "kvk «87654321» is another firm",
            id="another firm's",
        ),
    ],
)
async def test_a_plan_that_may_not_follow_is_refused_and_told_once(
    watched: Watched, server: PlanServer, plan: Plan, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    server.give(plan)

    await watched.until(has_problem(said))
    await server.answers(5)

    assert watched.front.plan == OLD
    assert watched.kept_plan() is None
    assert [said in one.getMessage() for one in caplog.records].count(True) == 1


async def test_after_a_bad_plan_comes_a_good_one(
    watched: Watched, server: PlanServer, caplog: pytest.LogCaptureFixture
) -> None:
    server.body = text(NEW).replace(b'"region": "NL"', b'"region": "Nederland"')
    await watched.until(has_problem("Nederland"))
    assert watched.front.plan == OLD

    server.give(NEW)

    await watched.until(is_well)
    assert watched.front.plan == NEW
    assert caplog.text.count("is refused") == 1


async def test_a_plan_older_than_the_store_s_is_refused(
    watched: Watched, server: PlanServer
) -> None:
    """Another edge has a later one already; this one will get it, too."""
    await watched.front.store.sync(replace(NEW, serial=9).stock())
    server.give(NEW)
    await watched.until(has_problem("lower than that of the Plan this store has worked with"))
    assert watched.front.plan == OLD

    server.give(replace(NEW, serial=9))

    await watched.until(has_serial(9))
    assert is_well(watched)


async def test_a_server_killed_and_back_is_told_and_its_change_taken(
    watched: Watched, server: PlanServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await server.answers(1)
    await server.stop()
    await watched.until(has_problem("no connection"))
    assert watched.front.plan == OLD

    server.give(NEW)
    await server.start()

    await watched.until(has_serial(8))
    assert is_well(watched)
    assert caplog.text.count("stays in force") == 1
    assert caplog.text.count("answers again") == 1


async def test_a_disk_that_takes_no_plan_keeps_none_from_coming_in_force(
    watched: Watched, server: PlanServer, caplog: pytest.LogCaptureFixture
) -> None:
    watched.kept.path.mkdir()  # nothing can be put in its place

    server.give(NEW)

    await watched.until(has_serial(8))
    assert "in memory only" in caplog.text


async def test_a_mistake_of_ours_keeps_a_plan_out_and_the_watch_goes_on(
    watched: Watched, server: PlanServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object, **_options: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr(plan_watch, "PlanInForce", broken)
        server.give(NEW)
        await watched.until(has_problem("a mistake of ours"))
    assert watched.front.plan == OLD
    assert watched.front.counted("failure.plan") == 1

    server.give(replace(NEW, serial=9))

    await watched.until(has_serial(9))


async def test_a_file_changed_by_hand_comes_in_force(tmp_path: Path) -> None:
    front, path = Front(tmp_path), tmp_path / "by_hand.json"
    path.write_bytes(text(OLD))
    await front.use(OLD)
    watched = Watched(front, PlanFile(path), KeptPlan(tmp_path / "nowhere"))
    await watched.open()

    path.write_bytes(text(NEW)[:200])
    await watched.until(has_problem("no valid JSON"))
    path.write_bytes(text(NEW))

    await watched.until(has_serial(8))
    assert is_well(watched)
    await watched.close()


async def test_whoever_asks_for_a_look_does_not_wait(tmp_path: Path, server: PlanServer) -> None:
    front = Front(tmp_path)
    await front.use(OLD)
    watched = Watched(front, PlanUrl(server.url, token=TOKEN), KeptPlan(tmp_path))
    watched.watch._every = timedelta(hours=1)
    await watched.open()
    server.give(NEW)

    watched.look.set()

    await watched.until(has_serial(8))
    assert server.statuses == [200]
    await watched.close()


async def test_who_heeds_the_plan_hears_of_a_change_and_of_a_look(
    tmp_path: Path, server: PlanServer
) -> None:
    front = Front(tmp_path)
    await front.use(OLD)
    watched = Watched(front, PlanUrl(server.url, token=TOKEN), KeptPlan(tmp_path))
    watched.watch._every = timedelta(hours=1)
    heard: list[int] = []

    async def heed(plan: Plan) -> None:
        heard.append(plan.serial)

    watched.watch.heed = heed
    await watched.open()
    server.give(NEW)
    watched.look.set()
    await watched.until(lambda _: len(heard) > 1)
    watched.look.set()
    await watched.until(lambda _: len(heard) > 2)

    assert heard == [7, 8, 8]
    await watched.close()


PAUSED = replace(OLD, serial=8, campaigns=(replace(OLD.campaigns[0], paused=True),))
MOVED = replace(OLD.vestigingen[ROTTERDAM], forwarding_number=PhoneNumber("+31107777777"))


@pytest.mark.parametrize(
    ("plan", "before"),
    [
        pytest.param(PAUSED, 0, id="between the request and its page"),
        pytest.param(
            replace(OLD, serial=8, vestigingen={**OLD.vestigingen, ROTTERDAM: MOVED}),
            1,
            id="in the middle of the page",
        ),
    ],
)
async def test_a_visit_under_way_keeps_the_plan_it_began_with(
    watched: Watched, server: PlanServer, plan: Plan, before: int
) -> None:
    front = watched.front
    visit, slots = front.visit(), front.slots()
    if before:
        await visit.numbers(slots[:before])
    server.give(plan)
    await watched.until(has_serial(8))

    show = await visit.numbers(slots)
    after, _ = await front.view(visit.cookies()[0].split(";")[0])

    shown = [show(slot) for slot in slots]
    assert None not in shown
    assert visit.etag_suffix is not None
    assert after != shown


async def test_no_plan_of_another_firm_reaches_the_disk(watched: Watched) -> None:
    other = replace(NEW, organisation=Organisation("Another", "87654321"))
    change_over = ChangeOver(watched.front.desk, watched.syncing, kept=watched.kept)

    with pytest.raises(PlanError, match="start the proxy anew"):
        await change_over.put_in_force(Found(other, text(other)))

    assert watched.kept_plan() is None
