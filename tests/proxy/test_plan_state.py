"""What ops hear of the Plan: each thing once."""

import logging
from datetime import UTC, datetime, timedelta

import pytest

from calltrack.link.outcomes import Failed, Found, Outcome, Refused, Same
from proxy.plan_state import PlanState
from tests.calltrack.plans import make_plan

START = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
PLAN = make_plan(serial=7)
FOUND, SAME = Found(PLAN), Same()
DOWN, BAD = Failed("no connection"), Refused(("region: «XX»", "serial: «0»"))


@pytest.mark.parametrize(
    ("outcomes", "problem", "warnings"),
    [
        pytest.param([FOUND, SAME, SAME], None, 0, id="all is well"),
        pytest.param([DOWN] * 5, "no connection", 1, id="down for long"),
        pytest.param([DOWN, Failed("401"), DOWN], "no connection", 3, id="other reasons"),
        pytest.param([DOWN, SAME], None, 1, id="down and back"),
        pytest.param([BAD, SAME, SAME], "region: «XX»; serial: «0»", 3, id="a bad Plan"),
        pytest.param([BAD, DOWN, SAME], "region: «XX»; serial: «0»", 4, id="bad, down, as bad"),
        pytest.param([BAD, BAD], "region: «XX»; serial: «0»", 3, id="the same bad Plan"),
        pytest.param([BAD, FOUND], None, 3, id="a bad Plan mended"),
    ],
)
def test_a_problem_is_shown_while_it_lasts_and_told_once(
    outcomes: list[Outcome],
    problem: str | None,
    warnings: int,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    state = PlanState(PLAN, "http://cms/plan", START)

    for outcome in outcomes:
        state.note(outcome, now=START)

    assert state.problem == problem
    assert [one.levelname for one in caplog.records].count("WARNING") == warnings


def test_the_moment_of_the_last_answer_is_known() -> None:
    state = PlanState(PLAN, "http://cms/plan", START)

    state.note(SAME, now=START + timedelta(seconds=2))
    state.note(DOWN, now=START + timedelta(seconds=4))

    assert state.answered_at == START + timedelta(seconds=2)


def test_a_change_is_told_with_both_serials(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    state = PlanState(PLAN, "http://cms/plan", START)

    state.use(make_plan(serial=8), now=START + timedelta(hours=1))

    assert state.plan.serial == 8
    assert state.since == START + timedelta(hours=1)
    assert "serial 8 is in force, after 7" in caplog.text


def test_of_very_many_problems_the_first_are_told(caplog: pytest.LogCaptureFixture) -> None:
    state = PlanState(PLAN, "http://cms/plan", START)

    state.note(Refused(tuple(f"row {n}" for n in range(100))), now=START)

    assert len(caplog.records) == 22
    assert "and 80 more" in caplog.text


@pytest.mark.parametrize(
    ("source", "said"),
    [
        pytest.param(
            "http://cms/plan", "http://cms/plan answered last at 2026-03-02", id="an address"
        ),
        pytest.param("plan.toml", "plan.toml was looked at last at 2026-03-02", id="a file"),
    ],
)
def test_a_problem_names_its_source_once_and_a_file_answers_nothing(source: str, said: str) -> None:
    state = PlanState(PLAN, source, START)

    state.note(SAME, now=START)
    state.note(Refused((f"{source}: region: «XX»",)), now=START)

    assert said in state.told()
    assert state.told().endswith(f"; {source}: region: «XX»")
