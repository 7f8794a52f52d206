"""Fixtures: the real demo site, as a process of its own.

`demo_site`    base URL of the running Wagtail site, without a proxy: "http://127.0.0.1:40123"
`demo_folder`  a folder as a first start leaves it: database, pages, login. Copy it, change nothing

Both are made once for a whole run, also with xdist; only tests that ask for them pay. Making the
database takes some seconds, starting the site one.
"""

import fcntl
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo import child, ports, readiness

START_SECONDS = 60.0


def environment(folder: Path) -> dict[str, str]:
    """Give the variables that make a process of the site work in a folder."""
    return {"DJANGO_SETTINGS_MODULE": "settings.dev", "CALLTRACK_DEMO_VAR": str(folder)}


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with everything that the demo's first start makes. Copy it to change it."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder = shared / "demo-folder"
    with (shared / "demo-folder.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            draft = shared / "demo-folder.draft"
            draft.mkdir()
            _django(draft, "migrate", "--verbosity", "0")
            _django(draft, "load_demo", "--password-file", str(draft / "login"))
            draft.rename(folder)
    return folder


@pytest.fixture(scope="session")
def demo_site(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the base URL of the running demo site. Its hosts are localhost and 127.0.0.1."""
    folder = tmp_path_factory.mktemp("demo-site") / "var"
    shutil.copytree(demo_folder, folder)
    port = ports.choose([0])[0]
    site = child.start(
        "site",
        ("demo.serve", "--port", str(port), "--login", str(folder / "login")),
        log=folder / "site.log",
        environment=environment(folder),
    )
    try:
        give_up_at = time.monotonic() + START_SECONDS
        while readiness.answers(port) != 200:
            if site.status is not None or time.monotonic() > give_up_at:
                pytest.fail(f"the demo site does not answer:\n{site.last_lines()}")
            time.sleep(0.05)  # between two looks at the port, with a deadline
        yield f"http://127.0.0.1:{port}"
    finally:
        site.stop()


def _django(folder: Path, *arguments: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "django", *arguments],
        cwd=child.ROOT,
        env={**os.environ, **environment(folder)},
        check=True,
        capture_output=True,
    )
