"""The secrets of telephony accounts: from the environment, or from a file that it names.

The Plan names a secret, `TWILIO`; the environment holds it in `CALLTRACK_SECRET_TWILIO`, or names
the file that does in `CALLTRACK_SECRET_TWILIO_FILE`, which counts first. They are read when the
edge starts, when the Plan changes and when ops asks for it. What is missing is told once, by the
name of its variable; a secret is never told.

A secret is one line. While it is changed at the carrier the old one and the new one are good: two
lines.
"""

import asyncio
import logging
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from calltrack.plan import Plan

PREFIX = "CALLTRACK_SECRET_"
LARGEST_BYTES = 64 * 1024

_log = logging.getLogger("calltrack.calls")


class AccountSecrets:
    """The secrets that a Plan names, as they were read last."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        """Read nothing yet."""
        self._environment = environment
        self._found: dict[str, Sequence[str]] = {}
        self._problems: dict[str, str] = {}

    async def look(self, plan: Plan) -> None:
        """Read those of a Plan anew; tell of each that is missing now and was not before."""
        names = {account.secret for account in plan.telephony.values()}
        self._take(await asyncio.to_thread(self._read_all, names))
        for name in set(self._found) | set(self._problems):
            if name not in names:
                self._found.pop(name, None)
                self._problems.pop(name, None)

    async def of(self, name: str) -> Sequence[str]:
        """Give a secret, each line of it; none where it is missing.

        One that was never looked for is looked for.
        """
        if name not in self._found and name not in self._problems:
            self._take(await asyncio.to_thread(self._read_all, [name]))
        return self.known(name)

    def known(self, name: str) -> Sequence[str]:
        """Give a secret as it was read last; none where it is missing."""
        return self._found.get(name, ())

    def problem(self, name: str) -> str:
        """Say what keeps a secret from being known; "" where nothing does."""
        return self._problems.get(name, "")

    def _take(self, read: Mapping[str, tuple[str, str]]) -> None:
        for name, (secret, problem) in sorted(read.items()):
            if problem and problem != self._problems.get(name):
                _log.warning("%s: webhooks of its accounts get 503", problem)
            elif name in self._problems and not problem:
                _log.warning("the secret %s is there now", name)
            self._found.pop(name, None)
            self._problems.pop(name, None)
            if problem:
                self._problems[name] = problem
            else:
                self._found[name] = [one.strip() for one in secret.splitlines() if one.strip()]

    def _read_all(self, names: Iterable[str]) -> dict[str, tuple[str, str]]:
        return {name: self._read(name) for name in names}

    def _read(self, name: str) -> tuple[str, str]:
        """Give a secret, or say why there is none."""
        variable = f"{PREFIX}{name}"
        file = self._environment.get(f"{variable}_FILE", "")
        if not file:
            secret = self._environment.get(variable, "").strip()
            return (
                secret,
                "" if secret else f"{variable} is not set, and neither is {variable}_FILE",
            )
        try:
            with Path(file).open("rb") as opened:
                secret = opened.read(LARGEST_BYTES).decode().strip()
        except (OSError, UnicodeDecodeError, ValueError):
            return "", f"{variable}_FILE names a file that cannot be read"
        return secret, "" if secret else f"{variable}_FILE names a file that is empty"
