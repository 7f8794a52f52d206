"""`calltrack-snippet run`: the edge with no site behind it."""

import signal
from dataclasses import replace
from pathlib import Path

import pytest

from tests.calltrack.plans import SITE, make_plan
from tests.e2e.edges import Edge, edge, get, origin, status, visitor, wait_until, write_plan
from tests.e2e.snippet_asking import Asker, snippet_server

FIRST, SECOND = "020 765 43 01", "020 765 43 02"
PLAN = make_plan(sites=(replace(SITE, hosts=("www.a.test",), cookie_domain="a.test"),))


def options(folder: Path, plan: Path) -> tuple[str, ...]:
    return ("--plan", str(plan), "--store", f"sqlite:///{folder}/leases.sqlite3")


def calls(edge_: Edge) -> str:
    return edge_.url.rstrip("/").replace("127.0.0.1", "calls.a.test")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        pytest.param("GET", "/", id="the front page"),
        pytest.param("POST", "/contact", id="a form of the site"),
        pytest.param("GET", "/_calltrackx/page", id="nearly ours"),
    ],
)
async def test_what_is_not_under_the_prefix_is_404_with_a_neutral_page(
    tmp_path: Path, method: str, path: str
) -> None:
    plan = write_plan(tmp_path / "plan.json", PLAN)
    async with (
        snippet_server(*options(tmp_path, plan), log=tmp_path / "log") as running,
        visitor() as client,
        client.request(method, calls(running) + path, data=b"x=1") as got,
    ):
        page = await got.text()

    assert (got.status, got.content_type) == (404, "text/html")
    assert "There is no such page here." in page
    assert got.headers["Cache-Control"] == "no-store"


async def test_it_answers_as_an_edge_does_and_ends_in_order(tmp_path: Path) -> None:
    plan = write_plan(tmp_path / "plan.json", PLAN)
    async with (
        snippet_server(*options(tmp_path, plan), log=tmp_path / "log") as running,
        visitor() as client,
    ):
        answer = await Asker(client, "http://www.a.test/", edge=calls(running)).ask()
        script = await get(client, calls(running) + "/_calltrack/snippet.js")
        told = [await get(client, running.status_url + path) for path in ("healthz", "readyz")]
        metrics = (await get(client, running.status_url + "metrics")).decode()
        page = (await get(client, running.status_url)).decode()
        ended = await running.stop()

    assert answer["spots"] == [[FIRST]]
    assert script
    assert len(told) == 2
    assert 'calltrack_snippet_asks_total{kind="new"} 1.0' in metrics
    assert 'calltrack_views_total{kind="new"} 1.0' in metrics
    assert 'calltrack_own_paths_total{status="200"} 2.0' in metrics
    assert "For the snippet alone." in page
    assert running.said[-1].endswith("for the snippet, under /_calltrack/ alone")
    assert ended == 0


async def test_a_proxy_and_a_snippet_server_on_one_store_know_the_same_visitor(
    tmp_path: Path,
) -> None:
    plan = write_plan(tmp_path / "plan.json", PLAN)
    key = {"CALLTRACK_COOKIE_KEY": "k" * 32}
    settings = options(tmp_path, plan)
    async with (
        origin(b"<!doctype html><p>020 123 45 67") as site,
        edge("--upstream", site, *settings, log=tmp_path / "log", **key) as proxy,
        snippet_server(
            *settings, "--data", str(tmp_path / "other"), log=tmp_path / "log", **key
        ) as running,
        visitor() as client,
    ):
        page = proxy.url.replace("127.0.0.1", "www.a.test")
        served = await get(client, page)
        shown = await Asker(client, page, edge=calls(running)).shown()
        leases = (await status(running.status_url))["leases"]

    assert b"020 765 43 01" in served
    assert shown == [FIRST]
    assert len(leases) == 1


async def test_any_worker_answers_a_known_visitor(tmp_path: Path) -> None:
    plan = write_plan(tmp_path / "plan.json", PLAN)
    async with (
        snippet_server(*options(tmp_path, plan), "--workers", "2", log=tmp_path / "log") as running,
        visitor(Connection="close") as client,
    ):
        tab = Asker(client, "http://www.a.test/", edge=calls(running))
        found = [await tab.shown(view=bool(n % 2), load=False) for n in range(1, 20)]
        left = [(await tab.post("leave"))[0] for _ in range(4)]
        again = await tab.shown()
        leases = (await status(running.status_url))["leases"]
        metrics = (await get(client, running.status_url + "metrics")).decode()

    assert found == [[FIRST]] * 19
    assert (left, again, len(leases)) == ([204] * 4, [FIRST], 1)
    assert 'calltrack_snippet_asks_total{kind="new"} 1.0' in metrics
    assert 'calltrack_snippet_asks_total{kind="known"} 19.0' in metrics


async def test_a_new_plan_counts_without_a_restart(tmp_path: Path) -> None:
    plan = write_plan(tmp_path / "plan.json", PLAN)
    async with (
        snippet_server(*options(tmp_path, plan), log=tmp_path / "log") as running,
        visitor() as client,
    ):
        tab = Asker(client, "http://www.a.test/", edge=calls(running))
        first = await tab.shown()
        write_plan(plan, replace(PLAN, serial=2, numbers=PLAN.numbers[1:]))
        running.process.send_signal(signal.SIGHUP)

        async def is_changed() -> bool:
            return await tab.shown(view=False, load=False) == [SECOND]

        await wait_until(is_changed, "the new Plan does not count")

    assert first == [FIRST]


async def test_a_store_that_is_away_leaves_originals_and_what_is_promised(tmp_path: Path) -> None:
    """The store is a Redis that is not there: no page waits for it, none fails."""
    plan = write_plan(tmp_path / "plan.json", PLAN)
    settings = ("--plan", str(plan), "--store", "redis://127.0.0.1:9/0", "--data", str(tmp_path))
    async with (
        snippet_server(*settings, log=tmp_path / "log") as running,
        visitor() as client,
    ):
        answer = await Asker(client, "http://www.a.test/", edge=calls(running)).ask()
        metrics = (await get(client, running.status_url + "metrics")).decode()

    assert (answer["spots"], answer["numbers"], answer["session"]) == ([None], [], True)
    assert 'calltrack_store_total{kind="down"} 1.0' in metrics


@pytest.mark.parametrize(
    ("args", "said"),
    [
        pytest.param((), "calltrack-snippet: no Plan", id="no Plan"),
        pytest.param(("--config", "nowhere.toml"), "nowhere.toml: cannot be read", id="no file"),
    ],
)
async def test_what_it_cannot_start_with_is_one_line_with_its_own_name(
    tmp_path: Path, args: tuple[str, ...], said: str
) -> None:
    with pytest.raises(AssertionError, match="did not start"):
        async with snippet_server(*args, log=tmp_path / "log"):
            pass

    text = (tmp_path / "log").read_text()
    assert said in text
    assert "Traceback" not in text
    assert all(line.startswith("calltrack-snippet: ") for line in text.splitlines())
