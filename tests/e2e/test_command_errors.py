"""What the command says when it cannot work: one line, no traceback, the right exit status."""

import asyncio
import json
import socket
import subprocess
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.calltrack.plans import make_plan
from tests.e2e.edges import (
    ROOT,
    command,
    edge,
    environment,
    get,
    origin,
    start_edge,
    visitor,
    write_plan,
)

NOWHERE = ("--upstream", "http://127.0.0.1:9")
USAGE, WORLD = 2, 1


def run(*args: str) -> tuple[int, str]:
    """Run the command to its end; give its exit status and what it said."""
    done = subprocess.run(
        command(*args),
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environment(),
        timeout=60,
    )
    return done.returncode, done.stderr


def serve(*args: str) -> tuple[int, str]:
    return run("run", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", *args)


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        pytest.param("serial = 1\nregion = = 2", "line 2", id="no TOML"),
        pytest.param("serial = 1", "organisation", id="almost empty"),
        pytest.param("", "empty", id="empty"),
        pytest.param("\x00", "", id="a null byte"),
    ],
)
def test_a_bad_plan_is_refused_with_the_reason(tmp_path: Path, plan: str, said: str) -> None:
    (tmp_path / "plan.toml").write_text(plan)

    status, errors = serve(*NOWHERE, "--plan", str(tmp_path / "plan.toml"))

    assert status == USAGE
    assert "plan.toml" in errors
    assert said in errors
    assert "Traceback" not in errors
    assert all(line.startswith("calltrack-proxy: ") for line in errors.splitlines())


@pytest.mark.parametrize("workers", [pytest.param("1", id="alone"), pytest.param("2", id="two")])
def test_a_process_that_may_hardly_open_a_file_does_not_say_that_it_is_ready(workers: str) -> None:
    """It would take no visitor's connection."""
    line = command("run", "--listen", "127.0.0.1:0", *NOWHERE, "--workers", workers)
    done = subprocess.run(
        ["/bin/sh", "-c", 'ulimit -n 24; exec "$@"', "sh", *line],
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environment(),
        timeout=60,
    )

    assert (done.returncode, done.stdout) == (USAGE, "")
    (said,) = done.stderr.splitlines()
    assert said.startswith("calltrack-proxy: a process may open no more than 24 files")
    assert "limits.connections" in said
    assert "LimitNOFILE= of systemd, ulimit -n" in said


def test_a_plan_with_a_lower_serial_does_not_come_back_by_mistake(tmp_path: Path) -> None:
    store = ("--store", f"sqlite:///{tmp_path}/s.db")
    new = write_plan(tmp_path / "new.json", make_plan(serial=7))
    old = write_plan(tmp_path / "old.json", make_plan(serial=6))

    async def start_and_stop() -> None:
        async with edge(*NOWHERE, "--plan", str(new), *store, log=tmp_path / "log"):
            pass

    asyncio.run(start_and_stop())
    status, errors = serve(*NOWHERE, "--plan", str(old), *store)

    assert status == USAGE
    assert errors.startswith("calltrack-proxy: serial: 6 is lower than")
    assert len(errors.splitlines()) == 1


@pytest.mark.parametrize(
    ("args", "said"),
    [
        pytest.param((), "--upstream", id="none"),
        pytest.param(("--upstream", "ftp://x"), "no address of a site", id="no http"),
        pytest.param(("--upstream", "www.example.nl"), "no address of a site", id="no scheme"),
        pytest.param(("--upstream", "http://x:99999"), "no address of a site", id="no port"),
        pytest.param(("--upstream", "http://u:p@x"), "no address of a site", id="a login"),
        pytest.param(("--upstream", "http://x/a"), "no address of a site", id="a path"),
        pytest.param((*NOWHERE, "--listen", "x:y"), "no HOST:PORT", id="no port to listen on"),
        pytest.param((*NOWHERE, "--trust", "10.0.0.1/8"), "no address or network", id="no network"),
        pytest.param((*NOWHERE, "--plan", "nowhere.toml"), "nowhere.toml", id="no plan file"),
        pytest.param((*NOWHERE, "--plan", "tests"), "tests", id="a folder for a plan"),
    ],
)
def test_wrong_usage_names_the_option(args: tuple[str, ...], said: str) -> None:
    status, errors = serve(*args)

    assert status == USAGE
    assert said in errors.splitlines()[-1]
    assert "Traceback" not in errors


def _a_folder(path: Path) -> None:
    path.mkdir()


def _no_database(path: Path) -> None:
    path.write_bytes(b"This is a text, and has been one for a long time. " * 100)


def _a_file_for_a_folder(path: Path) -> None:
    path.parent.rmdir()
    path.parent.write_bytes(b"")


@pytest.mark.parametrize("spoil", [_a_folder, _no_database, _a_file_for_a_folder])
def test_an_unreadable_store_is_named(tmp_path: Path, spoil: object) -> None:
    plan = write_plan(tmp_path / "plan.json", make_plan())
    path = tmp_path / "data" / "leases.sqlite3"
    path.parent.mkdir()
    assert callable(spoil)
    spoil(path)

    status, errors = serve(*NOWHERE, "--plan", str(plan), "--store", f"sqlite:///{path}")

    assert status == WORLD
    assert str(path.parent) in errors
    assert len(errors.splitlines()) == 1


