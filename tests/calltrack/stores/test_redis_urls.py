"""Where a Redis is: every form that is read, every text that is refused, no password repeated."""

import pytest

from calltrack.errors import ConfigError
from calltrack.stores.redis_urls import RedisAddress, Setup, is_redis_url, read_redis_url

SECRET = "s3cr3t"


@pytest.mark.parametrize(
    ("url", "address", "name"),
    [
        pytest.param(
            "redis://cache",
            RedisAddress(Setup.SINGLE, hosts=(("cache", 6379),)),
            "Redis at cache:6379",
            id="a host",
        ),
        pytest.param(
            "redis://127.0.0.1:7000/2",
            RedisAddress(Setup.SINGLE, hosts=(("127.0.0.1", 7000),), db=2),
            "Redis at 127.0.0.1:7000",
            id="port and database",
        ),
        pytest.param(
            "redis://[::1]:7000/",
            RedisAddress(Setup.SINGLE, hosts=(("::1", 7000),)),
            "Redis at ::1:7000",
            id="IPv6",
        ),
        pytest.param(
            "redis://[::1]",
            RedisAddress(Setup.SINGLE, hosts=(("::1", 6379),)),
            "Redis at ::1:6379",
            id="IPv6 without a port",
        ),
        pytest.param(
            f"redis://edge:{SECRET}@cache/0",
            RedisAddress(Setup.SINGLE, hosts=(("cache", 6379),), username="edge", password=SECRET),
            "Redis at cache:6379",
            id="user and password",
        ),
        pytest.param(
            "redis://:a%40b%3f/#:c@cache",
            RedisAddress(Setup.SINGLE, hosts=(("cache", 6379),), password="a@b?/#:c"),
            "Redis at cache:6379",
            id="a password of any letters",
        ),
        pytest.param(
            "rediss://cache?ssl_ca_certs=/etc/ca.pem",
            RedisAddress(
                Setup.SINGLE,
                hosts=(("cache", 6379),),
                is_tls=True,
                tls_files={"ssl_ca_certs": "/etc/ca.pem"},
            ),
            "Redis at cache:6379",
            id="TLS",
        ),
        pytest.param(
            "unix:///run/redis/redis.sock?db=3",
            RedisAddress(Setup.SOCKET, path="/run/redis/redis.sock", db=3),
            "Redis at /run/redis/redis.sock",
            id="a socket",
        ),
        pytest.param(
            "redis+sentinel://a,b:26380/leases/1",
            RedisAddress(Setup.SENTINEL, hosts=(("a", 26379), ("b", 26380)), master="leases", db=1),
            "Redis master leases of the sentinels a:26379,b:26380",
            id="sentinels",
        ),
        pytest.param(
            "redis+cluster://a:7000,b",
            RedisAddress(Setup.CLUSTER, hosts=(("a", 7000), ("b", 6379))),
            "Redis Cluster at a:7000,b:6379",
            id="a Cluster",
        ),
        pytest.param(
            "rediss+cluster://a",
            RedisAddress(Setup.CLUSTER, hosts=(("a", 6379),), is_tls=True),
            "Redis Cluster at a:6379",
            id="a Cluster with TLS",
        ),
    ],
)
def test_every_form_is_read(url: str, address: RedisAddress, name: str) -> None:
    assert is_redis_url(url)
    assert read_redis_url(url, {}) == address
    assert address.name == name


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        pytest.param("redis://", "a host and its port", id="no host"),
        pytest.param("redis://:6379", "a host and its port", id="a port only"),
        pytest.param("redis://cache:", "a host and its port", id="an empty port"),
        pytest.param("redis://cache:0", "a host and its port", id="port 0"),
        pytest.param("redis://cache:65536", "a host and its port", id="a port too high"),
        pytest.param("redis://cache:6a", "a host and its port", id="no number"),
        pytest.param("redis://cache:²", "a host and its port", id="no usual digit"),
        pytest.param("redis://[::1", "a host and its port", id="half an address"),
        pytest.param("redis://a,b", "a host and its port", id="two hosts of a single one"),
        pytest.param("redis://cache/x", "a number, as /0", id="a database by name"),
        pytest.param("redis://cache/-1", "a number, as /0", id="a negative database"),
        pytest.param("redis://cache?timeout=5", "timeout=… is no option", id="unknown option"),
        pytest.param("unix://run/redis.sock", "three slashes", id="two slashes"),
        pytest.param("redis+sentinel://a", "/MASTER", id="no master"),
        pytest.param("redis+cluster://a/1", "one database only", id="a Cluster's database"),
        pytest.param("redis+cluster://a,,b", "a host and its port", id="an empty host"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_fix(url: str, problem: str) -> None:
    with pytest.raises(ConfigError, match="--store: ") as caught:
        read_redis_url(url, {})

    assert problem in str(caught.value)
    assert "redis://HOST:6379/0" in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        pytest.param(f"redis://:{SECRET}", id="no @"),
        pytest.param(f"redis://user:{SECRET}cache:6379/0", id="@ forgotten"),
        pytest.param(f"redis://:{SECRET}@cache:x", id="a wrong port"),
        pytest.param(f"redis://:x?{SECRET}@cache", id="a question mark"),
        pytest.param(f"redis://:{SECRET}@cache/{SECRET}", id="a wrong database"),
    ],
)
def test_no_error_repeats_a_password(url: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_redis_url(url, {})

    assert SECRET not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


def test_the_password_may_stand_in_the_environment() -> None:
    environ = {"CALLTRACK_STORE_PASSWORD": SECRET, "CALLTRACK_STORE_SENTINEL_PASSWORD": "other"}

    address = read_redis_url("redis+sentinel://a/leases", environ)
    own = read_redis_url("redis://:own@a", environ)

    assert (address.password, address.sentinel_password) == (SECRET, "other")
    assert own.password == "own"
    assert SECRET not in repr(address)
    assert SECRET not in address.name


@pytest.mark.parametrize(
    "url",
    ["sqlite:///x", "leases.sqlite3", "redis", "redis:/x", "http://x", "valkey://x", ""],
)
def test_other_texts_are_no_redis(url: str) -> None:
    assert not is_redis_url(url)
