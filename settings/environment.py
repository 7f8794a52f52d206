"""Settings from outside: environment variables, and files for secrets.

Rule 1: a secret comes from NAME or, better, from the file in NAME_FILE; never from the code.
Rule 2: nobody mends a deployment one error at a time. A reader notes each problem in `problems`,
and `stop_if_any` tells all of them at once, a sentence each, without a traceback.
"""

import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

_SQLITE: dict[str, Any] = {
    "timeout": 20,
    # A write waits for its turn at once; a read that turns into a write would fail instead.
    "transaction_mode": "IMMEDIATE",
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
}
_YES = frozenset({"1", "yes", "true", "on"})


class Environment:
    """Read variables; note what is wrong with them in `problems`."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables
        self.problems: list[str] = []

    def text(self, name: str, default: str) -> str:
        """Give a variable's text; one that is empty counts as not set."""
        return self._variables.get(name, "").strip() or default

    def switch(self, name: str) -> bool:
        """Say whether a variable says yes. Not set is no."""
        return self.text(name, "no").lower() in _YES

    def whole_number(self, name: str, default: int) -> int:
        """Give a variable's number, 0 or more."""
        text = self.text(name, str(default))
        if not (text.isascii() and text.isdecimal()):
            self.problems.append(f"{name} is «{text}», which is no whole number")
            return default
        return int(text)

    def words(self, name: str, meaning: str) -> list[str]:
        """Give the comma-separated words of a variable that must be set."""
        found = [word.strip() for word in self.text(name, "").split(",") if word.strip()]
        if not found:
            self.problems.append(f"{name} is not set: {meaning}")
        return found

    def secret(self, name: str, meaning: str) -> str:
        """Give a secret from NAME or from the file in NAME_FILE."""
        file = self.text(f"{name}_FILE", "")
        if not file:
            found = self.text(name, "")
            if not found:
                self.problems.append(f"{name} is not set, nor {name}_FILE: {meaning}")
            return found
        try:
            found = Path(file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            self.problems.append(f"{name}_FILE names {file}, which cannot be read: {error}")
            return ""
        if not found:
            self.problems.append(f"{name}_FILE names {file}, which is empty: {meaning}")
        return found

    def folder(self, name: str, default: str) -> Path:
        """Give a folder that exists already: whoever makes it says who may read it."""
        found = Path(self.text(name, default)).absolute()
        if not found.is_dir():
            self.problems.append(
                f"{name}: the folder {found} does not exist; make it, or set {name}"
            )
        return found

    def database(self, name: str, *, file: Path) -> dict[str, Any]:
        """Give Django's settings for the database at NAME (or in the file in NAME_FILE).

        Not set: SQLite in `file`.

        Shape: sqlite:////absolute/path.sqlite3 or postgresql://user:password@host:5432/name?sslmode=require
        """
        if not self.text(name, "") and not self.text(f"{name}_FILE", ""):
            return sqlite(file)
        try:
            found = database(self.secret(name, "where the data lives"))
        except ValueError as error:
            self.problems.append(f"{name} cannot be used: {error}")
            return sqlite(file)
        if found["ENGINE"].endswith("postgresql") and not (
            find_spec("psycopg") or find_spec("psycopg2")
        ):
            self.problems.append(
                f'{name} names PostgreSQL, which needs a driver: pip install "psycopg[binary]"'
            )
        return found

    def stop_if_any(self, module: str) -> None:
        """Leave with every problem on a line of its own, if there is one.

        SystemExit and not ImproperlyConfigured: the list must not drown in a traceback.
        """
        if self.problems:
            lines = "".join(f"\n  - {problem}" for problem in self.problems)
            sys.exit(f"{module} cannot be used yet:{lines}")


def sqlite(path: Path | str) -> dict[str, Any]:
    """Give Django's settings for a SQLite file; an empty path is a database in memory."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path) or ":memory:",
        "OPTIONS": dict(_SQLITE),
    }


def database(url: str) -> dict[str, Any]:
    """Give Django's settings for a database address. ValueError says what is wrong with it."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return sqlite(unquote(parts.path)[1:])
    if parts.scheme not in {"postgresql", "postgres"}:
        raise ValueError("it must begin with sqlite:// or postgresql://")
    name = unquote(parts.path.lstrip("/"))
    if not name:
        raise ValueError("it names no database: postgresql://user:password@host:5432/NAME")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": dict(parse_qsl(parts.query)),
    }
