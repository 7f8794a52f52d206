"""One line a request: what was asked, what came of it, how long it took.

No visitor, no number, no address, no query: a log may be kept and sent around. What a visitor wrote
(the method, the path) is cut short and holds no control characters, so that it cannot begin a line
of its own.
"""

import logging
from dataclasses import dataclass

_log = logging.getLogger("calltrack.access")

PATH_LIMIT = 256


@dataclass(slots=True)
class Line:
    """What is known of a request by the time it is over. `outcome` is a word of ours."""

    started_at: float  # seconds of a clock that only goes forward
    method: str = "-"
    path: str = "-"
    outcome: str = "-"
    upstream_seconds: float | None = None
    request_id: str = ""

    def write(self, *, status: int, sent_bytes: int, now: float) -> None:
        """Write the line."""
        if not _log.isEnabledFor(logging.INFO):
            return
        waited = "-" if self.upstream_seconds is None else f"{self.upstream_seconds * 1000:.1f}ms"
        _log.info(
            "%d %s %s %dB %.1fms upstream=%s %s%s",
            status,
            _tame(self.method),
            _tame(self.path),
            sent_bytes,
            (now - self.started_at) * 1000,
            waited,
            self.outcome,
            f" id={self.request_id}" if self.request_id else "",
        )


def _tame(text: str) -> str:
    """Make what a visitor wrote fit for a line: ASCII without spaces or control characters."""
    shown = "".join(c if "!" <= c <= "~" else f"%{ord(c):02X}" for c in text[:PATH_LIMIT])
    return shown + "…" if len(text) > PATH_LIMIT else shown
