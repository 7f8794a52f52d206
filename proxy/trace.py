"""Why did this page come out as it did? Told in the answer's head to whoever has the admin's token.

    X-Calltrack-Trace: decision=original; reason=crawler; slots=3; cache=-; upstream=12.1ms; …

A request asks with the token in a field of the same name. The field never reaches the site, with a
right token or a wrong one, and without the right one nothing changes: nobody can tell whether there
is a token, or try one out against a clock. Such an answer is `no-store`: it is for one reader.

Told are words and figures of ours; no number, no visitor.
"""

import hmac
import secrets
from collections.abc import Callable
from hashlib import sha256
from typing import Protocol

from multidict import CIMultiDictProxy

from proxy.access_log import Line
from proxy.headers import Fields, private, without

NAME = b"X-Calltrack-Trace"
_NAME = "X-Calltrack-Trace"


class Doing(Protocol):
    """What is being done with an answer of the site, when its head is about to leave."""

    @property
    def doing(self) -> str:
        """The outcome so far, as the log will have it."""
        ...

    @property
    def slots(self) -> int | None:
        """How many places for numbers were found so far; None: nobody looked."""
        ...

    @property
    def codec_seconds(self) -> float:
        """How long decoding and encoding took so far."""
        ...


class Trace:
    """Knows who may ask, and tells."""

    def __init__(self, token: str | None = None, *, plan: Callable[[], str] = lambda: "-") -> None:
        """Take the token; None: nobody may ask. `plan` names the Plan in force."""
        self._key = secrets.token_bytes(32)
        self._token = self._digest(token) if token else None
        self.plan = plan

    def is_asked(self, headers: CIMultiDictProxy[str]) -> bool:
        """Say whether this request has the right token."""
        if _NAME not in headers or self._token is None:
            return False
        said = headers.getall(_NAME)
        return len(said) == 1 and hmac.compare_digest(self._digest(said[0]), self._token)

    def marked(self, fields: Fields, line: Line, doing: Doing | None) -> Fields:
        """Give an answer's fields with what there is to tell, for its one reader."""
        told = self._told(line, doing).encode()
        return [
            *without(private(fields), {b"cache-control"}),
            (b"Cache-Control", b"no-store"),
            (NAME, told),
        ]

    def _told(self, line: Line, doing: Doing | None) -> str:
        outcome = doing.doing if doing is not None else line.outcome
        decision, _, reason = outcome.removeprefix("page:").partition(":")
        slots = doing.slots if doing is not None else None
        parts = {
            "decision": decision,
            "reason": reason or "-",
            "slots": "-" if slots is None else str(slots),
            "cache": line.cache,
            "upstream": _ms(line.upstream_seconds),
            "codec": _ms(doing.codec_seconds if doing is not None and slots is not None else None),
            "plan": self.plan(),
        }
        return "; ".join(f"{name}={value}" for name, value in parts.items())

    def _digest(self, token: str) -> bytes:
        """Make tokens of one length, so that comparing them takes one time."""
        return hmac.digest(self._key, token.encode("utf-8", "surrogateescape"), sha256)


def _ms(seconds: float | None) -> str:
    return "-" if seconds is None else f"{seconds * 1000:.1f}ms"
