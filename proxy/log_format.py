"""What a log line looks like: text for people, or one JSON object for a program.

In JSON every line is an object, also those that tell of something else than a request: `at`,
`level`, `log`, and either what `access_log` tells or a `message`. A line is a line: what a message
holds, its line ends too, is escaped.
"""

import json
import logging
import sys
from datetime import UTC, datetime

from proxy import access_log

TEXT, JSON = "text", "json"
FORMATS = (TEXT, JSON)

_TEXT = "%(asctime)s %(message)s"


def set_up(kind: str = TEXT, *, quiet: bool = False) -> None:
    """Write the log to stderr in this format. `quiet`: no line for each request."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(AsJson() if kind == JSON else logging.Formatter(_TEXT))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    if quiet:
        logging.getLogger(access_log.NAME).setLevel(logging.WARNING)


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
