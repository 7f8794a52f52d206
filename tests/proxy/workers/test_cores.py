"""How many workers there are where nobody says so."""

import os
from pathlib import Path

import pytest

from proxy.workers.cores import cores


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("max 100000\n", 8, id="no limit"),
        pytest.param("200000 100000\n", 2, id="two cores"),
        pytest.param("50000 100000\n", 1, id="half a core is one"),
        pytest.param("250000 100000\n", 3, id="a part of a core is one more"),
        pytest.param("6400000 100000\n", 8, id="more than there are"),
        pytest.param("nonsense", 8, id="no quota"),
        pytest.param(None, 8, id="no such file"),
    ],
)
def test_a_container_has_the_cores_that_it_may_use(
    text: str | None, expected: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cpu_max = tmp_path / "cpu.max"
    if text is not None:
        cpu_max.write_text(text)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _process: set(range(8)))

    assert cores(cpu_max) == expected
