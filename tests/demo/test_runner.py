"""`python -m demo` as a real process: it starts, says so, and leaves nothing behind."""

import os
import re
import shutil
import signal
import socket
import time
from pathlib import Path

import pytest

from calltrack import planfile
from demo.child import GRACE_SECONDS, ROOT
from demo.folder import Folder
from tests.demo.running import running
from tests.demo.visiting import Visitor

STOP_SECONDS = 30
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def folder(demo_folder: Path, tmp_path: Path) -> Folder:
    """Give a folder as a first start left it: the second start is quick."""
    shutil.copytree(demo_folder, tmp_path / "var")
    return Folder(tmp_path / "var")


def lines_of(folder: Folder, *arguments: str) -> tuple[int, str]:
    """Run a demo that ends by itself; give its status and what it said."""
    with running(folder, *arguments) as demo:
        status = demo.process.wait(timeout=STOP_SECONDS)
        return status, demo.process.stdout.read() if demo.process.stdout else ""


def nothing_is_left(folder: Folder) -> bool:
    """Say whether no process of a demo holds its folder: each of them does as long as it lives."""
    with folder.locked():
        return True


def test_it_starts_tells_where_and_stops_with_ctrl_c(folder: Folder) -> None:
    with running(folder, "--port", "0") as demo:
        line = demo.read_until("open http://localhost:[0-9]+/")
        site = line.removeprefix("open ").rstrip("/")
        anna, bram = Visitor(site), Visitor(site)
        pages = [one.get("/", User_Agent=FIREFOX, Accept="text/html").text for one in (anna, bram)]

        asked = time.monotonic()
        status = demo.end(signal.SIGINT)

    assert status == 0
    assert time.monotonic() < asked + GRACE_SECONDS  # nobody had to be killed
    assert demo.said[-2:] == ["stopping ...", "stopped"]
    assert any(line.startswith("  Wagtail admin ") for line in demo.said)
    assert not any("Traceback" in line for line in demo.said)
    assert nothing_is_left(folder)
    numbers = [re.findall(r"\(020\) 019 9\d \d\d", page)[0] for page in pages]
    assert numbers == ["(020) 019 94 17", "(020) 019 94 28"]


def test_it_stops_when_it_is_told_to_while_it_starts(folder: Folder) -> None:
    with running(folder, "--port", "0") as demo:
        demo.read_until("  starting the site .*")

        status = demo.end(signal.SIGTERM)

    assert status == 0
    assert demo.said[-1] == "stopped"
    assert nothing_is_left(folder)


@pytest.mark.slow
def test_killed_it_takes_its_processes_along_and_starts_again(folder: Folder) -> None:
    with running(folder, "--port", "0") as demo:
        demo.read_until("open .*")
        demo.end(signal.SIGKILL)

    with running(folder, "--port", "0") as again:
        again.read_until("open .*")
        status = again.end()

    assert status == 0
    assert nothing_is_left(folder)


@pytest.mark.parametrize(("which", "name"), [(0, "site"), (1, "proxy")], ids=["site", "proxy"])
def test_a_process_that_dies_is_named_and_the_rest_stops(
    folder: Folder, which: int, name: str
) -> None:
    with running(folder, "--port", "0") as demo:
        demo.read_until("Ctrl-C stops it.")
        os.kill(demo.children[which], signal.SIGKILL)
        demo.read_until(f"demo: the {name} ended with signal 9. The end of .*{name}.log:")

        status = demo.process.wait(timeout=STOP_SECONDS)

    assert status == 1
    assert nothing_is_left(folder)


def test_a_taken_port_is_told_and_another_one_used(folder: Folder) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        with running(folder, "--port", str(taken)) as demo:
            line = demo.read_until("open .*")
            demo.end()

    assert f"  port {taken} is taken; " in "\n".join(demo.said)
    assert line != f"open http://localhost:{taken}/"


def test_two_at_once_need_two_folders(folder: Folder) -> None:
    with running(folder, "--port", "0") as demo:
        demo.read_until("open .*")
        status, said = lines_of(folder, "--port", "0")
        demo.end()

    assert status == 1
    assert f"another demo works in {folder.path}: open {demo.address}" in said
    assert "--var" in said


def test_what_a_reader_that_went_away_missed_does_not_stop_it(folder: Folder) -> None:
    with running(folder, "--port", "0") as demo:
        demo.read_until("Van Dam .*")
        assert demo.process.stdout
        demo.process.stdout.close()

        demo.process.send_signal(signal.SIGINT)
        status = demo.process.wait(timeout=STOP_SECONDS)

    assert status == 0
    assert nothing_is_left(folder)


WRONG = [
    pytest.param(["--port", "x"], 2, "«x» is no port", id="port"),
    pytest.param(["--plan", "/nope.toml"], 2, "/nope.toml", id="no plan"),
    pytest.param(["--var", "/dev/null/x"], 1, "/dev/null/x cannot be used", id="folder"),
]


@pytest.mark.parametrize(("arguments", "status", "sentence"), WRONG)
def test_what_is_wrong_is_one_line(
    tmp_path: Path, arguments: list[str], status: int, sentence: str
) -> None:
    found, said = lines_of(Folder(tmp_path / "var"), *arguments)

    assert found == status
    assert sentence in said.splitlines()[-1]
    assert "Traceback" not in said


def test_a_plan_for_another_site_is_refused(tmp_path: Path) -> None:
    plan = tmp_path / "plan.toml"
    example = (ROOT / "demo" / "plan.toml").read_text()
    plan.write_text(example.replace('"localhost", "127.0.0.1"', '"www.example.nl"'))

    status, said = lines_of(Folder(tmp_path / "var"), "--plan", str(plan))

    assert planfile.load(plan).sites
    assert status == 2
    assert "no site of this Plan answers to «localhost»" in said
