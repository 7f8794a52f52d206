"""What is read of the site's answer, as it comes, and the tunnel behind a switch of protocols."""

from collections.abc import Callable

from calltrack.errors import UpstreamError
from proxy.upstream.connection import Connection
from proxy.upstream.heads import Head
from proxy.upstream.turn import Turn


class Answer:
    """The site's answer: its head, and a body that is read as it comes."""

    def __init__(
        self,
        head: Head,
        turn: Turn,
        connection: Connection,
        *,
        waited_seconds: float,
        read_seconds: float,
        broke_off: Callable[[str], None] | None = None,
    ) -> None:
        """Take an answer whose head has been read, and who is told when its body breaks off."""
        self.status = head.status
        self.reason = head.reason
        self.fields = head.fields
        self.waited_seconds = waited_seconds
        self._turn = turn
        self._read_seconds = read_seconds
        self._broke_off = broke_off
        self._switched = connection if turn.is_tunnel else None

    async def read(self) -> bytes:
        """Wait for the next bytes of the body, READ_BYTES at most; b"" at its end."""
        try:
            return self._turn.read_ready() or await self._turn.read(self._read_seconds)
        except UpstreamError as error:
            if self._broke_off is not None:
                self._broke_off(str(error))
            raise

    def read_ready(self) -> bytes:
        """Give the bytes that are here already, without waiting; b"" where there are none."""
        return self._turn.read_ready()

    @property
    def is_over(self) -> bool:
        """Say whether the whole body has been read."""
        return self._turn.is_over

    def tunnel(self) -> "Tunnel":
        """Give the connection, after a 101."""
        if self._switched is None:
            raise RuntimeError("a tunnel where the site did not switch protocols")
        return Tunnel(self._turn, self._switched)

    def close(self) -> None:
        """Let go of the connection, at once, whatever is still to come."""
        self._turn.close()
        if self._switched is not None:
            self._switched.break_off()


class Tunnel:
    """A connection on which HTTP is over. There is no deadline: both ends may be silent."""

    def __init__(self, turn: Turn, connection: Connection) -> None:
        """Take a connection; what came behind the 101 is read first."""
        self._turn = turn
        self._connection = connection

    async def read(self) -> bytes:
        """Wait for the next bytes; b"" when the site has said its last."""
        return await self._turn.read(None)

    async def write(self, data: bytes) -> None:
        """Send, no faster than the site takes it. Errors: ConnectionError."""
        await self._connection.write(data)

    def write_eof(self) -> None:
        """Say that no more will be sent."""
        self._connection.write_eof()

    def close(self) -> None:
        """Close at once, both ways."""
        self._turn.close()
        self._connection.break_off()
