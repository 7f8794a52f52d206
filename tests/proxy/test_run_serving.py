"""A signal counts from the first moment."""

import os
import subprocess
import sys
from pathlib import Path

from tests.calltrack.plans import make_plan
from tests.e2e.edges import ROOT, environment, write_plan

STOPPED_WHILE_STARTING = """
import asyncio, os, signal, sys
from calltrack import planfile
from proxy.__main__ import build_parser
from proxy import run_serving
from proxy.config.reading import in_force

args = in_force(build_parser().parse_args(sys.argv[1:]), {})

async def start() -> None:
    starting = asyncio.ensure_future(run_serving.serve_until_told(args, planfile.load(args.plan)))
    await asyncio.sleep(0)  # the store is being opened now
    os.kill(os.getpid(), signal.SIGTERM)
    await starting

asyncio.run(start())
"""


def test_a_signal_while_it_starts_ends_it_in_order(tmp_path: Path) -> None:
    plan = write_plan(tmp_path / "plan.json", make_plan())
    options = ("--upstream", "http://127.0.0.1:9", "--listen", "127.0.0.1:0")
    store = ("--admin", "127.0.0.1:0", "--store", f"sqlite:///{tmp_path}/s.db")

    done = subprocess.run(
        [
            sys.executable,
            "-c",
            STOPPED_WHILE_STARTING,
            "run",
            *options,
            *store,
            "--plan",
            str(plan),
        ],
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**environment(), "PYTHONPATH": os.fspath(ROOT)},
        timeout=60,
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
