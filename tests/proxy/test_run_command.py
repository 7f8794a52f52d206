"""What `run` takes on its command line, and that a signal counts from the first moment."""

import os
import subprocess
import sys
from argparse import ArgumentTypeError
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from calltrack.plan import Consent
from proxy.__main__ import build_parser
from proxy.quantities import some_seconds
from proxy.rewrite import strides
from proxy.run_arguments import (
    Address,
    address,
    client_cap,
    edge_name,
    events_address,
    host_sent,
    milliseconds,
    plan_place,
    prefix,
    public_url,
    upstream,
    web_address,
)
from proxy.run_command import _say_ready, data_folder, unheard
from tests.calltrack.plans import SITE, make_plan
from tests.e2e.edges import ROOT, environment, write_plan


@pytest.mark.parametrize(
    ("text", "expected", "written"),
    [
        pytest.param("127.0.0.1:8080", ("127.0.0.1", 8080), "127.0.0.1:8080", id="IPv4"),
        pytest.param("[::1]:8080", ("::1", 8080), "[::1]:8080", id="IPv6"),
        pytest.param("[::]:0", ("::", 0), "[::]:0", id="all of IPv6, any port"),
        pytest.param("localhost:0", ("localhost", 0), "localhost:0", id="a name, any port"),
        pytest.param(":8080", ("127.0.0.1", 8080), "127.0.0.1:8080", id="no host"),
        pytest.param("8080", ("127.0.0.1", 8080), "127.0.0.1:8080", id="a port alone"),
    ],
)
def test_an_address_is_read_and_written_as_in_a_url(
    text: str, expected: tuple[str, int], written: str
) -> None:
    found = address(text)

    assert found == Address(*expected)
    assert str(found) == written


@pytest.mark.parametrize(
    ("read", "text", "said"),
    [
        pytest.param(address, "", "no HOST:PORT", id="no address"),
        pytest.param(address, "localhost", "no HOST:PORT", id="no port"),
        pytest.param(address, "localhost:", "no HOST:PORT", id="an empty port"),
        pytest.param(address, "localhost:65536", "no HOST:PORT", id="a port too high"),
        pytest.param(address, "localhost:-1", "no HOST:PORT", id="a port too low"),
        pytest.param(address, "localhost:²", "no HOST:PORT", id="a digit that is none"),
        pytest.param(address, "::1:8080", r"\[::1\]:8080", id="IPv6 without brackets"),
        pytest.param(address, "[::1:8080", "no HOST:PORT", id="half the brackets"),
        pytest.param(milliseconds, "0", "from 1", id="no time at all"),
        pytest.param(milliseconds, "-5", "from 1", id="less than no time"),
        pytest.param(milliseconds, "1.5", "from 1", id="half a millisecond"),
        pytest.param(milliseconds, "soon", "from 1", id="a word"),
        pytest.param(milliseconds, "600000", "to 60000", id="ten minutes"),
        pytest.param(client_cap, "0", "from 1", id="a cap of nothing"),
        pytest.param(client_cap, "all", "from 1", id="a cap in words"),
        pytest.param(host_sent, "a b", "no name of a host", id="a space in a host"),
        pytest.param(host_sent, "a\r\nX: y", "no name of a host", id="a line end in a host"),
        pytest.param(host_sent, "http://a", "no name of a host", id="an address for a host"),
        pytest.param(upstream, "http://x:0", "no address of a site", id="port 0 of a site"),
        pytest.param(plan_place, "https://", "no address of a Plan", id="no host of a Plan"),
        pytest.param(plan_place, "http://x:0/p", "no address of a Plan", id="port 0 of a Plan"),
        pytest.param(plan_place, "http://x:y/p", "no address of a Plan", id="no port of a Plan"),
        pytest.param(plan_place, "http://u:p@x/", "CALLTRACK_PLAN_TOKEN", id="a login for a Plan"),
        pytest.param(plan_place, "http://x/a b", "no address of a Plan", id="a space in a Plan's"),
        pytest.param(plan_place, "http://x/#a", "no address of a Plan", id="a fragment"),
        pytest.param(events_address, "http://", "no address for events", id="no host for events"),
        pytest.param(events_address, "a/b", "no address for events", id="a file for events"),
        pytest.param(events_address, "None", "nor «none»", id="nowhere, in capitals"),
        pytest.param(events_address, "http://u:p@x/", "CALLTRACK_PLAN_TOKEN", id="a login"),
        pytest.param(public_url, "www.a.nl", "https://www.example", id="an address without https"),
        pytest.param(public_url, "https://a.nl/calls/", "no path", id="an address with a path"),
        pytest.param(prefix, "/", "no prefix", id="no prefix at all"),
        pytest.param(prefix, "_calltrack/", "no prefix", id="a prefix in the middle"),
        pytest.param(prefix, "/_calltrack", "no prefix", id="a prefix without its end"),
        pytest.param(prefix, "/a/../b/", "no prefix", id="a prefix with dots"),
        pytest.param(prefix, "/a%20b/", "no prefix", id="an escaped prefix"),
        pytest.param(web_address, "ftp://a/", "no address", id="an address of another kind"),
        pytest.param(some_seconds, "-1", "number of seconds", id="less than no seconds"),
        pytest.param(edge_name, " ", "1 to 100", id="a name of nothing"),
        pytest.param(edge_name, "a\nb", "printable", id="a name of two lines"),
        pytest.param(edge_name, "x" * 101, "1 to 100", id="a name too long"),
    ],
)
def test_what_cannot_be_used_is_said_in_a_sentence(
    read: Callable[[str], object], text: str, said: str
) -> None:
    with pytest.raises(ArgumentTypeError, match=said):
        read(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("plan.toml", Path("plan.toml"), id="a file"),
        pytest.param("https/plan.json", Path("https/plan.json"), id="a file that looks alike"),
        pytest.param("https://a.nl/p/", "https://a.nl/p/", id="an address"),
        pytest.param("HTTP://a.nl/p/?x=1", "HTTP://a.nl/p/?x=1", id="capitals, and a query"),
    ],
)
def test_a_plan_is_in_a_file_or_at_an_address(text: str, expected: Path | str) -> None:
    assert plan_place(text) == expected


@pytest.mark.parametrize(
    ("read", "text"),
    [
        pytest.param(events_address, "none", id="events stay here"),
        pytest.param(events_address, "https://a.nl/e/?x=1", id="an address for events"),
        pytest.param(edge_name, "proxy één", id="a name"),
        pytest.param(public_url, "https://www.example.nl", id="how carriers reach us"),
        pytest.param(prefix, "/_calltrack/", id="a prefix"),
        pytest.param(prefix, "/a/b.c/", id="a longer prefix"),
    ],
)
def test_where_events_go_and_who_sends_them_is_taken_as_it_is(
    read: Callable[[str], object], text: str
) -> None:
    assert read(text) == text


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
    args = build_parser().parse_args(["run", "--upstream", "http://127.0.0.1:9"])

    with caplog.at_level("INFO", logger="calltrack.proxy"):
        _say_ready(args, Address("127.0.0.1", 1), Address("127.0.0.1", 2), None, None)

    said = [f"the rewriter runs in pure Python, and is slower: {why}"]
    assert caplog.messages == (said if why is not None else [])


STOPPED_WHILE_STARTING = """
import asyncio, os, signal, sys
from calltrack import planfile
from proxy.__main__ import build_parser
from proxy import run_command

args = build_parser().parse_args(sys.argv[1:])

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
