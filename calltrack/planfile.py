"""Read a Plan from a file or a text, check it once, and write it for others.

TOML by hand, JSON over HTTP: the same fields in both, described in docs/plan.md.

Rule 1: a Plan is whole and right, or it is refused with ALL its problems, one sentence each, which
names the row. What comes out is a value that nobody needs to check again.
Rule 2: the last good Plan stays in force: nothing here changes one; `supersedes` refuses an older.

No library does the checking. Of those tried msgspec stops at the first problem, cattrs takes 5 for
"5", pydantic (10 MB) and jsonschema (compiled parts) name paths and not rows; and references, a
number in two places and phone numbers would be ours with each of them.

Errors: PlanError.
"""

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from types import MappingProxyType
from typing import Any, Literal

import phonenumbers

from calltrack.errors import PlanError
from calltrack.plan import PLACEHOLDER_CLASS, PRIORITY_PLACEHOLDER_CLASS, Plan
from calltrack.planrows import Row, Table, read_row, read_rows, write_row
from calltrack.planrules import problems_between
from calltrack.plantables import ORGANISATION, PLAN_FIELDS, tables

LARGEST_BYTES = 16 * 1024 * 1024
MOST_PROBLEMS = 100

Syntax = Literal["toml", "json"]

_SYNTAXES: Mapping[str, Syntax] = {".toml": "toml", ".json": "json"}
_PLACEHOLDERS = [
    {"key": name, "css_class": name, "priority": name == PRIORITY_PLACEHOLDER_CLASS}
    for name in (PLACEHOLDER_CLASS, PRIORITY_PLACEHOLDER_CLASS)
]

_HINTS = (
    ("", "[“”„‘’]", 'quotes are straight ones, as in "…"'),
    ("Cannot", r"^\[", "every heading of such rows has double brackets: [[pools]], [[numbers]], …"),
    ("Cannot", "", "it stands there already; a row of its own begins with its own heading"),
    ("", r"=\s*[+0]\d", 'a number that begins with 0 or + stands in quotes, as in "020 123 45 67"'),
    (
        "Invalid value",
        r"=\s*[^\s\"'\[{]",
        'a text stands in quotes, as in "…"; yes is written true',
    ),
    ("", r"^[\w-]+\s*:", "a value stands after =, as in serial = 1"),
)
"""Part of the parser's reason, what the line looks like, and what to say; the first that fits."""


def load(path: Path | str) -> Plan:
    """Read a Plan from a file: TOML when its name ends in .toml, JSON when in .json."""
    path = Path(path)
    syntax = _SYNTAXES.get(path.suffix.lower())
    if syntax is None:
        raise PlanError([f"{path}: a Plan's file name ends in .toml or .json"])
    data = _read(path)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise PlanError([f"{path}: line {line} is not UTF-8; save the file as UTF-8"]) from error
    try:
        return loads(text, syntax)
    except PlanError as error:
        raise PlanError([f"{path}: {problem}" for problem in error.problems]) from error


def loads(text: str, syntax: Syntax) -> Plan:
    """Read a Plan from a text."""
    if not text.strip():
        raise PlanError(["the Plan is empty"])
    if "\0" in text:
        raise PlanError([f"line {_line(text, text.index(chr(0)))} holds a NUL byte: no text file"])
    return check(_parse(text, syntax))


def check(data: Mapping[str, object]) -> Plan:
    """Make a Plan of what TOML or JSON gave. Errors: PlanError with all problems at once."""
    problems: list[str] = []
    known = tables(_region(data))
    plan = Table("the Plan", dict, PLAN_FIELDS)
    top = read_row(plan, data, plan.name, problems, others=(ORGANISATION.name, *known))
    if ORGANISATION.name in data:
        organisation = read_row(ORGANISATION, data["organisation"], "organisation", problems)
    else:
        problems.append("the Plan: [organisation] is missing: the firm's name and kvk")
    given = {"placeholders": _PLACEHOLDERS, **data}
    rows = {name: read_rows(table, given.get(name, []), problems) for name, table in known.items()}
    problems += problems_between(rows)
    if problems:
        raise PlanError(_first(problems))
    return Plan(
        **top.fields,
        organisation=organisation.value(),
        sites=_values(rows["sites"]),
        vestigingen=_by_key(rows["vestigingen"]),
        pools=_by_key(rows["pools"]),
        numbers=_values(rows["numbers"]),
        campaigns=_values(rows["campaigns"]),
        placeholders=_values(rows["placeholders"]),
        telephony=_by_key(rows["telephony"]),
    )


