"""Ports of the loopback that nobody listens on, and that are held until their processes have them.

A socket that is bound and does not listen keeps the system from giving the port to anybody who asks
for any, and a server that names it may still listen there (`SO_REUSEADDR`, as servers set it).
"""

import errno
import socket
from collections.abc import Iterable
from contextlib import ExitStack, suppress

# A browser may try either for «localhost»: somebody else on ::1 would get our visitors.
_LOOPBACKS = ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"))
_TRIES = 100
_LAST_PORT = 65535


def is_free(port: int) -> bool:
    """Say whether nobody listens on a port, under either address of the loopback."""
    return all(_can_bind(family, address, port) for family, address in _LOOPBACKS)


def choose(wanted: Iterable[int]) -> list[int]:
    """Give a free port for each one wanted: itself, else the next one above all. 0 is any port."""
    asked = list(wanted)
    given: list[int] = []
    for port in asked:
        given.append(port if port and is_free(port) else _other(port, taken={*asked, *given}))
    return given


def hold(ports: Iterable[int]) -> ExitStack:
    """Keep ports from who asks for any, until the stack is closed. One that is taken is left."""
    held = ExitStack()
    for port in ports:
        probe = held.enter_context(_probe(socket.AF_INET))
        with suppress(OSError):
            probe.bind(("127.0.0.1", port))
    return held


def _other(port: int, *, taken: set[int]) -> int:
    first = max(taken) + 1
    nearby = range(first, min(first + _TRIES, _LAST_PORT + 1)) if port else ()
    found = next((near for near in nearby if is_free(near)), None)
    return found or _any_free(taken)


def _any_free(taken: set[int]) -> int:
    """Let the system pick one."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
        if port not in taken and is_free(port):
            return port


def _can_bind(family: socket.AddressFamily, address: str, port: int) -> bool:
    try:
        with _probe(family) as probe:
            probe.bind((address, port))
    except OSError as error:
        # A machine without IPv6 has nobody on ::1.
        return error.errno in {errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL}
    return True


def _probe(family: socket.AddressFamily) -> socket.socket:
    """Give a socket that binds as servers do: what lingers of the last run is no obstacle."""
    probe = socket.socket(family)
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    return probe
