"""The schema files are what the loader's tables say.

Renew them with `python -m tests.calltrack.test_planschema` after a change of the tables.
"""

import json
from dataclasses import fields
from pathlib import Path

import pytest

from calltrack.planrows import Table
from calltrack.planschema import json_schema, markdown
from calltrack.plantables import ORGANISATION, RULES, tables

DOCS = Path(__file__).parents[2] / "docs"
SCHEMA = DOCS / "plan.schema.json"
TABLES = {**tables(None), ORGANISATION.name: ORGANISATION, RULES.name: RULES}


def written_schema() -> str:
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


def test_the_schema_file_is_up_to_date() -> None:
    assert SCHEMA.read_text(encoding="utf-8") == written_schema()


@pytest.mark.parametrize("name", ["plan", *TABLES])
def test_the_docs_list_every_field(name: str) -> None:
    assert f"\n\n{markdown(name)}\n\n" in DOCS.joinpath("plan.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_every_field_of_a_value_has_its_place_in_the_file(table: Table) -> None:
    attributes = {one.attribute or one.name for one in table.fields}

    assert attributes == {one.name for one in fields(table.build)}  # type: ignore[arg-type]


def test_the_schema_refuses_unknown_fields_in_every_row() -> None:
    schema = json_schema()
    rows = [schema, schema["properties"]["organisation"]]  # type: ignore[index]
    rows += [schema["properties"][name]["items"] for name in tables(None)]  # type: ignore[index]
    campaign = schema["properties"]["campaigns"]["items"]  # type: ignore[index]
    rows.append(campaign["properties"]["rules"]["items"])

    assert [row["additionalProperties"] for row in rows] == [False] * 9


if __name__ == "__main__":
    SCHEMA.write_text(written_schema(), encoding="utf-8")
