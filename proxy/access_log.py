"""One line a request: what was asked, what came of it, how long it took.

No visitor, no number, no address, no query: a log may be kept and sent around. What a visitor wrote
(the method, the path) is cut short and holds no control characters, so that it cannot begin a line
of its own, nor end a text in JSON.

A line is for people or for a program: which of the two, the log's own handler says (`log_format`).
Neither is written where nobody reads the log.
"""

import json
import logging
from dataclasses import dataclass

NAME = "calltrack.access"
_log = logging.getLogger(NAME)

PATH_LIMIT = 256


@dataclass(slots=True)
class Line:
    """What is known of a request by the time it is over. `outcome` and `cache` are words of ours.

    Units: moments are seconds of a clock that only goes forward.
    """

    started_at: float
    method: str = "-"
    path: str = "-"
    outcome: str = "-"
    cache: str = "-"  # what our own cache had for it
    upstream_seconds: float | None = None
    first_byte_at: float | None = None
    received_bytes: int = 0  # of the request's body
    request_id: str = "-"

    def write(self, *, status: int, sent_bytes: int, now: float) -> None:
        """Write the line."""
        if _log.isEnabledFor(logging.INFO):
            _log.info("%s", Written(self, status, sent_bytes, now))

    @property
    def first_byte_seconds(self) -> float | None:
        """Give the time to the first byte; None: there was none."""
        return None if self.first_byte_at is None else self.first_byte_at - self.started_at


@dataclass(frozen=True, slots=True)
class Written:
    """A line that is over: `str` gives it for people, `as_json` for a program."""

    line: Line
    status: int
    sent_bytes: int
    now: float

    def __str__(self) -> str:
        """Give one line of text."""
        line = self.line
        return (
            f"{self.status} {_tame(line.method)} {_tame(line.path)} {self.sent_bytes}B "
            f"{_ms(self.now - line.started_at)} ttfb={_ms(line.first_byte_seconds)} "
            f"upstream={_ms(line.upstream_seconds)} cache={line.cache} {line.outcome} "
            f"id={line.request_id}"
        )

    def as_json(self) -> str:
        """Give one JSON object, on one line, in ASCII."""
        line = self.line
        kind, _, rest = line.outcome.partition(":")
        decision, _, reason = rest.partition(":")
        return json.dumps(
            {
                "status": self.status,
                "method": _tame(line.method),
                "path": _tame(line.path),
                "bytes": self.sent_bytes,
                "ms": _rounded(self.now - line.started_at),
                "ttfb_ms": _rounded(line.first_byte_seconds),
                "upstream_ms": _rounded(line.upstream_seconds),
                "cache": line.cache,
                "outcome": kind,
                "decision": decision or None,
                "reason": reason or None,
                "id": line.request_id,
            }
        )


def _ms(seconds: float | None) -> str:
    return "-" if seconds is None else f"{seconds * 1000:.1f}ms"


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds * 1000, 2)


def _tame(text: str) -> str:
    """Make what a visitor wrote fit for a line: ASCII without spaces or control characters."""
    shown = text[:PATH_LIMIT]
    if not (shown.isascii() and shown.isprintable() and " " not in shown):
        shown = "".join(c if "!" <= c <= "~" else f"%{ord(c):02X}" for c in shown)
    return shown + "…" if len(text) > PATH_LIMIT else shown
