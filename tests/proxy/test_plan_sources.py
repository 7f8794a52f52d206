"""A Plan from an address, over real sockets, and from a file that somebody changes."""

import gzip
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web

from calltrack import planfile
from calltrack.link.outcomes import Failed, Found, Refused, Same
from calltrack.link.reasons import TOKEN as VARIABLE
from proxy.plan_sources import PlanFile, PlanUrl
from tests.calltrack.plans import make_plan
from tests.proxy.plan_server import PATH, TOKEN, PlanServer, plan_server, text


@pytest.fixture
async def server() -> AsyncIterator[PlanServer]:
    async with plan_server() as found:
        yield found


@pytest.fixture
async def source(server: PlanServer) -> AsyncIterator[PlanUrl]:
    found = PlanUrl(server.url, token=TOKEN)
    yield found
    await found.close()


async def test_a_plan_comes_once_and_is_then_the_same(server: PlanServer, source: PlanUrl) -> None:
    first, again = await source.look(), await source.look()

    assert isinstance(first, Found)
    assert first.plan == make_plan()
    assert first.body == server.body
    assert again == Same()
    assert server.statuses == [200, 304]


async def test_a_changed_plan_comes_anew(server: PlanServer, source: PlanUrl) -> None:
    await source.look()
    server.give(make_plan(serial=2))

    found = await source.look()

    assert isinstance(found, Found)
    assert found.plan.serial == 2


async def test_a_refused_plan_is_not_fetched_again_and_again(
    server: PlanServer, source: PlanUrl
) -> None:
    server.body = b'{"serial": 1}'

    found = await source.look()

    assert isinstance(found, Refused)
    assert any("organisation" in problem for problem in found.problems)
    assert await source.look() == Same()


@pytest.mark.parametrize(
    ("token", "said"),
    [
        pytest.param("", VARIABLE, id="no token"),
        pytest.param("another", "unknown token", id="a wrong token"),
    ],
)
async def test_a_token_that_is_not_accepted_is_told_without_it(
    server: PlanServer, token: str, said: str
) -> None:
    source = PlanUrl(server.url, token=token)

    found = await source.look()

    assert isinstance(found, Failed)
    assert said in found.reason
    assert "another" not in found.reason
    await source.close()


async def test_the_reason_of_a_server_that_has_none_is_told(
    server: PlanServer, source: PlanUrl
) -> None:
    server.status = 503

    assert await source.look() == Failed("it answers 503: the Plan is not whole: no consent chosen")


async def test_a_server_that_is_down_and_back_is_one(server: PlanServer, source: PlanUrl) -> None:
    await source.look()
    await server.stop()
    down = await source.look()
    await server.start()

    assert isinstance(down, Failed)
    assert "no connection" in down.reason
    assert await source.look() == Same()


async def test_a_server_that_is_slow_is_not_waited_for(server: PlanServer) -> None:
    server.hangs = True
    source = PlanUrl(server.url, token=TOKEN, total_seconds=0.2)

    assert await source.look() == Failed("it does not answer in 0.2 s")
    await source.close()


@pytest.mark.parametrize("is_packed", [False, True], ids=["as it is", "packed small"])
async def test_what_is_far_too_large_is_read_no_further(is_packed: bool) -> None:
    read: list[int] = []

    async def endless(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse(headers={"Content-Encoding": "gzip"} if is_packed else {})
        await answer.prepare(request)
        part = b" " * (1 << 20)
        if is_packed:
            await answer.write(gzip.compress(part * 40))
            return answer
        for _ in range(200):
            await answer.write(part)
            read.append(len(part))
        return answer

    app = web.Application()
    app.router.add_get("/", endless)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    source = PlanUrl(f"http://127.0.0.1:{runner.addresses[0][1]}/", total_seconds=60)

    found = await source.look()

    assert found == Failed("it is larger than 16 MB: no Plan is")
    assert sum(read) < 4 * planfile.LARGEST_BYTES
    await source.close()
    await runner.cleanup()


async def test_a_redirect_on_the_same_host_is_followed_with_the_token(
    server: PlanServer, source: PlanUrl
) -> None:
    server.redirect = "/elsewhere/"

    found = await source.look()

    assert isinstance(found, Found)
    assert server.tokens == [f"Bearer {TOKEN}"] * 2


async def test_a_redirect_to_another_host_is_not_followed(
    server: PlanServer, source: PlanUrl
) -> None:
    async with plan_server() as other:
        server.redirect = f"{other.url}?token=secret"

        found = await source.look()

        assert isinstance(found, Failed)
        assert other.url in found.reason
        assert "secret" not in found.reason
        assert other.tokens == []


async def test_a_redirect_in_a_circle_ends(server: PlanServer, source: PlanUrl) -> None:
    server.redirect = PATH

    assert await source.look() == Failed("it leads from one address to the next")


def rewrite(path: Path, body: bytes, *, at: int) -> None:
    """Write a file as of a certain second, so that no two writes look the same."""
    path.write_bytes(body)
    os.utime(path, (at, at))


async def test_a_file_is_read_when_two_looks_have_seen_the_same(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    source = PlanFile(path)
    rewrite(path, text(make_plan()), at=1)
    assert await source.look() == Same()
    assert await source.look() == Found(make_plan())

    rewrite(path, text(make_plan(serial=2))[:100], at=2)  # it is being written
    assert await source.look() == Same()
    rewrite(path, text(make_plan(serial=2)), at=3)

    assert [await source.look() for _ in range(3)] == [
        Same(),
        Found(make_plan(serial=2)),
        Same(),
    ]


async def test_a_file_is_read_at_once_when_ops_say_so(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_bytes(text(make_plan()))

    assert await PlanFile(path).look(at_once=True) == Found(make_plan())


async def test_a_bad_file_is_refused_once(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_bytes(b"{}")
    source = PlanFile(path)

    found = await source.look(at_once=True)

    assert isinstance(found, Refused)
    assert await source.look() == Same()


async def test_a_file_that_is_gone_is_told(tmp_path: Path) -> None:
    found = await PlanFile(tmp_path / "plan.json").look()

    assert found == Failed("it cannot be read: No such file or directory")
