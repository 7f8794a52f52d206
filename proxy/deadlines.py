"""How long a visitor may keep us waiting, and how many may come at once.

A connection costs memory and a file; whoever holds it and sends next to nothing, or reads next to
nothing, takes it from others. So all connections of a port are looked at once a tick, by one timer,
and `Patience` adds up what each has let pass. A request costs no timer and no task.

Rules:

- A limit is met at the first look after it, never before it: at most one tick late.
- Time in which nobody looked (the machine slept, the loop was busy) counts for one tick, no more:
  what was sent in the meantime has not been read yet.
- While we do not read, because the site takes a body slowly, a visitor is not slow.

Units: seconds and bytes.
"""

import asyncio
import enum
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

_TICK_SECONDS = 1.0
_LOOKS_PER_LIMIT = 4


@dataclass(frozen=True, slots=True)
class Limits:
    """What a visitor's connection may take. `None` and 0 are no limit where that is said."""

    head_seconds: float = 20.0  # from the first byte of a request's head to its last
    head_bytes: int = 64 * 1024  # a request's head as a whole
    line_bytes: int = 16 * 1024  # the request's target, and each field of its head
    head_fields: int = 128
    idle_seconds: float = 75.0  # between two requests, and before the first
    body_silence_seconds: float = 60.0  # between two bytes of a request's body
    body_bytes_per_second: int = 500  # on the whole, after a first silence; 0: any rate will do
    linger_seconds: float = 5.0  # how long the rest of a refused upload is read
    stall_seconds: float = 60.0  # a visitor takes nothing of what waits for them
    tunnel_silence_seconds: float = 3600.0  # neither side of a tunnel says anything; when one has
    # ended, the other may be silent for as long as in a body
    unsent_bytes: int = 4 * 1024  # what may wait for a slow visitor before the site waits, too
    connections: int = 4096
    tunnels: int = 1024  # of these; each has a connection to the site, too
    connections_per_address: int = 0  # 0: all may come from one, as behind another proxy

    @property
    def tick_seconds(self) -> float:
        """How often connections are looked at: so that no limit is overrun by much."""
        shortest = min(
            self.head_seconds,
            self.idle_seconds,
            self.body_silence_seconds,
            self.stall_seconds,
            self.tunnel_silence_seconds,
        )
        return min(_TICK_SECONDS, shortest / _LOOKS_PER_LIMIT)


class Phase(enum.Enum):
    """What a connection is at."""

    IDLE = "idle"  # between two requests
    HEAD = "head"  # a part of a request's head is here
    BODY = "body"  # a part of its body is still to come, and we read
    TUNNEL = "tunnel"
    ENDING = "ending"  # a tunnel of which one side has said its last
    OURS = "ours"  # it is our turn, or the site's


@dataclass(frozen=True, slots=True)
class Standing:
    """How a connection stands at one look."""

    phase: Phase
    request: int  # which one, counted
    moved_bytes: int  # what has come so far; in a tunnel both ways
    unsent_bytes: int  # what waits for the visitor to take it


class Verdict(enum.Enum):
    """Which limit has been met."""

    IDLE = "idle"
    SLOW_HEAD = "slow_head"
    SLOW_BODY = "slow_body"
    STALLED = "stalled"
    SILENT_TUNNEL = "silent_tunnel"