@pytest.mark.parametrize("store", ["redis://localhost:x", "mysql://x", "sqlite://", "sqlite:///"])
def test_a_store_of_another_kind_is_refused(tmp_path: Path, store: str) -> None:
    plan = write_plan(tmp_path / "plan.json", make_plan())

    status, errors = serve(*NOWHERE, "--plan", str(plan), "--store", store)

    assert status == USAGE
    assert errors.startswith("calltrack-proxy: --store: ")
    assert len(errors.splitlines()) == 1


@pytest.mark.parametrize("option", ["--listen", "--admin"])
def test_a_taken_port_is_named(option: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        status, errors = serve(*NOWHERE, option, f"127.0.0.1:{port}")

    assert status == WORLD
    assert str(port) in errors
    assert len(errors.splitlines()) == 1


async def test_the_default_port_of_the_status_page_gives_way(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        site = await stack.enter_async_context(origin(b"<p>x"))
        for name in ("one", "two"):
            running = await start_edge("--upstream", site, log=tmp_path / name)
            stack.push_async_callback(running.stop)
            await running.wait_until_ready()
            async with visitor() as client:
                assert await get(client, f"{running.status_url}healthz") == b"ok\n"


async def test_without_a_plan_it_says_how_to_get_one_and_passes_pages_through(
    tmp_path: Path,
) -> None:
    page = b'<p>Bel <a href="tel:+31201234567">020 123 45 67</a>'
    async with (
        origin(page) as site,
        edge("--upstream", site, log=tmp_path / "log") as running,
        visitor() as client,
    ):
        assert await get(client, running.url) == page

    (line,) = [line for line in running.said if line.startswith("no Plan")]
    assert f"calltrack-proxy plan init {site}" in line


async def test_a_site_that_is_not_there_costs_an_error_page_and_not_the_proxy(
    tmp_path: Path,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    async with (
        edge("--upstream", f"http://127.0.0.1:{port}", log=tmp_path / "log") as running,
        visitor() as client,
    ):
        for _ in range(2):
            async with client.get(running.url) as response:
                assert response.status == 502
                assert str(port) not in await response.text()

    assert "Traceback" not in (tmp_path / "log").read_text()


JUNK = [
    pytest.param(b"\x00\xff\xfe junk\r\n\r\n", id="junk"),
    pytest.param(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", id="TLS"),
    pytest.param(b"GET / HTTP/1.1\r\n\r\n", id="no Host"),
    pytest.param(b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", id="two Hosts"),
    pytest.param(b"GET http://[ HTTP/1.1\r\nHost: a\r\n\r\n", id="half an address"),
    pytest.param(
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", id="less than nothing"
    ),
    pytest.param(b"G" * 100_000, id="a method without an end"),
]


@pytest.mark.parametrize("junk", JUNK)
async def test_junk_on_the_socket_is_refused_without_a_traceback(
    tmp_path: Path, junk: bytes
) -> None:
    async with (
        origin(b"<p>x") as site,
        edge("--upstream", site, log=tmp_path / "log") as running,
        visitor() as client,
    ):
        host, _, port = running.url.removeprefix("http://").rstrip("/").partition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(junk)
        writer.write_eof()
        try:
            answer = await reader.read()
        except ConnectionResetError:  # closed with bytes unread: refused, too
            answer = b""
        writer.close()
        assert await get(client, running.url) == b"<p>x"

    assert answer.startswith(b"HTTP/1.1 400 ") or not answer
    log = (tmp_path / "log").read_text()
    assert "Traceback" not in log
    assert len(log.splitlines()) <= 2


def test_a_secret_s_file_is_named_as_it_was_said(tmp_path: Path) -> None:
    """Who reads it looks for a variable, too; but ops said an option, or a line of a file."""
    missing, settings = tmp_path / "token", tmp_path / "proxy.toml"
    settings.write_text(f'[admin]\ntoken_file = "{missing}"\n')

    by_option = serve(*NOWHERE, "--admin-token-file", str(missing))
    by_file = serve(*NOWHERE, "--workers", "2", "--config", str(settings))

    assert by_option == (
        USAGE,
        f"calltrack-proxy: --admin-token-file: {missing} cannot be read\n",
    )
    assert by_file == (
        USAGE,
        f"calltrack-proxy: {settings}:2: admin.token_file: {missing} cannot be read\n",
    )


@pytest.mark.parametrize(
    ("options", "said", "expected"),
    [
        pytest.param(("--store-wait-ms", "fast"), "--store-wait-ms: ", USAGE, id="a setting"),
        pytest.param(("--plan", "/no.toml"), "/no.toml", USAGE, id="the Plan"),
        pytest.param(("--listen", "192.0.2.1:80"), "cannot listen on", WORLD, id="the world"),
        pytest.param(
            ("--admin-token-file", "/no"), "--admin-token-file: /no", USAGE, id="a secret"
        ),
    ],
)
def test_where_the_log_is_json_so_is_what_keeps_it_from_starting(
    options: tuple[str, ...], said: str, expected: int
) -> None:
    status, errors = serve(*NOWHERE, "--log-format", "json", *options)

    (told,) = [json.loads(line) for line in errors.splitlines()]
    assert status == expected
    assert told["level"] == "error"
    assert said in told["message"]
