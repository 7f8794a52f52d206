"""Where events go: beside the Plan's address, where ops say, or nowhere."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from calltrack.link.reasons import TOKEN as VARIABLE
from calltrack.stores.sqlite_leases import open_lease_store
from calltrack.stores.sqlite_outbox import open_outbox
from proxy.counters import Counters
from proxy.edge_report import EdgeReport, Identity
from proxy.plan_state import PlanState
from proxy.shipping_start import events_place, make_shipper, state_for
from proxy.watched_store import WatchedStore
from tests.calltrack.plans import make_plan
from tests.proxy.event_receiver import event_receiver
from tests.proxy.plan_server import TOKEN

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
PLAN = "https://cms.example/calltrack/api/plan/"
EVENTS = "https://cms.example/calltrack/api/events/"


@pytest.mark.parametrize(
    ("plan", "events", "expected"),
    [
        pytest.param(PLAN, None, EVENTS, id="beside the Plan's address"),
        pytest.param(PLAN, "https://b.example/e/", "https://b.example/e/", id="elsewhere"),
        pytest.param(PLAN, "none", None, id="nowhere"),
        pytest.param(Path("plan.toml"), None, None, id="a Plan file"),
        pytest.param(Path("plan.toml"), EVENTS, EVENTS, id="a Plan file, and an address"),
        pytest.param(None, None, None, id="no Plan"),
    ],
)
def test_events_go_where_the_plan_comes_from_unless_ops_say_otherwise(
    plan: Path | str | None, events: str | None, expected: str | None
) -> None:
    assert events_place(plan, events) == expected


def test_an_address_is_told_without_its_query() -> None:
    assert state_for(f"{EVENTS}?key=secret").to == EVENTS
    assert state_for(None).to is None


@pytest.mark.parametrize(
    ("url", "is_warned"),
    [
        pytest.param("http://cms.example/events/?key=secret", True, id="in the clear"),
        pytest.param(EVENTS, False, id="https"),
        pytest.param("http://127.0.0.1:9/events/", False, id="this machine"),
    ],
)
async def test_a_token_that_can_be_read_on_its_way_is_warned_of(
    tmp_path: Path,
    url: str,
    is_warned: bool,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setenv(VARIABLE, TOKEN)
    report = make_report(tmp_path)

    shipper = make_shipper(url, tmp_path, report, state_for(url))

    assert ("in the clear" in caplog.text) is is_warned
    assert TOKEN not in caplog.text
    assert "secret" not in caplog.text
    await shipper.close()
    await close(report)


async def test_the_task_ships_with_the_token_what_the_report_tells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, TOKEN)
    report = make_report(tmp_path)
    async with event_receiver() as receiver:
        state = state_for(receiver.url)
        shipper = make_shipper(receiver.url, tmp_path, report, state)
        shipper.start()
        await receiver.until(lambda found: bool(found.batches))
        await shipper.close()
    await close(report)

    assert receiver.edges[0]["id"] == "e" * 32
    assert receiver.edges[0]["report"]["store"] == "up"
    assert receiver.tokens[0] == f"Bearer {TOKEN}"
    assert state.is_ours


def make_report(folder: Path) -> EdgeReport:
    return EdgeReport(
        Identity("e" * 32, "proxy", "1"),
        PlanState(make_plan(), "http://cms/plan/", NOW),
        WatchedStore(open_lease_store(folder / "leases.sqlite3")),
        open_outbox(folder / "outbox.sqlite3"),
        Counters(),
        NOW,
        budget=timedelta(seconds=30),
    )


async def close(report: EdgeReport) -> None:
    await report.outbox.close()
    await report.store.close()
