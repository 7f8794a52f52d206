"""The last good Plan on the edge's own disk, for a start while Wagtail does not answer.

It is written beside, brought to the disk and put in place in one step: there is a whole Plan at any
moment, the old or the new one. It names numbers and rules, so only its user may read it.

Errors: LinkError when it cannot be written; PlanError when what is there is no good Plan.
"""

import os
import secrets
from datetime import UTC, datetime
from pathlib import Path

from calltrack import planfile
from calltrack.errors import LinkError
from calltrack.plan import Plan

NAME = "plan.json"


class KeptPlan:
    """The file `plan.json` in a folder."""

    def __init__(self, folder: Path) -> None:
        """Take the folder, which exists."""
        self.path = folder / NAME

    def load(self) -> tuple[Plan, datetime] | None:
        """Give the Plan, and when it was written; None: nothing is kept. Errors: PlanError."""
        try:
            written = self.path.stat().st_mtime
        except FileNotFoundError:
            return None
        except OSError:  # `planfile` says what is wrong with it
            written = 0.0
        return planfile.load(self.path), datetime.fromtimestamp(written, UTC)

    def write(self, body: bytes) -> None:
        """Put a Plan's text in the place of the last. Errors: LinkError."""
        draft = self.path.with_name(f".{NAME}.{secrets.token_hex(8)}")
        try:
            try:
                _write_whole(draft, body)
                draft.replace(self.path)
            finally:
                draft.unlink(missing_ok=True)
            _sync_folder(self.path.parent)
        except OSError as error:
            raise LinkError(f"{self.path} cannot be written: {error.strerror}") from error


def _write_whole(path: Path, body: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """Bring the new name to the disk, too."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
