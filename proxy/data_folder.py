"""Which folder keeps what lives beside the store: the cookie key, the outbox, the last good Plan.

It is the store's own, where that is a file.

Errors: StoreError when a folder cannot be made.
"""

from pathlib import Path

from calltrack.errors import StoreError
from calltrack.stores.opening import sqlite_path
from calltrack.stores.redis_urls import is_redis_url

DATA = Path("calltrack-data")
"""Where they live beside a store on another machine."""


def data_folder(store: str, data: Path | None) -> Path:
    """Say where the cookie key and the outbox live."""
    if data is not None:
        return data
    return DATA if is_redis_url(store) else sqlite_path(store).parent


def made_data_folder(store: str, data: Path | None) -> Path:
    """Give that folder, made if it is not there."""
    return made(data_folder(store, data), "--data")


def made(folder: Path, option: str) -> Path:
    """Make a folder, if it is not there. `option`: which setting names it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{option}: {folder} cannot be made: {error.strerror}") from error
    return folder