def to_mapping(plan: Plan) -> dict[str, object]:
    """Write a Plan as JSON knows it; `check` gives the same Plan back."""
    written: dict[str, object] = {one.name: getattr(plan, one.name) for one in PLAN_FIELDS}
    written[ORGANISATION.name] = write_row(ORGANISATION, plan.organisation)
    for name, table in tables(plan.region).items():
        rows = getattr(plan, name)
        values = rows.values() if isinstance(rows, Mapping) else rows
        written[name] = [write_row(table, value) for value in values]
    return written


def supersedes(new: Plan, old: Plan) -> None:
    """Refuse a Plan that is older than the one in force. The same serial may come again."""
    if new.serial < old.serial:
        both = f"«{new.serial}» is lower than «{old.serial}»"
        raise PlanError(
            [f"the Plan: serial {both}, which is in force; a change needs a higher one"]
        )


def _read(path: Path) -> bytes:
    try:
        kind = path.stat().st_mode
        if S_ISDIR(kind):
            raise PlanError([f"{path} is a directory; name the file"])
        if not S_ISREG(kind):
            raise PlanError([f"{path} is no regular file"])
        with path.open("rb") as file:
            data = file.read(LARGEST_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        reason = getattr(error, "strerror", None) or str(error)
        raise PlanError([f"{path} cannot be read: {reason}"]) from error
    if len(data) > LARGEST_BYTES:
        raise PlanError([f"{path} is larger than {LARGEST_BYTES >> 20} MB: no Plan is"])
    return data


def _parse(text: str, syntax: Syntax) -> Mapping[str, object]:
    try:
        if syntax == "toml":
            return _parse_toml(text)
        found = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except RecursionError as error:
        raise PlanError([f"no valid {syntax.upper()}: nested too deeply"]) from error
    except ValueError as error:  # the parsers' own errors, and numbers too long for an int
        raise PlanError([f"no valid {syntax.upper()}: {error}"]) from error
    if not isinstance(found, dict):
        raise PlanError(["the Plan must be one JSON object"])
    return found


def _parse_toml(text: str) -> Mapping[str, object]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        if found is None:
            raise
        line = text.split("\n")[int(found[1]) - 1].strip()
        raise ValueError(f"{error}: «{line[:80]}»{_hint(line, str(error))}") from error


def _hint(line: str, reason: str) -> str:
    """Say in a Plan's words what is probably wrong: TOML's own are for those who know it."""
    return next(
        (f"; {hint}" for of, at, hint in _HINTS if of in reason and re.search(at, line)), ""
    )


def _once(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    """Refuse a name that stands twice in one object: JSON would keep the last in silence."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the field «{twice[:40]}» stands twice in one object")
    return found


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is no JSON")


def _line(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


def _region(data: Mapping[str, object]) -> str | None:
    region = data.get("region")
    known = isinstance(region, str) and region in phonenumbers.SUPPORTED_REGIONS
    return str(region) if known else None


def _first(problems: Sequence[str]) -> Sequence[str]:
    left = len(problems) - MOST_PROBLEMS
    if left <= 0:
        return problems
    return [*problems[:MOST_PROBLEMS], f"and {left:,} more problems"]


def _values(rows: Sequence[Row]) -> tuple[Any, ...]:
    return tuple(row.value() for row in rows)


def _by_key(rows: Sequence[Row]) -> Mapping[Any, Any]:
    return MappingProxyType({row.fields["key"]: row.value() for row in rows})
