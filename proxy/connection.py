"""One visitor's connection, by aiohttp, with what it leaves out: limits, and short words.

What is no HTTP is answered shortly and never repeated, neither to the visitor nor in the log. How
long a visitor may take is counted by the watch (`deadlines`), which looks at every connection:

============================  ====================================================
met                           what happens
============================  ====================================================
no request for long           the connection is closed, without a word
a head too slow or too big    408 or 431, and closed
a body too slow               408 where the answer has not begun; else cut
an answer not taken           cut
a silent tunnel               closed
no room for a connection      503, and closed; an idle connection makes room first
============================  ====================================================
"""

import asyncio
import logging
import secrets
import socket
from contextlib import suppress
from typing import Any, Protocol, cast

from aiohttp import web
from aiohttp.streams import EMPTY_PAYLOAD

from proxy.access_log import Line
from proxy.counters import Counters
from proxy.deadlines import Patience, Phase, Standing, Verdict, Watch
from proxy.downstream import Refused, reset, whole
from proxy.errors_page import error_page
from proxy.mistakes import without_words
from proxy.unreadable import status_of, unfit

_log = logging.getLogger("calltrack.proxy")

_IN_KERNEL_BYTES = 128 * 1024
"""That were not sent yet. Linux takes up to some MB of a visitor who reads nothing, and what it has
taken looks as if it had been read."""

_HEAD_END = b"\r\n\r\n"
_WORDS = {408: "slow", 414: "too_long", 431: "too_long", 503: "full"}


class Fed(Protocol):
    """What becomes of a visitor's bytes in a tunnel."""

    moved_bytes: int
    is_ending: bool

    def feed_data(self, data: bytes) -> tuple[bool, bytes]:
        """Take what has come."""
        ...

    def feed_eof(self) -> None:
        """Take the end."""
        ...


class BodyTooSlow(web.RequestPayloadError):
    """A request's body did not come in time."""


