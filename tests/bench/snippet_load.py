"""Asks of pages over real sockets to one process: each of a new visitor, who takes a number.

    as fast as answers come   32 connections, each asks again when it has its answer
    at a rate                 each ask is due at its moment, and its time counts from there: who
                              waits for a late answer does not hide how late the next one is

A page that stays open asks again: the same visitor, no view, the same number.
Checked: each new visitor has a cookie and a number that no other has, in the text as in the link;
a page that asks again keeps its own.
"""

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from calltrack.numbers import PhoneNumber
from tests.bench.load import LIMIT_BYTES, Load, read_answer
from tests.bench.pages import OLD
from tests.bench.proxying import FIREFOX
from tests.bench.report import WrongOutputError, check

AT_ONCE = 32
PER_SECOND = 500

_COOKIE = re.compile(rb"\r\nset-cookie: (calltrack-[^=]+=[^;]+);", re.IGNORECASE)


def ask(cookie: bytes = b"") -> bytes:
    """Write what a page asks that shows one number, in a text and in a link.

    Without a cookie it is a new visitor's first page, with one it is a page that asks again.
    """
    origin = "http://localhost"
    body = json.dumps(
        {
            "url": f"{origin}/contact/?gclid=bench",
            "referrer": "",
            "landing": None,
            "view": not cookie,
            "load": not cookie,
            "consent": None,
            "token": None,
            "spots": [["t", "", [NATIONAL], ""], ["l", f"tel:{OLD.e164}"]],
        }
    ).encode()
    head = [
        "POST /_calltrack/page HTTP/1.1",
        "Host: localhost",
        f"Origin: {origin}",
        FIREFOX,
        "Accept: */*",
        "Accept-Language: nl",
        "Sec-Fetch-Mode: cors",
        "Sec-Fetch-Site: same-origin",
        "Content-Type: text/plain;charset=UTF-8",
        f"Content-Length: {len(body)}",
    ]
    fields = "\r\n".join(head).encode()
    sent = b"\r\nCookie: " + cookie if cookie else b""
    return fields + sent + b"\r\n\r\n" + body


NATIONAL = "085 019 99 99"


@dataclass(slots=True)
class Visitors:
    """Who has which number: looked at after the clock has stopped."""

    pool: frozenset[str]
    cookies: dict[str, bytes] = field(default_factory=dict)
    """By number."""

    def come(self, load: Load) -> None:
        """Look at answers of new visitors."""
        for head, body in zip(load.heads, load.bodies, strict=True):
            number = shown(body)
            cookie = _COOKIE.search(head)
            check(number in self.pool, "snippet: an answer without a number of the pool")
            check(number not in self.cookies, "snippet: a number that another visitor has")
            check(cookie is not None, "snippet: a new visitor without a cookie")
            assert cookie is not None
            self.cookies[number] = cookie[1]

    def stay(self, load: Load, asked: Sequence[str]) -> None:
        """Look at answers to pages that asked again, in any order."""
        check(sorted(map(shown, load.bodies)) == sorted(asked), "snippet: a number did not stay")


def shown(body: bytes) -> str:
    """Give the one number of an answer, wherever it stands in it."""
    told = json.loads(body)
    (text,), (link,) = told["spots"]
    number = link.removeprefix("tel:")
    digits = re.sub(r"\D", "", text).removeprefix("0")
    check(number.endswith(digits) and number != OLD.e164, "snippet: text and link do not agree")
    return str(PhoneNumber(number).e164)


async def fast(port: int, asks: Sequence[bytes]) -> Load:
    """Ask as fast as answers come."""
    load = Load()
    todo = iter(asks)

    async def work() -> None:
        async with _connection(port) as (reader, writer):
            for asked in todo:
                sent_at = time.perf_counter()
                writer.write(asked)
                await read_answer(reader, load)
                load.latencies.append(time.perf_counter() - sent_at)

    await _together(load, work)
    return load


async def paced(port: int, asks: Sequence[bytes]) -> Load:
    """Ask PER_SECOND times a second, whatever becomes of the answers."""
    load = Load()
    begun = time.perf_counter()
    todo = iter([(begun + at / PER_SECOND, asked) for at, asked in enumerate(asks)])

    async def work() -> None:
        async with _connection(port) as (reader, writer):
            for due, asked in todo:
                await asyncio.sleep(max(0.0, due - time.perf_counter()))
                writer.write(asked)
                await read_answer(reader, load)
                load.latencies.append(time.perf_counter() - due)

    await _together(load, work)
    return load


async def _together(load: Load, work: Callable[[], Coroutine[None, None, None]]) -> None:
    started = time.perf_counter()
    try:
        async with asyncio.TaskGroup() as tasks:
            for _ in range(AT_ONCE):
                tasks.create_task(work())
    except ExceptionGroup as failed:
        raise failed.exceptions[0] from None
    load.seconds = time.perf_counter() - started


@asynccontextmanager
async def _connection(
    port: int,
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=LIMIT_BYTES)
    try:
        yield reader, writer
    except (OSError, EOFError) as error:
        raise WrongOutputError(f"snippet: an answer broke off: {error}") from error
    finally:
        writer.close()
