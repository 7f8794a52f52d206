"""What parent and worker say to each other: one JSON object a line, over a pair of sockets.

Nobody waits to say something. Whoever does not listen for long is told nothing more: it hangs.

=========  ========================================================================================
parent     to a worker
=========  ========================================================================================
task       the first line: its number and its sockets (`worker.Task`)
take       the numbers of the sockets that are its; `leads`: whether it leads
stop       end in order; `accepts`: its ports stay open for as long as ops said
haste      end at once
tell       report
collected  what all report, to the worker that asked for it under this number
news       what another worker told
=========  ========================================================================================

=========  ========================================================================================
worker     to the parent
=========  ========================================================================================
ready      it can serve; what is to be printed, and how long its end may take
serves     it took what is its
parts      its report
collect    asks for what all report; a number
news       for all other workers
log        a line of its log, `of` what it tells; `lasts`: it is told once in a worker's life
=========  ========================================================================================
"""

import asyncio
import json
import socket
from contextlib import suppress
from typing import Any

LONGEST_BYTES = 16 * 1024 * 1024
UNHEARD_BYTES = 4 * 1024 * 1024


class Channel:
    """One end."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take an open connection."""
        self._reader = reader
        self._writer = writer

    @classmethod
    async def over(cls, end: socket.socket) -> "Channel":
        """Begin to talk over one end of a pair of sockets."""
        end.setblocking(False)
        return cls(*await asyncio.open_unix_connection(sock=end, limit=LONGEST_BYTES))

    def say(self, **words: Any) -> bool:
        """Say something. Where nobody listens, nothing happens, and that is the answer."""
        transport = self._writer.transport
        if transport.is_closing() or transport.get_write_buffer_size() >= UNHEARD_BYTES:
            return False
        self._writer.write(json.dumps(words, separators=(",", ":")).encode() + b"\n")
        return True

    async def hear(self) -> dict[str, Any] | None:
        """Wait for the next line. None: the other end is gone."""
        try:
            line = await self._reader.readline()
        except (ConnectionError, ValueError):
            return None
        if not line.endswith(b"\n"):
            return None
        said: dict[str, Any] = json.loads(line)
        return said

    async def close(self) -> None:
        """Say what is yet to be said, and no more."""
        self._writer.close()
        with suppress(ConnectionError):  # nobody listens any more
            await self._writer.wait_closed()
