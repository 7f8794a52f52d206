"""Names to addresses, addresses to connections, TLS.

A name is asked for again after RESOLVED_SECONDS, and at once when none of its addresses answered:
a site that has moved is found without a restart. All addresses are tried, each a moment after the
one before (RFC 8305).

Errors: ConfigError for a CA file; UpstreamUnreachable, whose text tells operators what to mend;
UpstreamTimeout.
"""

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import aiohappyeyeballs

from calltrack.errors import ConfigError, UpstreamTimeout, UpstreamUnreachable
from proxy.upstream.connection import Connection

RESOLVED_SECONDS = 5.0
_NEXT_ADDRESS_SECONDS = 0.25  # RFC 8305 §5


@dataclass(frozen=True, slots=True)
class Place:
    """Where the site is. `tls_name` is whom its certificate must name; None without TLS."""

    host: str
    port: int
    tls_name: str | None


class Dialler:
    """Makes connections to one place."""

    def __init__(self, place: Place, *, ca_file: Path | None, connect_seconds: float) -> None:
        """Take where to, and whose certificates count: those of `ca_file`, or the system's."""
        self._place = place
        self._tls = None if place.tls_name is None else _tls(ca_file)
        self._seconds = connect_seconds
        self._found = _literal(place)
        self._found_until = float("inf") if self._found else 0.0

    async def dial(self, make: Callable[[], Connection]) -> Connection:
        """Make a connection, within the time that there is for it."""
        try:
            async with asyncio.timeout(self._seconds):
                return await self._dial(make)
        except TimeoutError as error:
            raise UpstreamTimeout("the site takes too long to take a connection") from error
        except (OSError, RuntimeError, UnicodeError) as error:
            # RuntimeError: uvloop's, for some addresses; UnicodeError: a name that cannot be one.
            raise UpstreamUnreachable(self._reason(error)) from error

    async def _dial(self, make: Callable[[], Connection]) -> Connection:
        loop = asyncio.get_running_loop()
        try:
            found = await aiohappyeyeballs.start_connection(
                await self._addresses(),
                happy_eyeballs_delay=_NEXT_ADDRESS_SECONDS,
                interleave=1,
                loop=loop,
            )
        except (OSError, RuntimeError):
            self._forget()
            raise
        _, connection = await loop.create_connection(
            make, sock=found, ssl=self._tls, server_hostname=self._place.tls_name
        )
        return connection

    async def _addresses(self) -> list[aiohappyeyeballs.AddrInfoType]:
        loop = asyncio.get_running_loop()
        if not self._found or loop.time() >= self._found_until:
            place = self._place
            found = await loop.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)
            self._found = [*found]
            self._found_until = loop.time() + RESOLVED_SECONDS
        return self._found

    def _forget(self) -> None:
        if self._found_until != float("inf"):
            self._found = []

    def _reason(self, error: Exception) -> str:
        if isinstance(error, ssl.SSLCertVerificationError):
            return f"the site's certificate is not good: {error.verify_message}"
        if isinstance(error, ssl.SSLError):
            return f"no TLS with the site: {error.reason or error}"
        if isinstance(error, socket.gaierror):
            return f"no address for {self._place.host}: {error.strerror}"
        return f"no connection to the site: {error}"


def _literal(place: Place) -> list[aiohappyeyeballs.AddrInfoType]:
    """Give an address that is written as one; nobody has to be asked for it."""
    try:
        address = ipaddress.ip_address(place.host)
    except ValueError:
        return []
    kind = socket.SOCK_STREAM, socket.IPPROTO_TCP, ""
    if address.version == 4:
        return [(socket.AF_INET, *kind, (place.host, place.port))]
    return [(socket.AF_INET6, *kind, (place.host, place.port, 0, 0))]


def _tls(ca_file: Path | None) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=ca_file)
    except OSError as error:
        raise ConfigError(f"the CA file {ca_file} cannot be used: {error}") from error
    context.set_alpn_protocols(["http/1.1"])
    return context