class Connection(web.RequestHandler):
    """A visitor's connection."""

    __slots__ = (
        "_counters",
        "_error_status",
        "_head",
        "_is_head_known",
        "_is_warned",
        "_last_payload",
        "_patience",
        "_received_bytes",
        "_tunnel",
        "_watch",
        "_wire",
        "unfit",
        "why_gone",
    )

    def __init__(self, *args: Any, counters: Counters, watch: Watch, **kwargs: Any) -> None:
        """Take what all connections share."""
        self._counters = counters
        self._watch = watch
        self._patience = Patience(watch.limits)
        self._wire: asyncio.Transport | None = None  # kept while it is open, flushing included
        self._head = b""  # what has come of a head that is not whole
        self._is_head_known = True  # False: it may have begun before, or begin further on
        self._received_bytes = 0
        self._last_payload: Any = None
        self._tunnel: Fed | None = None
        self._error_status = 400
        self._is_warned = False
        self.unfit = 0  # the status for a request that the parser lets through, and we do not
        self.why_gone = "visitor_left"  # what the log says where nobody is there any more
        super().__init__(*args, **kwargs)

    @property
    def address(self) -> str:
        """The peer's address."""
        peer = self._wire.get_extra_info("peername") if self._wire is not None else None
        return str(peer[0]) if isinstance(peer, tuple) else ""

    @property
    def is_idle(self) -> bool:
        """Say whether it is between two requests."""
        return self._phase() is Phase.IDLE and not self._unsent_bytes

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin, where there is room."""
        self._wire = wire = cast(asyncio.Transport, transport)
        if not self._watch.admit(self):
            wire.set_protocol(_TurnedAway(wire, self._watch.limits.linger_seconds))
            wire.write(self._refusal(503))
            return
        wire.set_write_buffer_limits(high=self._watch.limits.unsent_bytes)
        _hold_little(wire)
        super().connection_made(transport)

    def connection_lost(self, exc: BaseException | None) -> None:
        """Let go of everything."""
        self._watch.leave(self)
        self._wire = None
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what came, and note what of it is a head that is not whole."""
        if self._close or self._force_close or self._upgraded or self._payload_parser is not None:
            super().data_received(data)
            return
        was_in_body = self._last_payload is not None and not self._last_payload.is_eof()
        body_bytes = self._last_payload.total_bytes if was_in_body else 0
        count = self._request_count
        self._received_bytes += len(data)
        super().data_received(data)
        if self._request_count != count:
            self._note_requests(self._request_count - count, data, was_in_body=was_in_body)
        elif was_in_body:
            body_bytes = self._last_payload.total_bytes - body_bytes
            self._is_head_known = body_bytes == len(data) or data.endswith(_HEAD_END)
        elif data and not self._buffer_paused:
            self._head += data
            if len(self._head) > self._watch.limits.head_bytes:
                self._turn_away(431)

    def eof_received(self) -> bool:  # type: ignore[override] # asyncio takes True for "go on"
        """Take the visitor's last word; in a tunnel the site may go on."""
        if self._tunnel is None:
            return False
        self._tunnel.feed_eof()
        return True

    def hold(self) -> bool:
        """Keep what comes now for another protocol; False where some of it was read as HTTP."""
        self._upgraded = not self._messages
        return self._upgraded

    def begin_tunnel(self, tunnel: "Fed") -> None:
        """Give all that comes to this, beginning with what was kept."""
        self._tunnel = tunnel
        self.set_parser(cast(Any, tunnel))

    def look(self, elapsed_seconds: float) -> None:
        """Note how long the visitor takes, and end the connection where it is too long."""
        moved = self._received_bytes if self._tunnel is None else self._tunnel.moved_bytes
        standing = Standing(self._phase(), self._request_count, moved, self._unsent_bytes)
        verdict = self._patience.look(standing, elapsed_seconds)
        if verdict is Verdict.IDLE:
            self.force_close()
        elif verdict is Verdict.SLOW_HEAD:
            self._turn_away(408)
        elif verdict is Verdict.SLOW_BODY:
            self._end_body()
        elif verdict is Verdict.SILENT_TUNNEL:
            self._counters.add("cut_off", verdict.value)
            self.force_close()
        elif verdict is not None:
            self._abort(verdict)

    def end_idle(self) -> None:
        """End an idle connection, for others need the room."""
        self.force_close()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,  # noqa: ARG002 - it quotes what was sent
    ) -> web.StreamResponse:
        """Answer what the parser refused: one line in the log, nothing of it said back."""
        reason = "unreadable" if status == 400 else "failure"
        self._counters.add("refused", reason)
        if reason == "failure":  # pragma: no cover - the handler has a border of its own
            told = "unknown" if exc is None else without_words(exc)
            _log.error("a request failed outside its handler: %s", told)
        else:
            status = self._error_status
        fields, body = _page(status, f"refused:{reason}")
        return Refused(request, status, fields, body)

    def log_exception(self, *args: Any, **kwargs: Any) -> None:  # noqa: ARG002 - no traceback
        """Note what went wrong on a connection between two requests: the visitor's doing."""
        error = kwargs.get("exc_info")
        if isinstance(error, web.RequestPayloadError):  # its request has been answered
            return
        self._counters.add("refused", "broken_connection")
        _log.info("a visitor's connection broke: %s", type(error).__name__)

    @property
    def _unsent_bytes(self) -> int:
        return self._wire.get_write_buffer_size() if self._wire is not None else 0

    def _phase(self) -> Phase:
        if self._tunnel is not None:
            return Phase.ENDING if self._tunnel.is_ending else Phase.TUNNEL
        if self._current_request is not None:
            is_reading = not (self._reading_paused or self._buffer_paused)
            is_over = self._current_request.content.is_eof()
            return Phase.BODY if is_reading and not is_over else Phase.OURS
        if self._waiter is None or self._waiter.done():
            return Phase.OURS
        return Phase.HEAD if self._head else Phase.IDLE

    def _note_requests(self, count: int, data: bytes, *, was_in_body: bool) -> None:
        """Look at what the parser has just made of the bytes: requests, or what is none."""
        message, payload = self._messages[-1]
        error = getattr(message, "exc", None)
        known = self._head + data
        is_one = count == 1 and not was_in_body and not self._buffer_paused
        head = known if is_one and self._is_head_known else b""
        limits = self._watch.limits
        if error is None:
            self.unfit = self.unfit or unfit(
                known, is_whole=bool(head), most_bytes=limits.head_bytes
            )
        else:
            self._error_status = status_of(
                head, error, line_bytes=limits.line_bytes, most_fields=limits.head_fields
            )
            if was_in_body and self._last_payload.exception() is None:
                self._last_payload.set_exception(web.RequestPayloadError("no HTTP"))
        self._last_payload = payload
        self._note_rest(known, payload, is_one=bool(head))

    def _note_rest(self, data: bytes, payload: Any, *, is_one: bool) -> None:
        """Note what has come of the next head, and whether that is known.

        Behind a body it is only known where nothing has; and not while requests wait in the parser.
        """
        if payload is EMPTY_PAYLOAD:
            self._head = data.rpartition(_HEAD_END)[2]
            self._is_head_known = not self._buffer_paused
            return
        self._head = b""
        length = data.find(_HEAD_END) + len(_HEAD_END) + payload.total_bytes
        is_end = data.endswith(_HEAD_END) or (is_one and length == len(data))
        self._is_head_known = is_end and not self._buffer_paused

    def _end_body(self) -> None:
        """Tell whoever reads the body; if that did not end the request, cut."""
        payload = self._current_request.content if self._current_request is not None else None
        if self._is_warned or payload is None or payload.exception() is not None:
            self._abort(Verdict.SLOW_BODY)
            return
        self._is_warned = True
        payload.set_exception(BodyTooSlow("too slow"))

    def _abort(self, verdict: Verdict) -> None:
        self._counters.add("cut_off", verdict.value)
        self.why_gone = verdict.value
        if self._wire is not None:
            reset(self._wire)

    def _turn_away(self, status: int) -> None:
        """Answer half a request, and close. Behind another one, close when that has its answer."""
        if self._current_request is None and not self._messages and self.transport is not None:
            self.transport.write(self._refusal(status))
            self.force_close()
        else:
            self.close()

    def _refusal(self, status: int) -> bytes:
        reason = _WORDS[status]
        self._counters.add("refused", reason)
        fields, body = _page(status, f"refused:{reason}")
        return whole(status, fields, body)


