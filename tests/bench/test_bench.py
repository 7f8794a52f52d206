"""The benchmarks run, look at what they get, and say so when it is wrong."""

import asyncio
import contextlib
import json
import subprocess
import sys

import pytest

from calltrack.numbers import PhoneNumber
from snippet_server.assets import load as released
from tests import nginx_servers
from tests.bench import __main__ as bench
from tests.bench import leasing_crowd, leasing_pages, leasing_pools, rewriting_engines
from tests.bench.answers import NewVisitors, same
from tests.bench.leasing_places import NO_REDIS, OURS, Place, places
from tests.bench.load import Load, ask, request
from tests.bench.pages import KINDS, NEW, OLD, make_page
from tests.bench.report import WrongOutputError
from tests.bench.rewriting_engines import ALL
from tests.bench.rewriting_hostile import SHAPES
from tests.bench.rewriting_memory import jobs
from tests.bench.rewriting_outputs import count
from tests.bench.snippet_browser import chromium, script_ms
from tests.bench.snippet_load import Visitors
from tests.postgres_servers import binaries as postgres_binaries
from tests.redis_servers import binaries

HERE = Place("here", "sqlite:///x", "floor", "plain")
ALONE = frozenset([OLD])
ENGINES = len(rewriting_engines.ours(ALONE, ALONE)) + len(rewriting_engines.peers(ALONE))
ROWS = 3 * len(KINDS) + 5  # pages; one kind never seen; means and goals
REWRITER = [ENGINES, ROWS, ROWS, len(jobs()) + 1, len(SHAPES)]
PROXY = [9, 2, 9] if nginx_servers.binary() else [5, 9]
SNIPPET = [len(released().by_name), *([6] if chromium() else []), 6 if binaries() else 3, 3]
POOL = [PhoneNumber("+31207654301"), PhoneNumber("+31207654302")]


@pytest.mark.parametrize(
    ("part", "lines"),
    [
        pytest.param("rewriter", REWRITER, id="rewriter", marks=pytest.mark.slow),
        pytest.param("proxy", PROXY, id="proxy", marks=pytest.mark.slow),
        pytest.param("snippet", SNIPPET, id="snippet", marks=pytest.mark.slow),
        pytest.param("session", [3, 3], id="session"),
        pytest.param("leases", [14, 4, 4] if binaries() else [4, 2, 2], id="leases"),
        pytest.param("ingest", [3, 2], id="ingest"),
        pytest.param(
            "calls", [2] if postgres_binaries() else [1], id="calls", marks=pytest.mark.slow
        ),
        pytest.param("live", [1], id="live", marks=pytest.mark.slow),
        pytest.param("dashboard", [2], id="dashboard", marks=pytest.mark.slow),
        pytest.param("reports", [16], id="reports", marks=pytest.mark.slow),
    ],
)
def test_a_quick_run_prints_its_tables(part: str, lines: list[int]) -> None:
    argv = [sys.executable, "-m", "tests.bench", "--quick", "--only", part]

    done = subprocess.run(argv, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    machine, *blocks = done.stdout.strip().split("\n\n")
    tables = [block.splitlines() for block in blocks if block.startswith("  ")]
    assert "Python" in machine
    assert [len(table) - 1 for table in tables] == lines


def test_a_wrong_output_ends_the_run_with_status_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = rewriting_engines.Engine("ours", lambda page, _: page + b" ", ALL, is_ours=True)
    monkeypatch.setattr(rewriting_engines, "ours", lambda *_: [broken])

    status = bench.main(["--quick", "--only", "rewriter"])

    written = capsys.readouterr()
    assert status == 1
    assert "wrong output, so no time counts: ours, page shop with 0 numbers" in written.err
    assert "pages/s" not in written.out


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("hits", [0, 1, 50])
def test_a_page_holds_as_many_numbers_as_it_says(kind: str, hits: int) -> None:
    page = make_page(kind, hits)

    assert count(page.before, OLD) == count(page.after, NEW) == len(page.places) == hits
    assert count(page.after, OLD) == 0
    assert (page.before == page.after) == (hits == 0)


@pytest.mark.parametrize(
    ("bodies", "is_right"),
    [
        pytest.param(
            [b'<a href="tel:+31207654301">', b'<a href="tel:+31207654302">'], True, id="own"
        ),
        pytest.param([b'<a href="tel:+31207654301">'] * 2, False, id="one number twice"),
        pytest.param([b'<a href="tel:+31850199999">'], False, id="the original"),
        pytest.param([b'<a href="tel:+31207654301"> '], False, id="another page"),
        pytest.param([b"<a>"], False, id="no number"),
    ],
)
def test_new_visitors_must_see_numbers_of_their_own(bodies: list[bytes], is_right: bool) -> None:
    looked_at = NewVisitors(b'<a href="tel:+31850199999">', OLD, POOL)

    if is_right:
        looked_at(Load(bodies=bodies), "here")
    else:
        with pytest.raises(WrongOutputError):
            looked_at(Load(bodies=bodies), "here")


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(b"Content-Length: 6\r\n\r\n<p>abc", id="whole"),
        pytest.param(
            b"Transfer-Encoding: chunked\r\n\r\n2\r\n<p\r\n4\r\n>abc\r\n0\r\n\r\n", id="in chunks"
        ),
    ],
)
async def test_answers_are_read_whole_one_after_another(answer: bytes) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError):
            while await reader.readuntil(b"\r\n\r\n"):
                writer.write(b"HTTP/1.1 200 OK\r\n" + answer)
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        load = await ask(port, request("/"), times=4, at_once=2)

    assert load.bodies == [b"<p>abc"] * 4


def test_one_wrong_answer_among_many_is_seen() -> None:
    with pytest.raises(WrongOutputError):
        same(b"page")(Load(bodies=[b"page", b"pagf"]), "here")


