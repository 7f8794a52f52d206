"""Which process of a machine ships the events of all: the one that holds a file's lock.

The system takes the lock back when its holder ends, however it ends. The file stays; it is empty.
"""

import fcntl
import os
from pathlib import Path

NAME = "shipping.lock"


class ShippingLock:
    """The lock of a folder. `problem` says why it cannot be had, where no other process has it."""

    def __init__(self, folder: Path) -> None:
        """Take the folder, which exists; nothing is locked yet."""
        self.path = folder / NAME
        self.problem: str | None = None
        self._opened: int | None = None

    def take(self) -> bool:
        """Say whether the lock is ours; where nobody has it, it is now."""
        if self._opened is not None:
            return True
        self.problem = None
        try:
            opened = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            return self._note(error)
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:  # another process has it
            os.close(opened)
            return False
        except OSError as error:
            os.close(opened)
            return self._note(error)
        self._opened = opened
        return True

    def release(self) -> None:
        """Let another process have it. A second call does nothing."""
        if self._opened is not None:
            os.close(self._opened)
            self._opened = None

    def _note(self, error: OSError) -> bool:
        self.problem = f"{self.path} cannot be locked: {error.strerror}"
        return False