class _TurnedAway(asyncio.Protocol):
    """A connection for which there is no room: its answer is out, and it ends soon.

    Not at once: an end while the visitor's request is on its way would take the answer along.
    """

    def __init__(self, wire: asyncio.Transport, linger_seconds: float) -> None:
        self._wire = wire
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(linger_seconds, wire.abort)

    def data_received(self, data: bytes) -> None:  # noqa: ARG002 - it is not read
        self._wire.close()

    def connection_lost(self, exc: BaseException | None) -> None:  # noqa: ARG002 - as it likes
        self._timer.cancel()


def _hold_little(wire: asyncio.Transport) -> None:
    """Have the kernel take no more than is soon sent, where it can be told (Linux, macOS)."""
    option = getattr(socket, "TCP_NOTSENT_LOWAT", None)
    connection = wire.get_extra_info("socket")
    if option is not None and connection is not None:
        with suppress(OSError):  # no TCP
            connection.setsockopt(socket.IPPROTO_TCP, option, _IN_KERNEL_BYTES)


def _page(status: int, outcome: str) -> tuple[list[tuple[bytes, bytes]], bytes]:
    """Write the log's line; give fields and body of the page with its id."""
    line = Line(0.0, outcome=outcome, request_id=secrets.token_hex(8))
    fields, body = error_page(status, request_id=line.request_id, accept="")
    line.write(status=status, sent_bytes=len(body), now=0.0)
    return fields, body
