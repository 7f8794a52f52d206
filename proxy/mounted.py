"""Our own paths on a port of the proxy: what stands under the prefix, and never goes to the site.

A carrier's webhook names callers, in its query too, and the site must not see it, however its path
is written: escaped, with double slashes, with dots. So a path is compared as a server could read it
in the end. What is under the prefix in any reading is ours; what is not written plainly is a 404.

The sub-application is given the request by aiohttp's own means: the low-level server makes requests
with the sub-application's factory, and hands those under the prefix to its handler.
"""

import posixpath
import re
from collections.abc import Callable, Collection
from typing import Any
from urllib.parse import unquote

from aiohttp import web

from proxy.headers import Fields

DEFAULT_PREFIX = "/_calltrack/"

_MOST_READINGS = 5
_SNIPPET = re.compile(r"snippet(?:-\d{1,4}(?:\.\d{1,4}){2})?\.js|site|page|leave|lead")
_PLAIN = re.compile(r"[A-Za-z0-9/._~!$&'()*+,=:@-]*")
_WITHOUT_LENGTH = frozenset({204, 304})  # RFC 9110 §8.6: the one has none, the other another's
_DOTS = frozenset({".", ".."})
_NOTHING = 404, [(b"Content-Type", b"text/plain"), (b"Content-Length", b"4")], b"404\n"


def readings(path: str) -> list[str]:
    """Give a path as it stands and as servers may read it: unescaped, once or more, and tidied."""
    found = [path]
    for _ in range(_MOST_READINGS):
        again = unquote(found[-1], errors="replace")
        if again == found[-1]:
            break
        found.append(again)
    return [*found, *(_tidied(one) for one in found)]


def _tidied(path: str) -> str:
    """Leave out what servers leave out: parameters, double slashes, dots."""
    path = re.sub(r";[^/]*", "", path.replace("\\", "/"))
    end = "/" if path.endswith(("/", "/.", "/..")) else ""
    return "/" + posixpath.normpath("/" + path).lstrip("/") + end


class Mounted:
    """A sub-application under a prefix. `open` it before a request comes."""

    def __init__(
        self,
        app: web.Application,
        *,
        prefix: str = DEFAULT_PREFIX,
        accounts: Callable[[], Collection[str]],
    ) -> None:
        """Take a finished application. `accounts`: the keys that may stand in a log."""
        self._prefix = prefix
        self._lowered = prefix.lower()
        self._bare = self._lowered.rstrip("/")
        self._accounts = accounts
        self._runner = web.AppRunner(app, access_log=None)
        self._server: web.Server | None = None

    async def open(self) -> None:
        """Start the application; a second call does nothing."""
        if self._server is None:
            await self._runner.setup()
            self._server = self._runner.server

    async def close(self) -> None:
        """End it."""
        await self._runner.cleanup()
        self._server = None

    def make_request(self, *parts: Any) -> web.BaseRequest:
        """Make a request that the application can answer."""
        assert self._server is not None, "it is open"  # noqa: S101 - a mistake of ours
        return self._server.request_factory(*parts)

    def has(self, path: str) -> bool:
        """Say whether a path, as it was sent, is ours in any reading."""
        if not ("%" in path or "//" in path or "/." in path or ";" in path or "\\" in path):
            return self._is_under(path)  # nearly every one
        return any(self._is_under(one) for one in readings(path))

    def is_call(self, path: str) -> bool:
        """Say whether a path, written plainly, is one that carriers call."""
        return path.startswith(f"{self._prefix}calls/")

    def shown(self, path: str) -> str:
        """Give what of a path may stand in a log: an account's key, or what is the same for all."""
        plain = path if self._is_plain(path) else ""
        if _SNIPPET.fullmatch(plain.removeprefix(self._prefix)):
            return plain
        words = plain.removeprefix(self._prefix).split("/")
        if words[0] == "calls" and len(words) > 1 and words[1] in self._accounts():
            return f"{self._prefix}calls/{words[1]}/" + ("..." if any(words[2:]) else "")
        return f"{self._prefix}..."

    async def answer(self, request: web.BaseRequest, path: str) -> tuple[int, Fields, bytes]:
        """Have the application answer; give status, fields and body."""
        if not self._is_plain(path) or self._server is None:
            return _NOTHING
        try:
            response = await self._server.request_handler(request)
        except web.HTTPNotFound:  # nothing is mounted
            return _NOTHING
        body = response.body if isinstance(response, web.Response) else None
        body = body if isinstance(body, bytes) else b""
        fields = [
            (name.encode(), value.encode("utf-8", "surrogateescape"))
            for name, value in response.headers.items()
            if name.lower() not in {"content-length", "transfer-encoding", "connection"}
        ]
        if response.status not in _WITHOUT_LENGTH:
            fields.append((b"Content-Length", str(len(body)).encode()))
        return response.status, fields, body

    def _is_under(self, path: str) -> bool:
        found = path[: len(self._prefix)].lower()
        return found == self._lowered or path.lower() == self._bare

    def _is_plain(self, path: str) -> bool:
        return (
            path.startswith(self._prefix)
            and _PLAIN.fullmatch(path) is not None
            and not _DOTS & set(path.split("/"))
        )


def nothing_mounted(prefix: str = DEFAULT_PREFIX) -> Mounted:
    """Keep the prefix from the site where nothing stands under it: a proxy without a Plan."""
    return Mounted(web.Application(), prefix=prefix, accounts=tuple)
