"""The kinds of values that a setting has: how each is read from text, and from TOML.

Rule 1: a reader takes text, as it stands on a command line or in the environment, and gives a value
or raises argparse.ArgumentTypeError, whose sentence names the value and what is wanted.
Rule 2: nothing is guessed. In TOML a number stands without quotes, a text with them, and true is
no 1.
"""

import argparse
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from calltrack.planvalues import shown

_YES = frozenset({"1", "true", "yes", "on"})
_NO = frozenset({"0", "false", "no", "off"})


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of value. `write` gives what TOML and JSON know."""

    words: str
    read: Callable[[str], Any]
    types: tuple[type, ...]
    schema: Mapping[str, object]
    write: Callable[[Any], object] = str
    is_many: bool = False  # a list of such values; text has commas between them

    @property
    def is_flag(self) -> bool:
        """Say whether it is yes or no, and stands without a value on a command line."""
        return self.types == (bool,)

    def from_text(self, text: str) -> Any:
        """Read what the environment says."""
        if not self.is_many:
            return self.read(text)
        return [self.read(part.strip()) for part in text.split(",") if part.strip()]

    def from_toml(self, value: object) -> Any:
        """Read what a file says."""
        if not self.is_many:
            return self._one(value)
        if not isinstance(value, list):
            raise argparse.ArgumentTypeError(f"must be a list, as [{self._example()}]")
        return [self._one(each) for each in value]

    def written(self, value: Any) -> object:
        """Write a value as TOML and JSON know it."""
        return [self.write(each) for each in value] if self.is_many else self.write(value)

    def _one(self, value: object) -> Any:
        if type(value) not in self.types:
            words = " ".join(word for word in (shown(value), f"must be {self.words}") if word)
            raise argparse.ArgumentTypeError(words)
        return value if isinstance(value, bool) else self.read(str(value))

    def _example(self) -> str:
        return '"…"' if str in self.types else "…"


def text(read: Callable[[str], Any], words: str = "a text in quotes") -> Kind:
    """Describe a text that a reader understands."""
    return Kind(words, read, (str,), {"type": "string", "minLength": 1})


def many(kind: Kind) -> Kind:
    """Describe a list of values of one kind."""
    schema = {"type": "array", "items": kind.schema}
    return Kind(kind.words, kind.read, kind.types, schema, kind.write, is_many=True)


def one_of(words: Sequence[str]) -> Kind:
    """Describe one of a few words."""
    listed = " or ".join(f'"{word}"' for word in words)

    def read(said: str) -> str:
        if said not in words:
            raise argparse.ArgumentTypeError(f"{shown(said)} is neither {' nor '.join(words)}")
        return said

    return Kind(listed, read, (str,), {"enum": list(words)})


def whole(least: int, most: int) -> Kind:
    """Describe a whole number."""
    words = f"a whole number from {least} to {most}"

    def read(said: str) -> int:
        is_number = said.isascii() and said.isdecimal() and len(said) < 20
        if not is_number or not least <= int(said) <= most:
            raise argparse.ArgumentTypeError(f"{shown(said)} must be {words}")
        return int(said)

    return Kind(words, read, (int,), {"type": "integer", "minimum": least, "maximum": most}, int)


def decimal(least: float, most: float) -> Kind:
    """Describe a number that may have a fraction."""
    words = f"a number from {least:g} to {most:g}"

    def read(said: str) -> float:
        try:
            value = float(said)
        except ValueError:
            value = math.nan
        if not least <= value <= most:  # a NaN is not, either
            raise argparse.ArgumentTypeError(f"{shown(said)} must be {words}")
        return value

    schema = {"type": "number", "minimum": least, "maximum": most}
    return Kind(words, read, (int, float), schema, _short)


def flag() -> Kind:
    """Describe a yes or no."""

    def read(said: str) -> bool:
        if said.lower() not in _YES | _NO:
            raise argparse.ArgumentTypeError(f"{shown(said)} must be true or false")
        return said.lower() in _YES

    return Kind("true or false", read, (bool,), {"type": "boolean"}, bool)


def _short(value: float) -> float | int:
    return int(value) if float(value).is_integer() else value
