"""Where a Redis is, read from the text of `--store`.

=============================================  ==================================================
redis://[user:password@]HOST[:PORT][/DB]       one server
unix://[user:password@]/PATH/TO/SOCKET[?db=0]  one server on this machine
redis+sentinel://[…@]H1[:P],H2[:P]/MASTER[/DB]  the master that these sentinels name
redis+cluster://[…@]H1[:P],H2[:P]              the Cluster that these nodes belong to
=============================================  ==================================================

- `rediss`, `rediss+sentinel` and `rediss+cluster` are the same with TLS; its files are named in the
  query: ?ssl_ca_certs=/etc/ssl/ca.pem, and ssl_certfile, ssl_keyfile.
- The password may stand in the environment instead, so that no list of processes shows it. The
  sentinels' own, where they have one, stands only there.
- A password is never repeated: not in an error, not by `repr`, not in `RedisAddress.name`.

Errors: ConfigError; its text names `--store` and the fix.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import parse_qsl, unquote

from calltrack.errors import ConfigError

PASSWORD = "CALLTRACK_STORE_PASSWORD"  # noqa: S105 - the name of a variable
SENTINEL_PASSWORD = "CALLTRACK_STORE_SENTINEL_PASSWORD"  # noqa: S105 - the name of a variable

TLS_FILES = frozenset({"ssl_ca_certs", "ssl_certfile", "ssl_keyfile"})

FORMS = (
    "redis://HOST:6379/0, unix:///PATH/TO/SOCKET, "
    "redis+sentinel://HOST1:26379,HOST2:26379/MASTER/0, redis+cluster://HOST1:6379,HOST2:6379; "
    "rediss://, rediss+sentinel:// and rediss+cluster:// with TLS"
)


class Setup(StrEnum):
    """How the servers hang together."""

    SINGLE = "redis"
    SOCKET = "unix"
    SENTINEL = "redis+sentinel"
    CLUSTER = "redis+cluster"


_PORTS = {Setup.SINGLE: 6379, Setup.SENTINEL: 26379, Setup.CLUSTER: 6379}


@dataclass(frozen=True, slots=True)
class RedisAddress:
    """Where to find Redis, and how to get in."""

    setup: Setup
    hosts: tuple[tuple[str, int], ...] = ()
    path: str = ""  # of the socket
    master: str = ""  # the sentinels' word for it
    db: int = 0
    is_tls: bool = False
    tls_files: Mapping[str, str] = field(default_factory=dict)
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    sentinel_password: str | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        """Name it for people, without what is secret."""
        hosts = ",".join(f"{host}:{port}" for host, port in self.hosts)
        return {
            Setup.SINGLE: f"Redis at {hosts}",
            Setup.SOCKET: f"Redis at {self.path}",
            Setup.SENTINEL: f"Redis master {self.master} of the sentinels {hosts}",
            Setup.CLUSTER: f"Redis Cluster at {hosts}",
        }[self.setup]


def is_redis_url(url: str) -> bool:
    """Say whether a URL has one of the schemes of this module."""
    scheme, found, _ = url.partition("://")
    return bool(found) and scheme.replace("rediss", "redis", 1) in set(Setup)


def read_redis_url(url: str, environ: Mapping[str, str] = os.environ) -> RedisAddress:
    """Read one of the forms above."""
    scheme, _, rest = url.partition("://")
    setup = Setup(scheme.replace("rediss", "redis", 1))
    # A password may hold any character but these three, in any other place they are written %xx.
    rest, _, query = rest.partition("?")
    before, _, where = rest.rpartition("@")
    username, _, password = before.partition(":")
    netloc, _, path = where.partition("/")
    hosts = _hosts(netloc, setup)
    master, db = _master_and_db(path, setup)
    options = dict(parse_qsl(query, keep_blank_values=True))
    if setup is Setup.SOCKET:
        db = options.pop("db", "")
    if unknown := options.keys() - TLS_FILES:
        raise _refused(f"{min(unknown)}=… is no option of it; there are {_listed(TLS_FILES)}")
    return RedisAddress(
        setup=setup,
        hosts=hosts,
        path=f"/{unquote(path)}" if setup is Setup.SOCKET else "",
        master=master,
        db=_db(db),
        is_tls=scheme.startswith("rediss"),
        tls_files=options,
        username=unquote(username) or None,
        password=unquote(password) or environ.get(PASSWORD) or None,
        sentinel_password=environ.get(SENTINEL_PASSWORD) or None,
    )


def _hosts(netloc: str, setup: Setup) -> tuple[tuple[str, int], ...]:
    if setup is Setup.SOCKET:
        if netloc:
            raise _refused("a socket has no host, so three slashes stand before its path")
        return ()
    texts = netloc.split(",") if setup in {Setup.SENTINEL, Setup.CLUSTER} else [netloc]
    return tuple(_host(text, _PORTS[setup]) for text in texts)


def _host(text: str, usual_port: int) -> tuple[str, int]:
    """Read HOST, HOST:PORT, [IPV6] or [IPV6]:PORT."""
    if text.startswith("["):
        host, found, port = text[1:].partition("]")
        port = port.removeprefix(":")
        is_good = bool(found)
    else:
        host, found, port = text.partition(":")
        is_good = not found or bool(port)
    if not host or "," in host or not is_good or (port and not _is_port(port)):
        # The text is not repeated: where an @ is missing, it is a password.
        raise _refused("a host and its port cannot be read")
    return host, int(port or usual_port)


def _is_port(text: str) -> bool:
    return text.isascii() and text.isdigit() and 0 < int(text) < 65536


def _master_and_db(path: str, setup: Setup) -> tuple[str, str]:
    if setup is not Setup.SENTINEL:
        if setup is Setup.CLUSTER and path:
            raise _refused("a Cluster has one database only, so nothing stands after its nodes")
        return "", path
    master, _, db = path.partition("/")
    if not master:
        raise _refused("the sentinels' name of the master is missing after the hosts: /MASTER")
    return unquote(master), db


def _db(text: str) -> int:
    if text and not (text.isascii() and text.isdigit()):
        raise _refused("the database is a number, as /0")
    return int(text or 0)


def _refused(problem: str) -> ConfigError:
    return ConfigError(
        f"--store: this Redis URL cannot be used: {problem} "
        f"(in a user and a password, %40 stands for @, %3F for ?); the forms are {FORMS}"
    )


def _listed(names: frozenset[str]) -> str:
    return ", ".join(sorted(names))
