"""`call`: a call that no carrier made, told as a carrier would, and what is said when it fails."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from calltrack.calls import CallStatus
from calltrack.errors import CalltrackError, ConfigError, TheirError
from proxy.call_command import Step, _of, _steps, _tell
from proxy.quantities import some_seconds
from tests.snippet_server.calling import CALLER, NUMBER, SECRET

NAME = "CALLTRACK_SECRET_TRIAL"


class Edge:
    """What a call is told to: it keeps what it hears."""

    def __init__(self) -> None:
        self.heard: list[dict[str, Any]] = []
        self.status = 204
        self.url = ""

    async def take(self, request: web.Request) -> web.Response:
        self.heard.append(json.loads(await request.read()))
        return web.Response(status=self.status)


@pytest.fixture
async def edge(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Edge]:
    monkeypatch.setenv(NAME, SECRET)
    found, app = Edge(), web.Application()
    app.router.add_post("/", found.take)
    async with TestServer(app) as server:
        found.url = str(server.make_url("/"))
        yield found


def steps(status: str) -> list[Step]:
    return list(_steps(CallStatus(status), some_seconds("0"), some_seconds("0")))


@pytest.mark.parametrize(
    ("status", "phases"),
    [
        ("answered", ["offered", "ringing", "answered", "ended"]),
        ("missed", ["offered", "ringing", "ended"]),
        ("busy", ["offered", "ended"]),
    ],
)
async def test_a_call_is_told_as_it_goes(
    edge: Edge, status: str, phases: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    await _tell(edge.url, "TRIAL", steps(status), _of(NUMBER, None))

    assert [one["event"] for one in edge.heard] == phases
    assert edge.heard[-1]["status"] == status
    assert {(one["number"], one.get("caller")) for one in edge.heard} == {(NUMBER.e164, None)}
    assert len({one["call"] for one in edge.heard}) == 1
    assert capsys.readouterr().out.splitlines() == [f"{phase}: taken" for phase in phases]


@pytest.mark.parametrize(
    ("status", "said"),
    [(403, "is it the secret"), (404, "no account"), (503, "not set up"), (500, "answers 500")],
)
async def test_what_the_edge_refuses_is_said_in_words(edge: Edge, status: int, said: str) -> None:
    edge.status = status

    with pytest.raises(TheirError, match=said):
        await _tell(edge.url, "TRIAL", steps("busy"), _of(NUMBER, NUMBER))


@pytest.mark.parametrize(
    ("secret", "url", "error", "said"),
    [
        pytest.param("", "", ConfigError, "CALLTRACK_SECRET_TRIAL is not set", id="no secret"),
        pytest.param("whsec_é", "", ConfigError, "whsec_ and base64", id="a secret of no form"),
        pytest.param(SECRET, "http://127.0.0.1:9/", TheirError, "does not answer", id="nobody"),
    ],
)
async def test_what_cannot_be_done_is_said_in_words(
    edge: Edge,
    monkeypatch: pytest.MonkeyPatch,
    secret: str,
    url: str,
    error: type[CalltrackError],
    said: str,
) -> None:
    monkeypatch.setenv(NAME, secret)

    with pytest.raises(error, match=said) as raised:
        await _tell(url or edge.url, "TRIAL", steps("busy"), _of(NUMBER, NUMBER))

    assert CALLER not in str(raised.value)
