"""The keys that sign the session cookie: from the environment, a file, or made once and kept.

Every edge of one site signs with the same key. A single machine needs no setting: the first process
makes a key in a folder, readable by its user alone, and the others find it.

Errors: ConfigError for a key that cannot be used; StoreError where the folder cannot be written.
"""

import os
import secrets
from pathlib import Path

from calltrack.errors import ConfigError, StoreError

KEY_BYTES = 32
FILE = "CALLTRACK_COOKIE_KEY_FILE"


def are_set() -> bool:
    """Say whether the environment names them, as it must where machines share a store."""
    return any(os.environ.get(name) for name in ("CALLTRACK_COOKIE_KEY", FILE))


def cookie_keys(folder: Path, file: Path | None = None) -> list[bytes]:
    """Give the signing keys, newest first: those that are named, or one made once and kept."""
    return named_keys(file) or [_kept_key(folder / "cookie.key")]


def named_keys(file: Path | None = None) -> list[bytes]:
    """Give the keys of the environment or a file, newest first; none where none are named."""
    setting, text = "CALLTRACK_COOKIE_KEY", os.environ.get("CALLTRACK_COOKIE_KEY", "")
    text = text.replace(",", "\n")
    named = os.environ.get(FILE) or (file if not text else None)
    if named:
        setting, text = FILE, _read(named)
    keys = [line.strip().encode() for line in text.splitlines() if line.strip()]
    if any(len(key) < KEY_BYTES for key in keys):
        raise ConfigError(
            f"{setting}: a key has at least {KEY_BYTES} characters; "
            "make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(32))'"
        )
    if named and not keys:
        raise ConfigError(f"{setting}: {named} holds no key; write one a line, the newest first")
    return keys


def _read(named: str | Path) -> str:
    try:
        return Path(named).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{FILE}: {named} cannot be read") from error


def _kept_key(path: Path) -> bytes:
    """Read the key beside the store; the first process that comes makes it."""
    try:
        if not path.exists():
            make_once(path, secrets.token_urlsafe(KEY_BYTES))
        key = path.read_bytes().strip()
    except OSError as error:
        raise StoreError(f"{path} cannot be read or made: {error.strerror}") from error
    if len(key) < KEY_BYTES:
        raise ConfigError(f"{path} holds no key; remove it, and a new one is made")
    return key


def make_once(path: Path, line: str) -> None:
    """Write a line under another name and link it: others see a whole line or none.

    Where another process was first, its line counts.
    """
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(file, "wb") as written:
            written.write(f"{line}\n".encode())
        os.link(draft, path)
    except FileExistsError:
        pass  # another process was first: its line counts
    finally:
        draft.unlink()
