"""The folder of one run: what it leaves behind, and who may use it.

One demo at a time works in a folder. The lock is held by the runner and by its children, so a demo
that was killed frees it once its last process is gone, and never later.
"""

import base64
import contextlib
import fcntl
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from calltrack.errors import TheirError

LINGER_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Folder:
    """Where everything of one demo lies."""

    path: Path

    @property
    def login(self) -> Path:
        """The file with the superuser's password."""
        return self.path / "login"

    @property
    def token(self) -> Path:
        """The file with which the proxy asks for the Plan."""
        return self.path / "token"

    @property
    def secret(self) -> Path:
        """The file with the secret of the demo's telephony account."""
        return self.path / "telephony-secret"

    def make_secret(self) -> None:
        """Make the secret with which calls are signed, if there is none."""
        if not self.secret.exists():
            self.secret.touch(mode=0o600)
            key = base64.b64encode(secrets.token_bytes(24)).decode("ascii")
            self.secret.write_text(f"whsec_{key}\n", encoding="ascii")

    def address(self) -> str:
        """Give the address of the demo that works here. Errors: TheirError where none does."""
        try:
            note = (self.path / "lock").read_text(encoding="utf-8")
        except OSError:
            note = ""
        process, _, said = note.partition(" ")
        if not said.startswith("open ") or not _is_alive(process):
            raise TheirError(f"no demo runs in {self.path}; start it with: make demo")
        return said.removeprefix("open ").strip()

    def store(self, name: str = "proxy") -> str:
        """Name a proxy's store; its key and outbox lie beside it."""
        return f"sqlite:///{self.path / name / 'leases.sqlite3'}"

    def log(self, name: str) -> Path:
        """The log of one process."""
        return self.path / f"{name}.log"

    def password(self) -> str:
        """Give the superuser's password, as it was made at the first start."""
        return self.login.read_text(encoding="ascii").strip()

    def clear(self) -> None:
        """Remove what a run keeps for the next: pages, users, uploads, leases. Nothing else."""
        for kept in (*self.path.glob("site.sqlite3*"), self.login, self.token):
            kept.unlink(missing_ok=True)
        for kept in (*self.path.glob("proxy*"), self.path / "media"):
            shutil.rmtree(kept, ignore_errors=True)

    @contextlib.contextmanager
    def locked(self) -> Iterator[int]:
        """Hold the folder, giving the lock's descriptor for the children to hold too.

        Errors: TheirError, with the other demo's note, where that holds it; or an unusable folder.
        """
        try:
            (self.path / "proxy").mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise TheirError(f"{self.path} cannot be used: {error.strerror}") from error
        try:
            self._wait_for(descriptor)
            sign(descriptor, "starting")
            yield descriptor
        finally:
            os.close(descriptor)

    def _wait_for(self, descriptor: int) -> None:
        """Take the lock; wait only for the last processes of a demo whose runner is gone."""
        give_up_at = time.monotonic() + LINGER_SECONDS
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                process, _, note = os.pread(descriptor, 500, 0).decode().partition(" ")
                if _is_alive(process) or time.monotonic() > give_up_at:
                    raise TheirError(
                        f"another demo works in {self.path}: {note} (process {process}). "
                        "Stop it first, or give this one a folder of its own: "
                        ".venv/bin/python -m demo --var /tmp/second-demo"
                    ) from None
                time.sleep(0.1)
            else:
                return


def sign(lock: int, note: str) -> None:
    """Write into the lock who holds it, for the one who finds it taken."""
    os.ftruncate(lock, 0)
    os.pwrite(lock, f"{os.getpid()} {note}".encode(), 0)


def _is_alive(process: str) -> bool:
    """Say whether a process runs. Text that is no number is none."""
    if not process.isdecimal():
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
