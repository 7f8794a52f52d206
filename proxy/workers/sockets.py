"""Ports are bound once, and handed on to those who serve.

A port that several workers share is bound once for each (SO_REUSEPORT): the system then deals
connections out evenly. The parent keeps these sockets as long as the edge lives: closing one would
drop the connections in its queue, and so nothing is lost when a worker dies or is replaced. Where
the system does not deal out (not Linux), all have one socket.

The first is bound as if it were the only one, so a port that anybody has is an error. A bound
socket refuses connections until somebody listens on it.

Errors: ListenError when a port cannot be had.
"""

import errno
import socket
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from calltrack.errors import ListenError

DEALS_OUT = sys.platform == "linux"


@dataclass(frozen=True, slots=True)
class Bound:
    """A port, bound. `shares` has for each who serves it sockets, one for each of its addresses."""

    shares: Sequence[Sequence[socket.socket]]

    @property
    def address(self) -> tuple[str, int]:
        """Give host and port; the real port where 0 was asked for."""
        found: tuple[str, int] = self.shares[0][0].getsockname()[:2]
        return found

    @property
    def numbers(self) -> list[list[int]]:
        """Give the numbers of the sockets' files."""
        return [[one.fileno() for one in share] for share in self.shares]

    def close(self) -> None:
        """Let go of the port."""
        for share in self.shares:
            for one in share:
                one.close()


@dataclass(frozen=True, slots=True)
class Ports:
    """What is bound: for visitors, for carriers alone, and the status page."""

    public: Bound
    calls: Bound | None
    admin: Bound

    def all(self) -> list[Bound]:
        """Give all there are."""
        return [one for one in (self.public, self.calls, self.admin) if one is not None]

    def close(self) -> None:
        """Let go of all of them; what was accepted goes on."""
        for one in self.all():
            one.close()


def adopted(numbers: Sequence[Sequence[int]]) -> Bound:
    """Take sockets over by the numbers of their files, as the parent handed them on."""
    return Bound([[socket.socket(fileno=number) for number in share] for share in numbers])


def bind(host: str, port: int, *, shares: int = 1) -> Bound:
    """Bind a port on all addresses of a host, for so many who serve it."""
    opened: list[list[socket.socket]] = []
    try:
        infos = socket.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        is_shared = shares > 1 and DEALS_OUT
        for share in range(shares if DEALS_OUT else 1):
            opened.append([])
            for family, _, _, _, address in dict.fromkeys(infos):
                at = (address[0], opened[0][0].getsockname()[1] if opened[0] else port)
                one = _bound(family, (*at, *address[2:]), joins=share > 0)
                opened[-1].append(one)
                if is_shared:
                    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    except OSError as error:
        Bound(opened).close()
        raise ListenError(why_not(error, host, port)) from error
    return Bound(opened)


def _bound(family: int, address: tuple[object, ...], *, joins: bool) -> socket.socket:
    """Bind one socket. `joins`: there are others on this port, and they are ours."""
    one = socket.socket(family, socket.SOCK_STREAM)
    try:
        one.setblocking(False)
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        if joins:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        one.bind(address)
    except BaseException:
        one.close()
        raise
    return one


def why_not(error: OSError, host: str, port: int) -> str:
    """Say why a port could not be opened, and what to do."""
    if error.errno == errno.EADDRINUSE:
        return f"port {port} of {host} is taken; choose another, or stop what listens there"
    if error.errno == errno.EACCES:
        return f"port {port} of {host} may not be opened by this user; choose one above 1023"
    return f"cannot listen on {host}:{port}: {error.strerror or error}"
