"""A store by its URL."""

import sys
from datetime import timedelta
from pathlib import Path

import pytest

from calltrack.errors import ConfigError
from calltrack.stores.opening import open_store, sqlite_path
from calltrack.stores.redis_leases import RedisLeaseStore
from calltrack.stores.sqlite_leases import SqliteLeaseStore

WAIT = timedelta(milliseconds=50)


@pytest.mark.parametrize(
    ("url", "path"),
    [
        pytest.param("sqlite:///data/leases.sqlite3", "data/leases.sqlite3", id="relative"),
        pytest.param("sqlite:////var/lib/leases.sqlite3", "/var/lib/leases.sqlite3", id="absolute"),
        pytest.param("leases.sqlite3", "leases.sqlite3", id="a plain path"),
        pytest.param("/data/a:b.sqlite3", "/data/a:b.sqlite3", id="a plain path with a colon"),
    ],
)
def test_the_path_of_an_sqlite_file_is_read(url: str, path: str) -> None:
    assert sqlite_path(url) == Path(path)


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("", id="nothing"),
        pytest.param("sqlite://", id="no path"),
        pytest.param("sqlite:///", id="an empty path"),
        pytest.param("sqlite://leases.sqlite3", id="two slashes"),
        pytest.param("postgres://s3cr3t@host/db", id="another database"),
        pytest.param("redis:/127.0.0.1", id="one slash"),
        pytest.param("sqlite:leases.sqlite3", id="no slash"),
        pytest.param("127.0.0.1:6379", id="an address alone"),
    ],
)
def test_what_is_no_store_is_refused_with_the_fix(url: str) -> None:
    with pytest.raises(ConfigError, match="--store: this is no store") as caught:
        open_store(url, organisation="12345678", wait=WAIT)

    assert "sqlite:///" in str(caught.value)
    assert "redis://HOST" in str(caught.value)
    assert "s3cr3t" not in str(caught.value)


async def test_a_url_opens_its_kind_of_store(tmp_path: Path) -> None:
    urls = [f"sqlite:///{tmp_path}/leases.sqlite3", "redis://nowhere.invalid/0"]

    stores = [open_store(url, organisation="12345678", wait=WAIT) for url in urls]
    for store in stores:
        await store.close()

    assert [type(store) for store in stores] == [SqliteLeaseStore, RedisLeaseStore]


def test_without_the_package_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "redis.asyncio", None)
    for name in ("redis_leases", "redis_server"):
        monkeypatch.delitem(sys.modules, f"calltrack.stores.{name}", raising=False)

    with pytest.raises(ConfigError, match=r"pip install 'wagtail-calltrack\[redis\]'"):
        open_store("redis://cache", organisation="12345678", wait=WAIT)


@pytest.mark.parametrize("organisation", ["", "a{b", "a}b"])
def test_an_organisation_that_would_break_the_keys_is_refused(organisation: str) -> None:
    with pytest.raises(ConfigError, match="organisation"):
        open_store("redis://cache", organisation=organisation, wait=WAIT)
