"""What a log line looks like: text for people, or one JSON object for a program.

In JSON every line is an object, also those that tell of something else than a request: `at`,
`level`, `log`, and either what `access_log` tells or a `message`. A line is a line: what a message
holds, its line ends too, is escaped.

Where several processes serve, each hands its lines to one that tells what they all say once; those
of requests it writes itself.
"""

import json
import logging
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TextIO

from proxy import access_log

TEXT, JSON = "text", "json"
FORMATS = (TEXT, JSON)

ONCE = {"is_told_once": True}
"""To a log's `extra`: a process says this once in its life."""

Give = Callable[[str, str, bool], bool]
"""Takes a line, what it tells, and whether that is told once in a process's life; False: it could
not."""

_TEXT = "%(asctime)s %(message)s"


class Lines(logging.StreamHandler[TextIO]):
    """Writes lines, or hands them on."""

    give: Give | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """Take one."""
        if self.give is not None and record.name != access_log.NAME:
            of = f"{record.name} {record.levelname} {record.getMessage()}"
            lasts = getattr(record, "is_told_once", False)
            if self.give(self.format(record), of, lasts):
                return
        super().emit(record)


def set_up(kind: str = TEXT, *, quiet: bool = False) -> None:
    """Write the log to stderr in this format. `quiet`: no line for each request."""
    handler = Lines(sys.stderr)
    handler.setFormatter(AsJson() if kind == JSON else logging.Formatter(_TEXT))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    if quiet:
        logging.getLogger(access_log.NAME).setLevel(logging.WARNING)


def is_json() -> bool:
    """Say whether the log of this process is JSON."""
    handlers = logging.getLogger().handlers
    return any(isinstance(handler.formatter, AsJson) for handler in handlers)


def hand_over(give: Give) -> None:
    """Let somebody else write what is no request from now on."""
    for handler in logging.getLogger().handlers:
        if isinstance(handler, Lines):
            handler.give = give


def hush() -> None:
    """Tell nothing but errors from now on: another process tells the same."""
    for handler in logging.getLogger().handlers:
        handler.addFilter(_is_error)


def speak() -> None:
    """Tell all again."""
    for handler in logging.getLogger().handlers:
        handler.removeFilter(_is_error)


def _is_error(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.ERROR


class AsJson(logging.Formatter):
    """Writes each record as one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        """Give the line."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        head = f'{{"at": "{at}", "level": "{record.levelname.lower()}", "log": "{record.name}"'
        args = record.args
        if isinstance(args, tuple) and args and isinstance(args[0], access_log.Written):
            return f"{head}, {args[0].as_json()[1:]}"
        message = record.getMessage()
        if record.exc_info:
            message = f"{message}\n{self.formatException(record.exc_info)}"
        return f'{head}, "message": {json.dumps(message)}}}'
