"""The schema files are what the loader's tables say, and the examples in the docs are true.

Renew them with `python -m tests.calltrack.test_planschema` after a change of the tables.
"""

import json
import re
import tomllib
from dataclasses import fields
from pathlib import Path
from urllib.parse import unquote

import pytest

from calltrack import planfile
from calltrack.patterns import matches
from calltrack.planrows import Table
from calltrack.planschema import json_schema, markdown
from calltrack.plantables import ORGANISATION, RULES, tables
from calltrack.touch import CLICK_IDS, DEVICES, Channel

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

    assert [row["additionalProperties"] for row in rows] == [False] * 10


TEXT = DOCS.joinpath("plan.md").read_text(encoding="utf-8")
EXAMPLE, *FRAGMENTS = re.findall(r"^```toml\n(.*?)^```", TEXT, re.DOTALL | re.MULTILINE)
CONSENT_TOOLS = re.findall(
    r"^\| (?:\w+|your own) \| `([^`]+)` \| `([^`]+)` \| `([^`]+)` \|$", TEXT, re.MULTILINE
)


@pytest.mark.parametrize("fragment", FRAGMENTS, ids=lambda text: text.split("\n")[1])
def test_the_rows_by_example_go_into_the_example(fragment: str) -> None:
    data = tomllib.loads(EXAMPLE)
    for name, rows in tomllib.loads(fragment).items():
        data[name] += rows

    assert planfile.check(data).serial == 12


@pytest.mark.parametrize(("cookie", "value", "sent"), CONSENT_TOOLS)
def test_the_cookies_of_consent_tools_say_yes_and_no(cookie: str, value: str, sent: str) -> None:
    agreed = unquote(sent)
    declined = agreed.replace("true", "false").replace(":1", ":0").replace("yes", "no")

    assert matches(value, agreed)
    assert cookie == "agreed" or not matches(value, declined.replace("allow", "deny"))


def test_the_docs_list_the_words_that_a_rule_takes() -> None:
    rules = TEXT[TEXT.index("### `[[campaigns.rules]]`") : TEXT.index("### `[[placeholders]]`")]

    assert [word for word in (*Channel, *DEVICES, *CLICK_IDS) if f"`{word}`" not in rules] == []


def test_the_docs_know_more_than_one_consent_tool() -> None:
    assert len(CONSENT_TOOLS) == 5
    assert len(FRAGMENTS) >= 6


if __name__ == "__main__":
    SCHEMA.write_text(written_schema(), encoding="utf-8")
