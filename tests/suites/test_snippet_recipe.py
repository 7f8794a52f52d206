"""The path that docs/snippet.md has nginx pass on, on this machine, to the command itself."""

import http.client
import json
import re
from pathlib import Path

import pytest

from tests import nginx_servers
from tests.bench.snippet_edge import edge
from tests.bench.snippet_load import ask, shown
from tests.outside import missing

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "snippet.md"
BLOCK = re.compile(r"^```nginx\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SERVER = "server {{ listen 127.0.0.1:PORT; {path} }}"


def path(behind: int) -> str:
    """Give the recipe for this machine."""
    (found,) = re.findall(
        r"^```nginx\n(.*?)^```$", DOCUMENT.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    assert "127.0.0.1:8080" in found
    return SERVER.format(path=found.replace("127.0.0.1:8080", f"127.0.0.1:{behind}"))


@pytest.mark.slow
def test_a_page_asks_its_own_host_and_nginx_passes_it_on(tmp_path: Path) -> None:
    if nginx_servers.binary() is None:
        missing(nginx_servers.MISSING)
    head, _, body = ask().partition(b"\r\n\r\n")
    lines = [line.partition(": ") for line in head.decode().split("\r\n")[1:]]
    fields = {name: value for name, _, value in lines}

    with (
        edge(tmp_path, visitors=2) as server,
        nginx_servers.running(tmp_path / "nginx", path(server.port)) as nginx,
    ):
        site = http.client.HTTPConnection("127.0.0.1", nginx.port, timeout=30)
        site.request("GET", "/_calltrack/snippet.js")
        script = site.getresponse()
        source = script.read()
        site.request("POST", "/_calltrack/page", body, fields)
        page = site.getresponse()
        told = page.read()
        site.request("GET", "/")
        elsewhere = site.getresponse()
        site.close()

    assert (script.status, b"calltrack" in source) == (200, True)
    assert page.status == 200, told
    assert shown(told) in server.pool
    assert json.loads(told)["session"] is True
    assert "token" not in json.loads(told)  # the cookie is the site's own
    assert (page.headers["Set-Cookie"] or "").startswith("calltrack-")
    assert elsewhere.status == 404  # nginx's own: all but the path stays where it was
