"""How long it takes from a carrier's webhook until dashboards show the call.

The demo with its proxy, as `make demo` starts it, each a program of its own. A carrier's signed
webhook comes to the edge, at any moment; somebody asks for the dashboard's fragment all the time,
and others watch as browsers do: they ask two seconds after each answer, with the ETag of what they
have. The clock starts when the webhook is sent, and stops for each of them with the first fragment
that names the caller. Then the call ends, and the next waits until nobody calls any more.

Checked: each watcher is shown each call, and no answer is another than 200 or 304.

There is no peer: nothing else here tells Wagtail of calls.
"""

import asyncio
import json
import random
import statistics
import time
import uuid
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import aiohttp
from standardwebhooks.webhooks import Webhook as Signer

from calltrack.numbers import PhoneNumber, national_text
from demo.call import ACCOUNT
from demo.folder import Folder
from tests.bench.plan_live import NUMBERS, Demo, demo, let_in
from tests.bench.report import check, progress, table

CALLS = 20
WATCHERS = (1, 50)
GOAL_SECONDS = 3.0
EVERY_SECONDS = 2.0
"""Between an answer and the next question of a browser."""
LOOK_SECONDS = 0.05
"""Of the one who asks all the time."""
PATIENCE_SECONDS = 60.0
FRAGMENT = "cms/calltrack_dashboard/fragment/"
RINGS = 'id="now-'


@dataclass
class Board:
    """What is waited for, and who saw it when. Watcher 0 is the one who asks all the time."""

    text: str = ""
    begun: float = 0.0
    seen: dict[int, float] = field(default_factory=dict)
    is_quiet: bool = False  # nobody calls, as far as watcher 0 sees
    answers: list[float] = field(default_factory=list)

    def look(self, watcher: int, body: str, now: float) -> None:
        """Note what a fragment shows."""
        if watcher == 0:
            self.is_quiet = RINGS not in body
        if self.text and self.text in body:
            self.seen.setdefault(watcher, now - self.begun)


@dataclass(frozen=True, slots=True)
class Shown:
    """One call: after how many seconds the fragment showed it, and each of the watchers."""

    fragment: float
    watchers: Sequence[float]


def run(*, quick: bool) -> None:
    """Measure and print."""
    with TemporaryDirectory() as place, demo(Path(place), "dashboard") as found:
        secret = Folder(Path(place)).secret.read_text(encoding="ascii").strip()
        rows = [
            asyncio.run(_measured(found, secret, count, 2 if quick else CALLS))
            for count in WATCHERS
        ]
    print(f"From a carrier's webhook to dashboards; browsers ask every {EVERY_SECONDS:g} s\n")
    head = ("watchers", "calls", "fragment: median s", "worst s", "watchers: median s", "worst s")
    table((*head, "goal s", "answers/s", "ms an answer"), rows, texts=0)


async def _measured(found: Demo, secret: str, watchers: int, count: int) -> Sequence[str]:
    chance = random.Random("dashboard")  # noqa: S311 - the same moments every time
    board, began = Board(), time.monotonic()
    shown = []
    async with _watched(found, board, watchers, chance), aiohttp.ClientSession() as carrier:
        for at in range(count):
            progress(f"dashboard: call {at + 1} of {count}, {watchers} watching")
            await _until(lambda: board.is_quiet, "the call before is over")
            await asyncio.sleep(chance.uniform(0, EVERY_SECONDS))  # at any moment
            call = _Call(carrier, f"{found.proxy}_calltrack/calls/{ACCOUNT}/", secret, watchers, at)
            shown.append(await _shown(board, call, watchers))
        spent = time.monotonic() - began
    progress("")
    return _row(shown, board.answers, watchers, spent)


def _row(
    shown: Sequence[Shown], answers: Sequence[float], watchers: int, spent: float
) -> Sequence[str]:
    fragments = [one.fragment for one in shown]
    watched = [seconds for one in shown for seconds in one.watchers]
    figures = [f(each) for each in (fragments, watched) for f in (statistics.median, max)]
    return [
        *(str(watchers), str(len(shown))),
        *(f"{one:.2f}" for one in figures),
        f"{GOAL_SECONDS:g}",
        f"{len(answers) / spent:.0f}",
        f"{statistics.median(answers) * 1000:.0f}",
    ]


@asynccontextmanager
async def _watched(
    found: Demo, board: Board, watchers: int, chance: random.Random
) -> AsyncIterator[None]:
    """Let them watch, and one more all the time, until the block ends."""
    visitor = let_in(found)
    headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())}
    connector, jar = aiohttp.TCPConnector(limit=0), aiohttp.DummyCookieJar()
    async with (
        aiohttp.ClientSession(connector=connector, headers=headers, cookie_jar=jar) as client,
        asyncio.TaskGroup() as group,
    ):
        url = f"{found.site.rstrip('/')}/{FRAGMENT}"
        tasks = [group.create_task(_watch(client, url, board, 0, LOOK_SECONDS, 0))]
        for at in range(1, watchers + 1):
            first = chance.uniform(0, EVERY_SECONDS)
            tasks.append(group.create_task(_watch(client, url, board, at, EVERY_SECONDS, first)))
        yield
        for task in tasks:
            task.cancel()


async def _watch(
    client: aiohttp.ClientSession, url: str, board: Board, watcher: int, every: float, first: float
) -> None:
    """Ask again and again."""
    etag, wait = "", first
    while True:
        await asyncio.sleep(wait)
        begun, wait = time.monotonic(), every
        async with client.get(url, headers={"If-None-Match": etag}) as answer:
            body = await answer.text()
        check(answer.status in {200, 304}, f"dashboard: the fragment answers {answer.status}")
        now = time.monotonic()
        board.answers.append(now - begun)
        if answer.status == 200:
            etag = answer.headers["ETag"]
            board.look(watcher, body, now)


class _Call:
    """One call, as a carrier tells of it."""

    def __init__(
        self, client: aiohttp.ClientSession, url: str, secret: str, watchers: int, at: int
    ) -> None:
        self._client, self._url, self._secret = client, url, secret
        self.caller = PhoneNumber(f"+316{watchers:04}{at:04}")
        self._told = {"call": uuid.uuid4().hex, "number": NUMBERS[0], "caller": self.caller.e164}

    async def tell(self, event: str, **more: str) -> None:
        """Send a webhook."""
        at, name = datetime.now(UTC), f"msg_{uuid.uuid4().hex}"
        body = json.dumps({"event": event, "at": at.isoformat(), **self._told, **more})
        headers = {
            "Content-Type": "application/json",
            "webhook-id": name,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": Signer(self._secret).sign(name, at, body),
        }
        async with self._client.post(self._url, data=body, headers=headers) as answer:
            check(answer.status in {200, 204}, f"dashboard: the edge answers {answer.status}")


async def _shown(board: Board, call: _Call, watchers: int) -> Shown:
    board.seen.clear()
    board.text, board.begun = national_text(call.caller), time.monotonic()
    await call.tell("offered")
    await call.tell("ringing")
    await _until(lambda: len(board.seen) == watchers + 1, "all see the call")
    found = Shown(board.seen[0], [board.seen[at] for at in range(1, watchers + 1)])
    board.text, board.is_quiet = "", False
    await call.tell("ended", status="missed")
    return found


async def _until(is_so: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        check(time.monotonic() < end, f"dashboard: not within {PATIENCE_SECONDS:g} s: {what}")
        await asyncio.sleep(0.01)
