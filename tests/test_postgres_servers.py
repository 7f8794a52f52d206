"""The PostgreSQL of the tests: whichever is found serves, and none outlives its tests."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests import postgres_servers
from tests.redis_servers import wait_until

TELL = f"import os; print(os.environ['{postgres_servers.ADDRESS}'], flush=True)"
COMMAND = (sys.executable, "-m", "tests.postgres_servers", sys.executable, "-c")
ROOT = Path(__file__).parents[1]


def folder_of(address: str) -> Path:
    """Say where a server keeps everything."""
    return Path(psycopg.conninfo.conninfo_to_dict(address)["host"])  # type: ignore[arg-type]


def without_address() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if k != postgres_servers.ADDRESS}


@pytest.mark.parametrize("place", postgres_servers.binaries() or ["missing"])
def test_a_server_answers_and_leaves_nothing_behind(place: str) -> None:
    if place == "missing":
        pytest.skip(postgres_servers.MISSING)
    with postgres_servers.served(postgres_servers.binaries()[place]) as address:
        with psycopg.connect(address) as connection:
            row = connection.execute("SHOW server_encoding").fetchone()
        folder = folder_of(address)
        was_there = folder.is_dir()

    assert row == ("UTF8",)
    assert (was_there, folder.exists()) == (True, False)


def test_a_command_is_told_the_address_and_its_status_is_ours() -> None:
    told = subprocess.run(
        [*COMMAND, f"{TELL}; raise SystemExit(3)"],
        cwd=ROOT,
        env={**os.environ, postgres_servers.ADDRESS: "postgresql://elsewhere/x"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (told.returncode, told.stdout) == (3, "postgresql://elsewhere/x\n")


@pytest.mark.skipif(not postgres_servers.binaries(), reason=postgres_servers.MISSING)
def test_a_server_ends_also_with_a_runner_that_is_killed() -> None:
    runner = subprocess.Popen(
        [*COMMAND, f"{TELL}; input()"],
        cwd=ROOT,
        env=without_address(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert runner.stdout is not None
    folder = folder_of(runner.stdout.readline().strip())
    was_there = folder.is_dir()

    runner.send_signal(signal.SIGKILL)
    runner.communicate()

    assert was_there
    wait_until(lambda: not folder.exists(), "the server was left behind")


@pytest.mark.parametrize(
    ("ci", "status"), [pytest.param("", 0, id="here"), pytest.param("1", 1, id="where CI is set")]
)
def test_without_a_server_the_command_is_left_out_and_one_line_says_so(
    ci: str, status: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv(postgres_servers.ADDRESS, raising=False)
    monkeypatch.setenv("CI", ci)
    monkeypatch.setattr(postgres_servers, "binaries", dict)

    assert postgres_servers.main(["false"]) == status
    assert capsys.readouterr().out.splitlines() == [postgres_servers.MISSING]