@pytest.mark.parametrize(
    ("numbers", "holders", "complaint"),
    [
        pytest.param({"a": "1", "b": "2"}, {"1": "a", "2": "b"}, None, id="right"),
        pytest.param({"a": "1", "b": "2"}, None, None, id="nobody remembers holders"),
        pytest.param({"a": "1", "b": "1"}, {"1": "b"}, "1 numbers have two holders", id="double"),
        pytest.param({"a": "1", "b": ""}, {"1": "a"}, "a session got no number", id="none"),
        pytest.param({"a": "1", "b": "2"}, {"1": "a"}, "other holders", id="forgotten"),
        pytest.param({"a": "1", "b": "2"}, {"1": "b", "2": "a"}, "other holders", id="changed"),
    ],
)
def test_a_number_that_two_hold_is_seen(
    numbers: dict[str, str], holders: dict[str, str] | None, complaint: str | None
) -> None:
    crowd = leasing_crowd.Crowd(HERE, OURS, numbers=numbers, latencies=[0.1, 0.1])

    if complaint is None:
        leasing_crowd.look(crowd, holders)
    else:
        with pytest.raises(WrongOutputError, match=complaint):
            leasing_crowd.look(crowd, holders)


@pytest.mark.parametrize(
    ("found", "complaint"),
    [
        pytest.param([["1", "2"], ["3", "4"]], None, id="right"),
        pytest.param([["1", "2"], ["3"]], "a branch has no number", id="too few"),
        pytest.param([["1", "2"], ["2", "3"]], "a number is held twice", id="on two pages"),
        pytest.param([["1", "1"]], "a number is held twice", id="twice on one page"),
    ],
)
def test_a_page_must_show_numbers_of_its_own(found: list[list[str]], complaint: str | None) -> None:
    page = leasing_pages.Page(HERE, branches=2)
    timed = [(0.1, numbers) for numbers in found]

    if complaint is None:
        leasing_pages.look(page, timed, page.seen, OURS)
    else:
        with pytest.raises(WrongOutputError, match=complaint):
            leasing_pages.look(page, timed, page.seen, OURS)


@pytest.mark.parametrize(
    ("case", "given", "complaint"),
    [
        pytest.param("free", ["1", "2"], None, id="free"),
        pytest.param("free", ["1", "1"], "a number has two holders", id="promised to another"),
        pytest.param("free", [""], "0 numbers for one ask", id="none given where one is free"),
        pytest.param("none", ["", ""], None, id="none"),
        pytest.param("none", ["1"], "1 numbers for one ask", id="one given where none is free"),
    ],
)
def test_a_take_that_gives_what_it_must_not_is_seen(
    case: str, given: list[str], complaint: str | None
) -> None:
    pool = leasing_pools.Pool(HERE, 50, case)

    def note() -> None:
        for number in given:
            pool.note([number] if number else [])

    if complaint is None:
        note()
    else:
        with pytest.raises(WrongOutputError, match=complaint):
            note()


def told(number: str = "+31207000001", text: str = "020 700 0001") -> bytes:
    return json.dumps({"spots": [[text], [f"tel:{number}"]]}).encode()


COOKIE = b"HTTP/1.1 200 OK\r\nSet-Cookie: calltrack-1-main=x; Path=/\r\n\r\n"


@pytest.mark.parametrize(
    ("heads", "bodies", "complaint"),
    [
        pytest.param([COOKIE], [told()], None, id="right"),
        pytest.param([COOKIE] * 2, [told()] * 2, "another visitor has", id="one number twice"),
        pytest.param([b"\r\n\r\n"], [told()], "without a cookie", id="no cookie"),
        pytest.param([COOKIE], [told("+31850199999", "085 019 99 99")], "agree", id="original"),
        pytest.param([COOKIE], [told("+31207000002")], "do not agree", id="two numbers"),
        pytest.param(
            [COOKIE], [told("+31207000009", "020 700 00 09")], "of the pool", id="not of the pool"
        ),
    ],
)
def test_an_ask_that_is_answered_wrongly_is_seen(
    heads: list[bytes], bodies: list[bytes], complaint: str | None
) -> None:
    visitors = Visitors(frozenset({"+31207000001"}))
    load = Load(heads=heads, bodies=bodies)

    if complaint is None:
        visitors.come(load)
        visitors.stay(load, ["+31207000001"])
    else:
        with pytest.raises(WrongOutputError, match=complaint):
            visitors.come(load)


def test_script_is_counted_once_and_only_on_the_page_s_own_thread() -> None:
    def span(name: str, ts: int, dur: int, *, tid: int = 1, **data: object) -> dict[str, object]:
        times = {"ts": ts, "dur": dur, "tdur": dur // 2}
        return {"name": name, "ph": "X", "pid": 1, "tid": tid, **times, "args": {"data": data}}

    events = [
        span("EvaluateScript", 10, 4_000),  # of the page before
        span("CommitLoad", 20_000, 10, url="http://a/"),
        span("EvaluateScript", 30_000, 8_000),
        span("v8.compile", 31_000, 2_000),  # a part of it
        span("RunMicrotasks", 50_000, 2_000),
        span("Layout", 60_000, 9_000),
        span("FunctionCall", 70_000, 9_000, tid=2),
    ]

    assert script_ms(events, "http://a/") == 5.0
    with pytest.raises(WrongOutputError, match="no http://b/"):
        script_ms(events, "http://b/")


def test_without_a_redis_the_bench_says_so_and_measures_sqlite(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with places({}) as found:
        names = [place.name for place in found]

    assert names == ["SQLite"]
    assert capsys.readouterr().out == f"{NO_REDIS}\n"
