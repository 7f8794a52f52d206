"""An edge of several processes, as one that is run: killed, reloaded, stopped while many ask."""

import asyncio
import os
import resource
import signal
from pathlib import Path

import aiohttp
import pytest

from tests.e2e.edges import edge, origin, start_edge, status, wait_until
from tests.proxy.workers.crowd import (
    PAGE,
    cpu_seconds,
    crowd,
    files_of,
    is_alive,
    kill,
    several,
    wait_for_other_workers,
    workers_of,
)

pytestmark = pytest.mark.slow


async def test_connections_are_dealt_out_to_all_workers(tmp_path: Path) -> None:
    async with several(tmp_path, count=2) as running, crowd(running.url, size=24) as people:
        await people.until(500)
        used = [cpu_seconds(pid) for pid in workers_of(running)]

    assert people.wrong == {}
    assert len(used) == 2
    assert min(used) > sum(used) / 5  # a fifth of the work at least; half of it on the whole


async def test_a_worker_that_is_killed_has_its_successor_and_no_page_is_wrong(
    tmp_path: Path,
) -> None:
    async with several(tmp_path) as running, crowd(running.url) as people:
        await people.until(100)
        first, *others = workers_of(running)
        kill(first)
        await people.until(100)

        async def has_successor() -> bool:
            now = workers_of(running)
            return first not in now and len(now) == 2

        await wait_until(has_successor, "nobody took its place")
        await people.until(200)
        now = workers_of(running)

    # What was under way at the one that was killed is lost, and nothing else: eight asked.
    assert set(people.wrong) <= {"IncompleteReadError", "ConnectionResetError"}
    assert people.wrong.total() <= 8
    assert set(others) < set(now)
    assert "ended: by SIGKILL; another one starts" in (tmp_path / "log").read_text()


async def test_told_to_stop_it_ends_what_is_under_way_and_exits_with_0(tmp_path: Path) -> None:
    async with several(tmp_path, "--drain-seconds", "3") as running:
        async with crowd(running.url) as people:
            await people.until(100)
            running.process.terminate()

            async def is_draining() -> bool:
                ready = f"{running.status_url}readyz"
                async with aiohttp.ClientSession() as client, client.get(ready) as answer:
                    return answer.status == 503

            await wait_until(is_draining, "it says that it is ready")
            await people.until(20)  # as a load balancer may take a moment
        left = workers_of(running)
        code = await running.stop()

    assert people.wrong == {}
    assert code == 0
    assert not any(map(is_alive, left))


async def test_a_reload_changes_the_settings_and_loses_nobody(tmp_path: Path) -> None:
    settings = tmp_path / "proxy.toml"
    log = tmp_path / "log"
    options = ("--config", str(settings), "--workers", "2", "--quiet")
    async with origin(PAGE) as site:
        settings.write_text(f'[upstream]\nurl = "{site}"\n')
        async with edge(*options, log=log) as running:
            async with crowd(running.url) as people:
                await people.until(100)
                before = workers_of(running)
                other = site.replace("127.0.0.1", "localhost")
                settings.write_text(f'[upstream]\nurl = "{other}"\n')
                running.process.send_signal(signal.SIGHUP)
                now = await wait_for_other_workers(running, before)
                await people.until(100)
            told = await status(running.status_url)
            code = await running.stop()

    assert people.wrong == {}
    assert len(now) == 2
    assert code == 0
    assert told["upstream"] == other
    assert "the new workers serve" in log.read_text()


async def test_settings_that_are_wrong_change_nothing(tmp_path: Path) -> None:
    settings = tmp_path / "proxy.toml"
    settings.write_text("")
    log = tmp_path / "log"
    options = ("--config", str(settings))
    async with several(tmp_path, *options) as running, crowd(running.url) as people:
        before = workers_of(running)
        settings.write_text("[processes]\ngrace_seconds = 'long'\n")
        running.process.send_signal(signal.SIGHUP)

        async def has_failed() -> bool:
            return "the reload failed" in log.read_text()

        await wait_until(has_failed, "nothing is told")
        await people.until(50)
        now = workers_of(running)

    told = [line for line in log.read_text().splitlines() if "grace_seconds" in line]
    assert people.wrong == {}
    assert now == before
    assert len(told) == 1


async def test_a_reload_that_the_system_has_no_room_for_changes_nothing(tmp_path: Path) -> None:
    log = tmp_path / "log"
    async with several(tmp_path) as running, crowd(running.url) as people:
        before = workers_of(running)
        pid = running.process.pid
        files = files_of(pid)
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (files, files))
        running.process.send_signal(signal.SIGHUP)

        async def has_failed() -> bool:
            return "the reload failed" in log.read_text()

        await wait_until(has_failed, "nothing is told")
        await people.until(50)
        now = workers_of(running)

    lines = log.read_text().splitlines()
    assert people.wrong == {}
    assert now == before
    assert "no worker can be started: Too many open files" in lines[1]
    assert not any("Traceback" in line for line in lines)


async def test_workers_end_when_their_parent_is_gone(tmp_path: Path) -> None:
    async with several(tmp_path) as running:
        workers = workers_of(running)
        await running.kill()

        async def are_gone() -> bool:
            return not any(map(is_alive, workers))

        await wait_until(are_gone, "workers go on without their parent")

    assert len(workers) == 2


