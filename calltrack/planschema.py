"""The Plan's schema for other programs and for people, made of the tables that the loader reads by.

docs/plan.schema.json and the tables of docs/plan.md are its output; tests hold them to it.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from calltrack.planrows import Field, Table
from calltrack.plantables import ORGANISATION, PLAN_FIELDS, RULES, tables


def json_schema() -> dict[str, object]:
    """Give the JSON Schema (2020-12). References and doubles are beyond it: the loader checks."""
    rows: Mapping[str, Table] = tables(None)
    properties: dict[str, object] = _properties(PLAN_FIELDS)
    properties[ORGANISATION.name] = _object(ORGANISATION)
    for name, table in rows.items():
        properties[name] = _rows(table)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Plan",
        "type": "object",
        "properties": properties,
        "required": [*(one.name for one in PLAN_FIELDS), ORGANISATION.name],
        "additionalProperties": False,
    }


def markdown(name: str) -> str:
    """Give the table of one kind of row; "plan" names the fields at the top."""
    known = {table.name: table.fields for table in (ORGANISATION, RULES, *tables(None).values())}
    return "\n".join(_lines(PLAN_FIELDS if name == "plan" else known[name]))


def _lines(fields: Sequence[Field]) -> Iterator[str]:
    yield "| field | type | required | what it says |"
    yield "|---|---|---|---|"
    for one in fields:
        required = "yes" if one.required else "no"
        yield f"| `{one.name}` | {one.kind.words} | {required} | {one.doc} |"


def _rows(table: Table) -> dict[str, Any]:
    return {"type": "array", "items": _object(table)}


def _object(table: Table) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": _properties(table.fields),
        "required": [one.name for one in table.fields if one.required],
        "additionalProperties": False,
        **({"minProperties": 1} if table.empty else {}),
    }


def _properties(fields: Sequence[Field]) -> dict[str, Any]:
    return {
        one.name: {
            **(_rows(one.kind) if isinstance(one.kind, Table) else one.kind.schema),
            "description": one.doc,
        }
        for one in fields
    }
