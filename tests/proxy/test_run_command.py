"""What `run` tells and refuses, and that a signal counts from the first moment."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from calltrack.plan import Consent
from proxy.__main__ import build_parser
from proxy.config.reading import in_force
from proxy.rewrite import strides
from proxy.run_command import _ready, data_folder, unheard
from proxy.workers.sockets import Ports, bind
from tests.calltrack.plans import SITE, make_plan
from tests.e2e.edges import ROOT, environment, write_plan


@pytest.mark.parametrize(
    ("store", "data", "folder"),
    [
        pytest.param("sqlite:///data/l.db", None, "data", id="beside the file"),
        pytest.param("sqlite:////data/l.db", None, "/data", id="beside the file, absolute"),
        pytest.param("l.db", None, ".", id="a file here"),
        pytest.param("sqlite:///data/l.db", Path("/keys"), "/keys", id="named"),
        pytest.param("redis://localhost", None, "calltrack-data", id="a server"),
        pytest.param("redis://localhost", Path("/keys"), "/keys", id="a server, named"),
    ],
)
def test_the_key_and_the_outbox_live_beside_the_store_or_where_ops_says(
    store: str, data: Path | None, folder: str
) -> None:
    assert data_folder(store, data) == Path(folder)


@pytest.mark.parametrize(
    ("consent", "header", "region", "told"),
    [
        pytest.param(Consent.REQUIRED, "X-Agreed", None, ["consent_header"], id="consent"),
        pytest.param(Consent.NOT_REQUIRED, "X-Agreed", None, [], id="consent that none needs"),
        pytest.param(Consent.REQUIRED, None, None, [], id="consent by a cookie, or not at all"),
        pytest.param(Consent.REQUIRED, None, "CF-IPCountry", ["--region-header"], id="a region"),
    ],
)
def test_a_header_that_nobody_is_trusted_to_send_is_told(
    consent: Consent, header: str | None, region: str | None, told: list[str]
) -> None:
    site = replace(SITE, consent=consent, consent_header=header)

    said = unheard(make_plan(sites=(site,)), region)

    assert [word for line in said for word in told if word in line] == told
    assert len(said) == len(told)


@pytest.mark.parametrize("why", [None, "installed without a C compiler"])
def test_the_log_tells_once_that_the_rewriter_is_the_slower_one(
    why: str | None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(strides, "why_pure", why)
    args = in_force(build_parser().parse_args(["run", "--upstream", "http://127.0.0.1:9"]), {})

    with caplog.at_level("INFO", logger="calltrack.proxy"):
        ports = Ports(bind("127.0.0.1", 0), None, bind("127.0.0.1", 0))
        _ready(args, ports, None)
        ports.close()

    said = [f"the rewriter runs in pure Python, and is slower: {why}"]
    assert caplog.messages == (said if why is not None else [])


STOPPED_WHILE_STARTING = """
import asyncio, os, signal, sys
from calltrack import planfile
from proxy.__main__ import build_parser
from proxy import run_command
from proxy.config.reading import in_force

args = in_force(build_parser().parse_args(sys.argv[1:]), {})

async def start() -> None:
    starting = asyncio.ensure_future(run_command._until_told(args, planfile.load(args.plan)))
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
