"""The site behind the proxy, as the rest of the proxy sees it; what may be asked a second time.

A connection that was kept may be closed by the site the moment it is used again. A request that can
be repeated is then sent once more, on a new connection, if not one byte of an answer had come, or
if that is the 408 with which some sites end a connection that was idle (RFC 9110 §15.5.9). A
request that cannot be (a form that is sent, anything with a body) has a new connection from the
start: it never meets that race.

Errors: ConfigError; UpstreamUnreachable, UpstreamBroken, UpstreamTimeout.
"""

import time
from pathlib import Path

from calltrack.errors import ConfigError, UpstreamBroken, UpstreamError, UpstreamUnreachable
from proxy.gate import is_authority
from proxy.upstream.answers import Answer
from proxy.upstream.asks import Ask, written
from proxy.upstream.complaints import Complaints
from proxy.upstream.connection import Connection
from proxy.upstream.dialling import Dialler, Place
from proxy.upstream.heads import Head, Limits
from proxy.upstream.pool import Pool
from proxy.upstream.reader import Reader
from proxy.upstream.turn import Turn

_GOODBYE = 408  # also what some say to a connection on which nothing was asked
_PORTS = {"http": 80, "https": 443}


class Upstream:
    """The site behind the proxy: one fixed address, whatever a request says."""

    def __init__(  # noqa: PLR0913 - settings, each with a default
        self,
        url: str,
        *,
        host: str | None = None,
        ca_file: Path | None = None,
        max_connections: int = 512,
        idle_seconds: float = 4.0,
        connect_seconds: float = 5.0,
        first_byte_seconds: float = 60.0,
        read_seconds: float = 60.0,
        limits: Limits | None = None,
    ) -> None:
        """Take the site's address and, where it must hear another name than the visitor's, `host`.

        `first_byte_seconds`: from the end of a request to the answer's head. `read_seconds`: the
        longest silence after that, and the longest time in which the site takes nothing of a
        request; a download may take as long as it likes. `idle_seconds`: how long a connection is
        kept; below what the site keeps it for, or 0.
        """
        self.base = _base(url)
        self.host = host
        names = [f"{scheme}://{host}" for scheme in ("http", "https")] if host else []
        self.inner_bases = tuple(name.encode() for name in (self.base, *names))
        scheme, _, authority = self.base.partition("://")
        self._authority = authority.encode()
        place = _place(scheme, authority, host)
        self._dialler = Dialler(place, ca_file=ca_file, connect_seconds=connect_seconds)
        self._max_connections = max_connections
        self._idle_seconds = idle_seconds
        self._connect_seconds = connect_seconds
        self._first_byte_seconds = first_byte_seconds
        self._read_seconds = read_seconds
        self._limits = limits or Limits()
        self._complaints = Complaints(self.base)
        self.pool: Pool | None = None  # from `open` to `close`; its counts are there to be read

    async def open(self) -> None:
        """Make ready to ask."""
        if self.pool is None:
            self.pool = Pool(
                self._dialler,
                max_connections=self._max_connections,
                wait_seconds=self._connect_seconds,
                idle_seconds=self._idle_seconds,
            )

    async def close(self) -> None:
        """Close what is open."""
        if self.pool is not None:
            pool, self.pool = self.pool, None
            await pool.close()

    async def send(self, ask: Ask) -> Answer:
        """Send a request; give the answer as soon as its head is here."""
        if self.pool is None:
            raise RuntimeError("Upstream.open() comes first")
        try:
            return await self._send(ask, self.pool)
        except UpstreamError as error:
            # A request with a body may have broken off itself: that is no news of the site.
            if ask.body is None or isinstance(error, UpstreamUnreachable):
                self._complaints.no_answer(str(error))
            raise

    async def _send(self, ask: Ask, pool: Pool) -> Answer:
        sent_at = time.perf_counter()
        connection = await pool.take(fresh=not ask.can_be_repeated)
        was_kept = connection.was_used
        turn = self._turn(ask, connection)
        head = None
        try:
            head = await self._ask(ask, turn, connection)
        except UpstreamBroken:
            if turn.has_begun or not was_kept:
                raise
        if head is None or (was_kept and head.status == _GOODBYE):
            turn.close()
            pool.retried += 1
            connection = await pool.take(fresh=True)
            turn = self._turn(ask, connection)
            head = await self._ask(ask, turn, connection)
        if turn.is_tunnel:
            pool.set_apart(connection)
        return Answer(
            head,
            turn,
            connection,
            waited_seconds=time.perf_counter() - sent_at,
            read_seconds=self._read_seconds,
            broke_off=self._complaints.half_an_answer if ask.body is None else None,
        )

    def _turn(self, ask: Ask, connection: Connection) -> Turn:
        is_head = ask.method == "HEAD"
        return Turn(connection, Reader(is_head=is_head, upgrade=ask.upgrade, limits=self._limits))

    async def _ask(self, ask: Ask, turn: Turn, connection: Connection) -> Head:
        """Send a request, and wait for the answer's head; whatever goes wrong, let go."""
        head = None
        try:
            raw = written(ask, authority=self._authority, keeps=self._idle_seconds > 0)
            connection.begin(turn, raw, first_byte_seconds=self._first_byte_seconds)
            if ask.body is not None:
                connection.begin_body(ask.body, ask.length, seconds=self._read_seconds)
            head = await _head(ask, turn)
        finally:
            if head is None:
                turn.close()
        if head.status >= 400:
            connection.end_body()
        return head


async def _head(ask: Ask, turn: Turn) -> Head:
    """Wait for the answer's head; pass on those that come before it."""
    while (head := await turn.interim_or_head()).is_interim:
        if ask.interim is not None:
            await ask.interim(head.status, head.fields)
    return head


def _place(scheme: str, authority: str, host: str | None) -> Place:
    name, port = _split(authority)
    tls_name = _split(host or authority)[0] if scheme == "https" else None
    return Place(name, port or _PORTS[scheme], tls_name)


def _split(authority: str) -> tuple[str, int | None]:
    """Give host and port; an IPv6 address without its brackets."""
    name, colon, port = authority.rpartition(":")
    if not colon or authority.endswith("]"):
        name, port = authority, ""
    return name.removeprefix("[").removesuffix("]"), int(port) if port else None


def _base(url: str) -> str:
    base = url.removesuffix("/")
    scheme, _, authority = base.partition("://")
    if scheme not in _PORTS or not is_authority(authority):
        raise ConfigError(
            f"upstream: «{url}» is no address of a site, "
            "as http://127.0.0.1:8001 (no path, no login)"
        )
    return base
