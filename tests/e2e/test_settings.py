"""A proxy that is run by its file and its environment, as a service is."""

import subprocess
from pathlib import Path

import aiohttp

from tests.e2e.edges import ROOT, command, edge, environment, origin, visitor

TWO = """\
[[sites]]
hosts = ["a.test"]
url = "{a}"

[[sites]]
hosts = ["*.b.test"]
url = "{b}"

[log]
format = "json"
"""


async def asked(client: aiohttp.ClientSession, url: str, host: str) -> tuple[int, bytes]:
    async with client.get(url, headers={"Host": host}) as answer:
        return answer.status, await answer.read()


async def test_each_host_gets_the_site_that_the_file_names(tmp_path: Path) -> None:
    file, log = tmp_path / "proxy.toml", tmp_path / "log"
    async with origin(b"A") as a, origin(b"B") as b:
        file.write_text(TWO.format(a=a, b=b))
        async with edge(log=log, CALLTRACK_CONFIG=str(file)) as running, visitor() as client:
            assert await asked(client, running.url, "a.test") == (200, b"A")
            assert await asked(client, running.url, "www.b.test") == (200, b"B")
            assert (await asked(client, running.url, "b.test"))[0] == 421

    assert running.said[-1].endswith(f"in front of {a}, {b}")
    assert '"status": 421' in log.read_text()


async def test_the_environment_counts_before_the_file(tmp_path: Path) -> None:
    file, log = tmp_path / "proxy.toml", tmp_path / "log"
    file.write_text(TWO.format(a="http://127.0.0.1:1", b="http://127.0.0.1:2"))
    async with (
        origin(b"here") as site,
        edge(
            "--config", str(file), log=log, CALLTRACK_UPSTREAM=site, CALLTRACK_QUIET="yes"
        ) as running,
        visitor() as client,
    ):
        assert await asked(client, running.url, "any.test") == (200, b"here")

    assert log.read_text() == ""


def test_all_that_is_wrong_is_told_before_anything_starts(tmp_path: Path) -> None:
    file = tmp_path / "proxy.toml"
    file.write_text('[listen]\naddress = 80\n[upstream]\nurl = "example.nl"\n[limit]\n')

    done = subprocess.run(
        command("run", "--config", str(file)),
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**environment(), "CALLTRACK_WORKERS": "many"},
        timeout=60,
    )

    told = [line.partition(": ")[2] for line in done.stderr.splitlines()]
    assert done.returncode == 2
    assert [line.split(": ")[0].removeprefix(str(file)) for line in told] == [
        ":2",
        ":4",
        ":5",
        "CALLTRACK_WORKERS",
    ]
