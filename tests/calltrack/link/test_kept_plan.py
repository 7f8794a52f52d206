"""The last good Plan on the disk: whole at any moment, and its user's alone."""

import json
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from calltrack import planfile
from calltrack.errors import LinkError, PlanError
from calltrack.link.kept_plan import KeptPlan
from calltrack.plan import Plan
from tests.calltrack.plans import make_plan


def text(plan: Plan) -> bytes:
    return json.dumps(planfile.to_mapping(plan)).encode()


def test_nothing_is_kept_at_first(tmp_path: Path) -> None:
    assert KeptPlan(tmp_path).load() is None


def test_the_last_plan_written_is_the_one_that_is_kept(tmp_path: Path) -> None:
    kept = KeptPlan(tmp_path)

    kept.write(text(make_plan(serial=7)))
    kept.write(text(make_plan(serial=8)))

    found = kept.load()
    assert found is not None
    plan, written_at = found
    assert plan == make_plan(serial=8)
    assert abs(datetime.now(UTC) - written_at) < timedelta(hours=1)


def test_only_its_user_may_read_it_and_nothing_else_is_left(tmp_path: Path) -> None:
    kept = KeptPlan(tmp_path)

    kept.write(text(make_plan()))

    assert stat.S_IMODE(kept.path.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["plan.json"]


def test_a_folder_that_takes_nothing_keeps_what_it_has(tmp_path: Path) -> None:
    kept = KeptPlan(tmp_path)
    kept.path.mkdir()  # nothing can be put in its place

    with pytest.raises(LinkError, match=r"plan\.json cannot be written"):
        kept.write(text(make_plan()))

    assert [path.name for path in tmp_path.iterdir()] == ["plan.json"]


def test_what_is_no_plan_is_an_error_that_names_the_file(tmp_path: Path) -> None:
    kept = KeptPlan(tmp_path)
    kept.write(b'{"serial": 1')

    with pytest.raises(PlanError, match=r"plan\.json: no valid JSON"):
        kept.load()


def test_a_file_that_cannot_be_looked_at_is_an_error_of_its_own(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_bytes(b"")

    with pytest.raises(PlanError, match="cannot be read"):
        KeptPlan(blocked).load()
