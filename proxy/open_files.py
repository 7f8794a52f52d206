"""How many connections fit into the files that this process may open.

Each visitor may need two: their connection, and one to the site. The limit that the system sets at
first is low on many machines (1,024), and the one up to which a process may raise it by itself is
high: so it is raised.

Fewer connections than were asked for are told in the log. A process that could hardly take any is
not started: it would say that it is ready and serve nobody.

Errors: ConfigError where it is not to be started.
"""

import logging
import resource
from dataclasses import dataclass
from pathlib import Path

from calltrack.errors import ConfigError

_log = logging.getLogger("calltrack.proxy")

_OTHERS = 128  # the outbox, the store, the log, the ports
_TO_COME = 64  # of these: what is not open yet when this is asked
_PER_VISITOR = 2
_FEWEST = 32  # connections: fewer are no service, unless ops asked for fewer
_PER_WORKER = 12  # of the parent: its sockets of two ports, and the channels of two generations
_FILES = Path("/dev/fd")


@dataclass(frozen=True, slots=True)
class Room:
    """What fits. `most`: files that this process may open; `wanted`: for all connections."""

    asked: int
    connections: int
    most: int
    wanted: int

    @property
    def is_enough(self) -> bool:
        """Say whether all connections fit that were asked for."""
        return self.connections >= self.asked

    @property
    def is_service(self) -> bool:
        """Say whether it is worth starting at all."""
        return self.connections >= min(self.asked, _FEWEST)

    def told(self) -> str:
        """Say what is the matter, and what to do."""
        fix = "raise that (LimitNOFILE= of systemd, ulimit -n)"
        if not self.is_service:
            return (
                f"a process may open no more than {self.most:,} files here, and cannot serve with "
                f"that; all {self.asked:,} connections (limits.connections) take {self.wanted:,}: "
                f"{fix}"
            )
        return (
            f"{self.connections:,} connections at once, and not {self.asked:,}: a process may open "
            f"no more than {self.most:,} files here, and {self.wanted:,} are needed; {fix}, or "
            "lower limits.connections (--limit-connections)"
        )


def room_for(connections: int, *, held: int = 0) -> Room:
    """Say how many connections fit where the limit is raised. `held`: files that are open now."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    others = max(_OTHERS, held + _TO_COME)
    wanted = _PER_VISITOR * connections + others
    if most == resource.RLIM_INFINITY or most >= wanted:
        return Room(connections, connections, most, wanted)
    return Room(connections, (most - others) // _PER_VISITOR, most, wanted)


def refuse_too_few(connections: int, *, workers: int = 1) -> None:
    """Make sure that this process can serve, or be the parent of those who do.

    Errors: ConfigError.
    """
    room = room_for(connections)
    if not room.is_service:
        raise ConfigError(room.told())
    if workers > 1:
        _raise_to(_OTHERS + _PER_WORKER * workers)


def make_room_for(connections: int, *, held: int | None = None) -> int:
    """Raise the limit where it is too low; give how many connections fit, at most those.

    Errors: ConfigError.
    """
    room = room_for(connections, held=_held() if held is None else held)
    if not room.is_service:
        raise ConfigError(room.told())
    _raise_to(room.wanted)
    if not room.is_enough:
        _log.warning("%s", room.told())
    return room.connections


def _raise_to(wanted: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def _held() -> int:
    """Count the files that are open: a worker is handed the sockets of all others, too."""
    try:
        return sum(1 for _ in _FILES.iterdir())
    except OSError:  # not on every platform
        return 0
