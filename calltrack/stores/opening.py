"""Open the lease store that a URL names: SQLite for one machine, Redis for many.

sqlite:///relative/path, sqlite:////absolute/path or a plain path; `redis_urls` lists the forms of
Redis. Redis need not be there: opening reaches for nothing, and the first `sync` tells.

Errors: ConfigError for a text that names no store; StoreError where a file cannot be opened.
"""

from datetime import timedelta
from pathlib import Path

from calltrack.errors import ConfigError
from calltrack.leases import LeaseStore
from calltrack.stores.redis_urls import FORMS, is_redis_url, read_redis_url
from calltrack.stores.sqlite_leases import open_lease_store

_LOCK_SHARE = 0.8
"""A lock waited for longer than this part of the budget helps no page."""


def open_store(url: str, *, organisation: str, wait: timedelta) -> LeaseStore:
    """Open a store. `wait`: longest time that one call for a page may take.

    On one Redis each organisation has keys of its own; an SQLite file holds one organisation.
    """
    if not is_redis_url(url):
        return open_lease_store(sqlite_path(url), busy=wait * _LOCK_SHARE)
    address = read_redis_url(url)
    try:
        # Not above: the package is an extra, and a single machine does not need it.
        from calltrack.stores.redis_leases import open_redis_store  # noqa: PLC0415
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "redis":
            raise
        raise ConfigError(
            "--store: Redis needs one more package: pip install 'wagtail-calltrack[redis]'"
        ) from error
    return open_redis_store(address, organisation=organisation, wait=wait)


def sqlite_path(url: str) -> Path:
    """Read the path of an SQLite file."""
    scheme, found, rest = url.partition("://")
    # A colon at the head is a URL gone wrong (redis:/host, host:6379), and no file to make.
    if not found and url and ":" not in url.partition("/")[0]:
        return Path(url)
    if scheme != "sqlite" or not rest.startswith("/") or len(rest) == 1:
        # The text is not repeated: a password may stand in it.
        raise ConfigError(
            "--store: this is no store; for one machine give "
            "sqlite:///calltrack-data/leases.sqlite3 (four slashes before an absolute path), "
            f"for several {FORMS}"
        )
    return Path(rest[1:])
