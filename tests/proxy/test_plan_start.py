"""The Plan to start with: what the address gives, else the one that was kept."""

import logging
import os
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from calltrack.errors import LinkError, PlanError
from calltrack.link.kept_plan import KeptPlan
from calltrack.link.reasons import TOKEN as VARIABLE
from calltrack.plan import Organisation, Plan
from proxy.plan_start import begin_with_url
from tests.calltrack.plans import make_plan
from tests.proxy.plan_server import TOKEN, PlanServer, plan_server, text

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SEVENTH = make_plan(serial=7)


@pytest.fixture
async def server() -> AsyncIterator[PlanServer]:
    async with plan_server() as found:
        found.give(SEVENTH)
        yield found


@pytest.fixture
def kept(tmp_path: Path) -> KeptPlan:
    return KeptPlan(tmp_path)


@pytest.fixture(autouse=True)
def _token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, TOKEN)


async def started_with(server: PlanServer, kept: KeptPlan) -> tuple[Plan, str | None]:
    """Start; give the Plan, and what is wrong with its source."""
    begun = await begin_with_url(server.url, kept.path.parent, now=NOW)
    await begun.source.close()
    return begun.state.plan, begun.state.problem


async def test_what_the_address_gives_is_taken_and_kept(server: PlanServer, kept: KeptPlan) -> None:
    kept.write(text(make_plan(serial=6)))

    assert await started_with(server, kept) == (SEVENTH, None)

    found = kept.load()
    assert found is not None
    assert found[0] == SEVENTH


@pytest.mark.parametrize(
    ("age", "words"),
    [
        pytest.param(timedelta(minutes=5), "5 min ago", id="minutes"),
        pytest.param(timedelta(hours=47), "47 h ago", id="hours"),
        pytest.param(timedelta(days=90), "90 days ago", id="a long time"),
        pytest.param(timedelta(days=-1), "0 min ago", id="a clock that went back"),
    ],
)
async def test_without_an_answer_the_kept_one_is_taken_and_its_age_told(
    server: PlanServer,
    kept: KeptPlan,
    age: timedelta,
    words: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    kept.write(text(SEVENTH))
    os.utime(kept.path, times=((NOW - age).timestamp(), (NOW - age).timestamp()))
    await server.stop()

    plan, problem = await started_with(server, kept)

    assert plan == SEVENTH
    assert "no connection" in (problem or "")
    assert words in caplog.text


@pytest.mark.parametrize(
    ("body", "said"),
    [
        pytest.param(b'{"serial": 8}', "organisation", id="a bad Plan"),
        pytest.param(text(make_plan(serial=6)), "«6» is lower than «7»", id="an older Plan"),
    ],
)
async def test_a_plan_that_is_refused_leaves_the_kept_one(
    server: PlanServer, kept: KeptPlan, body: bytes, said: str
) -> None:
    kept.write(text(SEVENTH))
    server.body = body

    plan, problem = await started_with(server, kept)

    assert plan == SEVENTH
    assert said in (problem or "")


async def test_a_kept_plan_of_another_firm_or_a_broken_one_is_in_nobodys_way(
    server: PlanServer, kept: KeptPlan, caplog: pytest.LogCaptureFixture
) -> None:
    other = replace(make_plan(serial=99), organisation=Organisation("Another", "87654321"))
    kept.write(text(other))
    assert await started_with(server, kept) == (SEVENTH, None)

    kept.write(b"half a Pl")

    assert await started_with(server, kept) == (SEVENTH, None)
    assert "cannot be used" in caplog.text


async def test_with_neither_it_does_not_start(server: PlanServer, kept: KeptPlan) -> None:
    await server.stop()

    with pytest.raises(LinkError, match=r"no connection: .*; and no Plan is kept in .*plan\.json"):
        await started_with(server, kept)


async def test_a_bad_plan_and_none_kept_names_every_problem(
    server: PlanServer, kept: KeptPlan
) -> None:
    server.body = b'{"serial": 0}'

    with pytest.raises(PlanError) as caught:
        await started_with(server, kept)

    assert len(caught.value.problems) > 1
    assert all(problem.startswith(server.url) for problem in caught.value.problems)


async def test_a_token_that_can_be_read_on_its_way_is_warned_of(
    kept: KeptPlan, caplog: pytest.LogCaptureFixture
) -> None:
    kept.write(text(SEVENTH))

    begun = await begin_with_url("http://calltrack.invalid/plan", kept.path.parent, now=NOW)

    await begun.source.close()
    assert "in the clear" in caplog.text
    assert TOKEN not in caplog.text


async def test_a_near_machine_needs_no_https(
    server: PlanServer, kept: KeptPlan, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)

    await started_with(server, kept)

    assert caplog.text == ""
