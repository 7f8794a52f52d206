"""The settings file, read: TOML under the headings of the table.

Errors: none. What is wrong is in `problems`, a sentence each that begins with file and line.
"""

import argparse
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from calltrack.planrows import closest
from calltrack.planvalues import shown
from proxy.config.setting import Secret, Setting
from proxy.config.settings import SECRETS, SECTIONS, SETTINGS, SITE
from proxy.config.toml_lines import Lines

LARGEST_BYTES = 1024 * 1024

_HINTS = (
    (r"[“”„‘’]", 'quotes are straight ones, as in "…"'),
    (r"=\s*[^\s\"'\[{\d]", 'a text stands in quotes, as in "…"; yes is written true'),
    (r"=\s*\d+[.:]\d+[.:/]", 'an address stands in quotes, as in "127.0.0.1:8080"'),
    (r"^[\w-]+\s*:", "a value stands after =, as in wait_ms = 50"),
)
"""What a line looks like that TOML does not take, and what is probably meant."""


@dataclass(slots=True)
class Read:
    """What a file says: values as the table reads them, and on which line each stands."""

    path: Path
    values: dict[str, Any] = field(default_factory=dict)
    lines: dict[str, str] = field(default_factory=dict)  # setting → "proxy.toml:3"
    rows: list[Mapping[str, Any]] = field(default_factory=list)  # [[sites]]
    row_lines: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def read_file(path: Path) -> Read:
    """Read a file as far as it goes."""
    read = Read(path)
    text = _text(read)
    data = _parsed(text, read) if text is not None else None
    if text is None or data is None:
        return read
    lines = Lines(text)
    known = {one.name: one for one in SECTIONS}
    for name, found in data.items():
        section = known.get(name)
        if section is None:
            _unknown(read, lines.of(name), "", name, list(known))
        elif section.is_rows:
            _read_rows(read, name, found, lines)
        elif not isinstance(found, dict):
            _tell(read, lines.of(name), f"{name}: must be a heading, [{name}]")
        else:
            _read_section(read, name, found, lines)
    return read


def _read_section(read: Read, name: str, found: Mapping[str, Any], lines: Lines) -> None:
    settings = [one for one in SETTINGS if one.section == name]
    for one, value in _fields(read, settings, found, lines, (name,), name):
        read.values[one.name] = value
        read.lines[one.name] = _place(read, lines.of(name, one.key))


def _read_rows(read: Read, name: str, found: object, lines: Lines) -> None:
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        _tell(read, lines.of(name), f"{name}: must be rows, each headed [[{name}]]")
        return
    for at, row in enumerate(found):
        label = f"{name}[{at + 1}]"
        values = _fields(read, SITE, row, lines, (name, at), label)
        read.rows.append({one.name: value for one, value in values})
        read.row_lines.append(_place(read, lines.of(name, at)))
        for one in SITE:
            if one.is_required and not row.get(one.key):
                _tell(read, lines.of(name, at), f"{label}: {one.key} is missing: {one.help}")


def _fields(
    read: Read,
    settings: Sequence[Setting],
    found: Mapping[str, Any],
    lines: Lines,
    place: tuple[str | int, ...],
    label: str,
) -> list[tuple[Setting, Any]]:
    """Read the fields under one heading; what is wrong is told."""
    known = {one.key: one for one in settings}
    good: list[tuple[Setting, Any]] = []
    for key, value in found.items():
        line = lines.of(*place, key)
        secret = next((one for one in SECRETS if (one.section, one.key) == (place[0], key)), None)
        if secret is not None:
            _tell(read, line, f"{label}.{key}: {_no_place(secret)}")
        elif key not in known:
            _unknown(read, line, f"{label}.", key, list(known))
        else:
            try:
                good.append((known[key], known[key].kind.from_toml(value)))
            except argparse.ArgumentTypeError as error:
                _tell(read, line, f"{label}.{key}: {error}{_way_to_write(known[key], value)}")
    return good


def _way_to_write(setting: Setting, value: object) -> str:
    """Say how a number is written, to whom wrote it as a text, or with its unit."""
    if not isinstance(value, str) or int not in setting.kind.types:
        return ""
    return f"{f' {setting.unit}' if setting.unit else ''}, and stands without quotes"


def _no_place(secret: Secret) -> str:
    return f"a secret has no place in this file; put it into {secret.variable}, {secret.way_out}"


def _unknown(read: Read, line: int | None, before: str, name: str, known: Sequence[str]) -> None:
    at = next((one.section for one in SETTINGS if not before and one.key == name), None)
    near = f"; it belongs under [{at}]" if at is not None else closest(name[:100], known)
    hint = near or f"; there are {', '.join(known)}"
    _tell(read, line, f"{before}{shown(name)[1:-1]}: is no setting{hint}")


def _tell(read: Read, line: int | None, sentence: str) -> None:
    read.problems.append(f"{_place(read, line)}: {sentence}")


def _place(read: Read, line: int | None) -> str:
    return f"{read.path}:{line}" if line else f"{read.path}"


def _text(read: Read) -> str | None:
    try:
        with read.path.open("rb") as file:
            data = file.read(LARGEST_BYTES + 1)
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        _tell(read, line, "this line is not UTF-8; save the file as UTF-8")
        return None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        reason = getattr(error, "strerror", None) or str(error)
        _tell(read, None, f"cannot be read: {reason}")
        return None
    if len(data) > LARGEST_BYTES:
        _tell(read, None, f"is larger than {LARGEST_BYTES >> 20} MB: no settings are")
        return None
    return text


def _parsed(text: str, read: Read) -> Mapping[str, Any] | None:
    try:
        return tomllib.loads(text)
    except RecursionError:
        _tell(read, None, "no valid TOML: nested too deeply")
    except ValueError as error:  # TOMLDecodeError, and numbers too long for an int
        found = re.search(r"at line (\d+)", str(error))
        number = int(found[1]) if found else None
        line = text.split("\n")[number - 1].strip() if number else ""
        reason = re.sub(r" \(at [^)]*\)$", "", str(error))
        if reason.startswith("Cannot declare"):  # in words of Python's own
            reason = "a heading stands once, and this one is there already"
        hint = next((f"; {said}" for looks, said in _HINTS if re.search(looks, line)), "")
        _tell(read, number, f"no valid TOML: {reason}{f': «{line[:80]}»' if line else ''}{hint}")
    return None