async def test_a_worker_that_dies_again_and_again_is_waited_for(tmp_path: Path) -> None:
    log = tmp_path / "log"
    async with several(tmp_path) as running, crowd(running.url, size=4) as people:
        second = workers_of(running)[-1]
        for times in range(1, 4):
            kill(second)

            async def is_told(times: int = times) -> bool:
                return log.read_text().count("another one starts") == times

            await wait_until(is_told, "nobody tells that it ended")
            if times < 3:

                async def is_back() -> bool:
                    return len(workers_of(running)) == 2

                await wait_until(is_back, "nobody took its place")
                second = workers_of(running)[-1]
        await people.until(50)

    lines = [line for line in log.read_text().splitlines() if "another one starts" in line]
    ends = [line.partition("another one starts")[2] for line in lines]
    assert ends == ["", " in 0.5 s", " in 1 s"]


async def test_a_worker_that_hangs_keeps_nobody_waiting_for_long(tmp_path: Path) -> None:
    async with several(tmp_path) as running:
        hangs = workers_of(running)[-1]
        os.kill(hangs, signal.SIGSTOP)
        async with crowd(running.url, size=16) as people:  # some of them wait in its queue

            async def is_told() -> bool:
                return "hangs; others take its connections" in (tmp_path / "log").read_text()

            await wait_until(is_told, "nobody sees that it hangs")
            await people.until(100)
        os.kill(hangs, signal.SIGCONT)

    assert people.wrong == {}


async def test_the_status_page_has_another_worker_when_the_one_that_leads_dies(
    tmp_path: Path,
) -> None:
    async with several(tmp_path) as running:
        for _ in range(4):
            async with aiohttp.ClientSession() as client, client.get(running.url) as answer:
                assert await answer.read() == PAGE
        kill(workers_of(running)[0])
        told = await status(running.status_url)

    assert told["upstream"].startswith("http://127.0.0.1:")


async def test_the_status_page_has_another_worker_when_the_one_that_leads_hangs(
    tmp_path: Path,
) -> None:
    log = tmp_path / "log"
    async with several(tmp_path) as running:
        told = []
        for hangs in workers_of(running):  # one of them leads
            os.kill(hangs, signal.SIGSTOP)
            told.append(await status(running.status_url))
            os.kill(hangs, signal.SIGCONT)
        async with crowd(running.url, size=4) as people:
            await people.until(50)
        code = await running.stop()

    assert all(one["upstream"].startswith("http://127.0.0.1:") for one in told)
    assert "leads now: it serves the status page" in log.read_text()
    assert people.wrong == {}
    assert code == 0


async def test_a_second_signal_ends_all_at_once(tmp_path: Path) -> None:
    gate = asyncio.Event()
    async with origin(b"<p>first", b"<p>last", gate=gate) as site:
        running = await start_edge("--upstream", site, "--workers", "2", log=tmp_path / "log")
        await running.wait_until_ready()
        async with aiohttp.ClientSession() as client, client.get(running.url) as answer:
            await answer.content.readany()
            running.process.terminate()
            await asyncio.sleep(0.3)
            running.process.terminate()
            code = await running.stop()

    assert code == 0


async def test_a_port_that_is_taken_is_one_line_and_status_1(tmp_path: Path) -> None:
    async with several(tmp_path) as running:
        port = running.url.rstrip("/").rpartition(":")[2]
        log = tmp_path / "second"
        options = ("--workers", "2", "--listen", f"127.0.0.1:{port}")
        second = await start_edge("--upstream", "http://127.0.0.1:9", *options, log=log)
        code = await second.process.wait()

    assert code == 1
    assert log.read_text() == (
        f"calltrack-proxy: port {port} of 127.0.0.1 is taken; choose another, or stop what "
        "listens there\n"
    )


async def test_what_no_worker_can_start_with_is_told_once(tmp_path: Path) -> None:
    log = tmp_path / "log"
    plan = tmp_path / "plan.toml"
    plan.write_text("nothing = 1\n")
    options = ("--upstream", "http://127.0.0.1:9", "--workers", "2", "--plan", str(plan))
    running = await start_edge(*options, log=log)
    code = await running.process.wait()

    lines = log.read_text().splitlines()
    assert code == 2
    assert lines
    assert len(lines) == len(set(lines))


async def test_what_is_odd_about_the_settings_is_told_by_one_worker(tmp_path: Path) -> None:
    log = tmp_path / "log"
    async with several(tmp_path, "--region-header", "CF-IPCountry", count=3) as running:
        before = workers_of(running)
        kill(before[0])

        async def has_successor() -> bool:
            now = workers_of(running)
            return before[0] not in now and len(now) == 3

        await wait_until(has_successor, "nobody took its place")
        async with crowd(running.url, size=2) as people:
            await people.until(10)
        code = await running.stop()

    assert people.wrong == {}
    assert code == 0
    told = log.read_text().count("--region-header counts only from a peer that --trust names")
    assert told == 1


async def test_one_worker_is_a_single_process(tmp_path: Path) -> None:
    options = ("--upstream", "http://127.0.0.1:9", "--workers", "1")
    async with edge(*options, log=tmp_path / "log") as running:
        workers = workers_of(running)

    assert workers == []
