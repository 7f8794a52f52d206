"""Who this edge is: an id made once and kept in the data folder, a name for people, the release.

All processes on one data folder are one edge. A folder that was copied to another machine takes its
id along: remove `edge.id` there.

Errors: ConfigError for a file that holds no id; StoreError where the folder cannot be written.
"""

import re
import socket
import uuid
from pathlib import Path

from calltrack.errors import ConfigError, StoreError
from proxy.edge_report import Identity
from proxy.keys import make_once
from proxy.release import in_short

NAME = "edge.id"
LONGEST_NAME = 100

_ID = re.compile(r"[0-9a-f]{32}")


def identify(folder: Path, name: str | None) -> Identity:
    """Say who we are. `name`: what ops call this edge; else it is the machine's own name."""
    called = "".join(filter(str.isprintable, name or socket.gethostname()))
    return Identity(_kept_id(folder / NAME), called[:LONGEST_NAME] or "edge", in_short())


def _kept_id(path: Path) -> str:
    """Read the id; the first process that comes makes it."""
    try:
        if not path.exists():
            make_once(path, uuid.uuid4().hex)
        found = path.read_text(encoding="ascii", errors="replace").strip()
    except OSError as error:
        raise StoreError(f"{path} cannot be read or made: {error.strerror}") from error
    if not _ID.fullmatch(found):
        raise ConfigError(f"{path} holds no id; remove it, and a new one is made")
    return found
