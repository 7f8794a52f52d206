"""Pages that ask the edge for their numbers over HTTP, as the snippet's script does."""

import asyncio
import json
import sqlite3
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from tests.e2e.edges import ROOT, Edge, environment

PROGRAM = "import sys; from calltrack.__main__ import snippet; sys.exit(snippet())"
"""What the console script is: it may not be on the path."""

AMSTERDAM, ROTTERDAM = "020 123 45 67", "010 123 45 67"


@asynccontextmanager
async def snippet_server(*args: str, log: Path, **settings: str) -> AsyncIterator[Edge]:
    """Run `calltrack-snippet run` until the block ends. One process, unless `args` say."""
    alone = () if "--workers" in args else ("--workers", "1")
    places = ("--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0")
    with log.open("ab") as errors:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", PROGRAM, "run", *places, *alone, *args),
            stdout=asyncio.subprocess.PIPE,
            stderr=errors,
            cwd=ROOT,
            env={**environment(), **settings},
        )
    running = Edge(process)
    try:
        await running.wait_until_ready()
        yield running
    finally:
        await running.stop()


@dataclass
class Asker:
    """A page of a site in a browser. `edge`: where the script came from; "" is the page's own host.

    `client` is the browser: it keeps the cookies.
    """

    client: aiohttp.ClientSession
    page: str
    edge: str = ""
    token: str | None = None
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def origin(self) -> str:
        """What the browser says of the page."""
        found = urlsplit(self.page)
        return f"{found.scheme}://{found.netloc}"

    async def post(self, what: str, **said: Any) -> tuple[int, Any, "aiohttp.ClientResponse"]:
        """Send something; give the status, the JSON of the answer, and the answer."""
        body = {"url": self.page, "token": self.token, **said}
        headers = {"Origin": self.origin, "Content-Type": "text/plain;charset=UTF-8"}
        address = f"{self.edge or self.origin}/_calltrack/{what}"
        async with self.client.post(
            address, data=json.dumps(body), headers={**headers, **self.headers}
        ) as got:
            text = await got.text()
            return got.status, json.loads(text) if text else None, got

    async def ask(
        self, *texts: str, view: bool = True, load: bool = True, **said: Any
    ) -> dict[str, Any]:
        """Ask for these texts; the token is kept."""
        spots = [["t", "", [text], ""] for text in texts or (AMSTERDAM,)]
        asked = {"referrer": "", "view": view, "load": load, "consent": None, "spots": spots}
        status, answer, _ = await self.post("page", **{**asked, **said})
        assert status == 200, answer
        self.token = answer.get("token")
        found: dict[str, Any] = answer
        return found

    async def shown(self, *texts: str, **said: Any) -> list[str | None]:
        """Ask; give the text of each, None where the original stays."""
        answer = await self.ask(*texts, **said)
        return [values[0] if values else None for values in answer["spots"]]


def events(folder: Path, *kinds: str) -> Sequence[dict[str, Any]]:
    """Read the data of what an edge that has ended recorded, oldest first."""
    with closing(sqlite3.connect(folder / "outbox.sqlite3")) as outbox:
        rows = outbox.execute("SELECT kind, data FROM event ORDER BY rowid").fetchall()
    return [json.loads(data) for kind, data in rows if kind in kinds]
