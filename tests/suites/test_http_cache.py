"""http-cache-tests: what passes without a proxy passes through ours, too.

The suite's own server stands behind; its client asks it directly and through us, at once. Nearly
all its answers are plain texts; a second server calls them pages, so that they take the way of
pages in which no number is found: those keep their fields.
"""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.calltrack.plans import make_plan
from tests.e2e.edges import edge, write_plan
from tests.outside import free_port, program, running
from tests.suites.npm_packages import unpacked

FEWEST_DIRECT = 100
"""Without any cache this many of its 350 tests pass; the others are about what caches do."""
TYPE, AS_PAGES = "'text/plain')", "'text/html')"
WITH_PLAN, WITH_CACHE = "a Plan", "a Plan and a cache"
KEPT_HERE = {
    "conditional-etag-forward": "If-None-Match",
    "conditional-lm-stale": "If-Modified-Since",
}
"""What fails with a Plan, and which field it misses at the site: whoever may be about to see a page
sends no validator on but one of ours, for the site knows nothing of the numbers in it."""

Results = dict[str, Any]


@contextmanager
def server(suite: Path) -> Iterator[int]:
    """Run the suite's server; give its port."""
    port = free_port()
    settings = {"protocol": "http", "port": str(port), "pidfile": str(suite / "server.pid")}
    command = [program("node", "nodejs"), "server/server.mjs"]
    with running(command, port, folder=suite, **_npm(**settings)):
        yield port


async def client(suite: Path, url: str) -> Results:
    """Run all tests against an address; give what became of each."""
    process = await asyncio.create_subprocess_exec(
        *(program("node", "nodejs"), "--no-warnings", "cli.mjs"),
        cwd=suite,
        env={**os.environ, **_npm(base=url.rstrip("/"), id="")},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, complained = await process.communicate()
    assert process.returncode == 0, complained.decode()
    results: Results = json.loads(said[said.index(b"\n{") :] if b"\n{" in said else said)
    return results


def _npm(**settings: str) -> dict[str, str]:
    """Tell the suite's programs what npm would tell them."""
    return {
        f"npm_{kind}config_{name}": value
        for name, value in settings.items()
        for kind in ("", "package_")
    }


@asynccontextmanager
async def proxies(port: int, folder: Path) -> AsyncIterator[dict[str, str]]:
    """Run ours without a Plan, with one, and with a cache too; give where they are."""
    plan = write_plan(folder / "plan.json", make_plan())
    options: dict[str, tuple[str, ...]] = {"no Plan": ()}
    for name, cache_mb in ((WITH_PLAN, "0"), (WITH_CACHE, "64")):
        store = f"sqlite:///{folder}/{cache_mb}/leases.sqlite3"
        options[name] = ("--cache-mb", cache_mb, "--plan", str(plan), "--store", store)
    async with AsyncExitStack() as stack:
        yield {
            name: (
                await stack.enter_async_context(
                    edge(
                        *("--upstream", f"http://127.0.0.1:{port}", *more),
                        log=folder / f"{name}.log",
                    )
                )
            ).url
            for name, more in options.items()
        }


@pytest.mark.slow
@pytest.mark.parametrize(
    "kind", [pytest.param(TYPE, id="texts"), pytest.param(AS_PAGES, id="pages without numbers")]
)
async def test_what_passes_without_a_proxy_passes_through_it(tmp_path: Path, kind: str) -> None:
    suite = unpacked(tmp_path)
    answers = suite / "server" / "handle-test.mjs"
    written = answers.read_text(encoding="utf-8")
    assert TYPE in written
    answers.write_text(written.replace(TYPE, kind), encoding="utf-8")

    with server(suite) as port:
        async with proxies(port, tmp_path) as urls:
            asked = [f"http://127.0.0.1:{port}", *urls.values()]
            direct, *through = await asyncio.gather(*(client(suite, url) for url in asked))

    passed = [name for name, result in direct.items() if result is True]
    lost = {
        where: {name: results.get(name) for name in passed if results.get(name) is not True}
        for where, results in zip(urls, through, strict=True)
    }
    assert len(passed) >= FEWEST_DIRECT
    kept_here = {
        where: {name for name in KEPT_HERE if lost[where].pop(name, None) is not None}
        for where in (WITH_PLAN, WITH_CACHE)
    }
    assert lost == {where: {} for where in urls}
    assert kept_here[WITH_PLAN] == set(KEPT_HERE)
    # Of a page that it keeps the cache itself says that it has not changed.
    assert kept_here[WITH_CACHE] >= set(KEPT_HERE) - {"conditional-lm-stale"}