class Patience:
    """What one visitor has let pass. Pure: it is told how much time went by."""

    __slots__ = ("_began_bytes", "_last", "_limits", "_silent", "_stalled", "_waited")

    def __init__(self, limits: Limits) -> None:
        """Begin with all of it."""
        self._limits = limits
        self._last = Standing(Phase.IDLE, 0, 0, 0)
        self._began_bytes = 0
        self._waited = self._silent = self._stalled = 0.0

    def look(self, seen: Standing, elapsed_seconds: float) -> Verdict | None:
        """Note how things stand; say which limit has been met."""
        last, self._last = self._last, seen
        is_stuck = bool(seen.unsent_bytes) and seen.unsent_bytes == last.unsent_bytes
        self._stalled = self._stalled + elapsed_seconds if is_stuck else 0.0
        if self._stalled >= self._limits.stall_seconds:
            return Verdict.STALLED
        if (seen.phase, seen.request) != (last.phase, last.request):
            self._began_bytes = last.moved_bytes
            self._waited = self._silent = 0.0
            return None
        self._waited += elapsed_seconds
        is_silent = seen.moved_bytes == last.moved_bytes
        self._silent = self._silent + elapsed_seconds if is_silent else 0.0
        return self._verdict(seen)

    def _verdict(self, seen: Standing) -> Verdict | None:
        limits = self._limits
        match seen.phase:
            case Phase.IDLE if seen.unsent_bytes:  # still reading the last answer
                self._waited = 0.0
            case Phase.IDLE if self._waited >= limits.idle_seconds:
                return Verdict.IDLE
            case Phase.HEAD if self._waited >= limits.head_seconds:
                return Verdict.SLOW_HEAD
            case Phase.BODY if self._is_slow(seen.moved_bytes - self._began_bytes):
                return Verdict.SLOW_BODY
            case Phase.TUNNEL if self._silent >= limits.tunnel_silence_seconds:
                return Verdict.SILENT_TUNNEL
            case Phase.ENDING if self._silent >= limits.body_silence_seconds:
                return Verdict.SILENT_TUNNEL
        return None

    def _is_slow(self, received_bytes: int) -> bool:
        limits = self._limits
        if self._silent >= limits.body_silence_seconds:
            return True
        rate = limits.body_bytes_per_second
        earned = received_bytes / rate if rate else self._waited
        return self._waited >= limits.body_silence_seconds + earned


class Watched(Protocol):
    """A connection that is looked at."""

    @property
    def address(self) -> str:
        """Where it comes from."""
        ...

    @property
    def is_idle(self) -> bool:
        """Say whether it is between two requests."""
        ...

    def look(self, elapsed_seconds: float) -> None:
        """Note how it stands, and end it if a limit is met."""
        ...

    def end_idle(self) -> None:
        """End it, for others need the room."""
        ...


class Watch:
    """Counts the connections of a port, and looks at them once a tick."""

    def __init__(self, limits: Limits, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Watch nothing yet. `clock`: seconds that only go forward."""
        self.limits = limits
        self._clock = clock
        self._looked_at = clock()
        self._connections: dict[Watched, str] = {}
        self._by_address: Counter[str] = Counter()
        self._has_idle = True  # as far as we know
        self._timer: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        """Count the connections."""
        return len(self._connections)

    def start(self) -> None:
        """Look from now on."""
        self._looked_at = self._clock()
        self._plan()

    def stop(self) -> None:
        """Look no more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def admit(self, connection: Watched) -> bool:
        """Count a connection in; False where there is no room, and none can be made."""
        address, most = connection.address, self.limits.connections_per_address
        if most and self._by_address[address] >= most:
            return False
        if len(self._connections) >= self.limits.connections and not self._make_room():
            return False
        self._connections[connection] = address
        self._by_address[address] += 1
        return True

    def leave(self, connection: Watched) -> None:
        """Count a connection out; one that is not counted does no harm."""
        address = self._connections.pop(connection, None)
        if address is None:
            return
        self._by_address[address] -= 1
        if not self._by_address[address]:
            del self._by_address[address]

    def look(self) -> None:
        """Look at all connections."""
        now = self._clock()
        elapsed = min(now - self._looked_at, 2 * self.limits.tick_seconds)
        self._looked_at = now
        self._has_idle = True
        for connection in list(self._connections):
            connection.look(elapsed)

    def _make_room(self) -> bool:
        """End the oldest connection that nothing is asked on."""
        if not self._has_idle:
            return False
        idle = next((one for one in self._connections if one.is_idle), None)
        if idle is None:
            self._has_idle = False
            return False
        self.leave(idle)
        idle.end_idle()
        return True

    def _plan(self) -> None:
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(self.limits.tick_seconds, self._on_timer)

    def _on_timer(self) -> None:
        self._plan()
        self.look()
