"""The schema file and the tables of the docs are what the table of settings says.

Renew both with `python -m tests.proxy.config.test_schema` after a change of the table.
"""

import json
import re
import tomllib
from pathlib import Path

import pytest

from proxy.config.file import read_file
from proxy.config.schema import json_schema, markdown
from proxy.config.setting import Section
from proxy.config.settings import SECTIONS, SETTINGS

DOCS = Path(__file__).parents[3] / "docs"
SCHEMA = DOCS / "proxy-config.schema.json"
TEXT = DOCS / "proxy-config.md"


def written_schema() -> str:
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


def heading(section: Section) -> str:
    """Give the heading of a section in the docs."""
    brackets = "[[{}]]" if section.is_rows else "[{}]"
    return (
        f"### `{brackets.format(section.name)}`: {section.title[0].lower()}{section.title[1:]}\n\n"
    )


def test_the_schema_file_is_up_to_date() -> None:
    assert SCHEMA.read_text(encoding="utf-8") == written_schema()


@pytest.mark.parametrize("section", SECTIONS, ids=lambda one: one.name)
def test_the_docs_list_every_setting(section: Section) -> None:
    assert f"{heading(section)}{markdown(section)}\n" in TEXT.read_text(encoding="utf-8")


def test_every_setting_has_its_section() -> None:
    assert {one.section for one in SETTINGS} == {one.name for one in SECTIONS if not one.is_rows}


@pytest.mark.parametrize(
    "example", re.findall(r"^```toml\n(.*?)^```", TEXT.read_text(), re.DOTALL | re.MULTILINE)
)
def test_an_example_of_the_docs_is_read_without_a_problem(example: str, tmp_path: Path) -> None:
    path = tmp_path / "proxy.toml"
    path.write_text(example, encoding="utf-8")

    assert tomllib.loads(example)
    assert read_file(path).problems == []


@pytest.mark.parametrize("section", SECTIONS, ids=lambda one: one.name)
def test_the_schema_refuses_unknown_keys(section: Section) -> None:
    found = json_schema()["properties"][section.name]  # type: ignore[index]

    assert found.get("items", found)["additionalProperties"] is False


def test_the_schema_says_what_kind_a_value_is_and_what_it_is_without_one() -> None:
    properties = json_schema()["properties"]["store"]["properties"]  # type: ignore[index]

    assert properties["wait_ms"] == {
        "type": "integer",
        "minimum": 1,
        "maximum": 60000,
        "description": "how long a page waits for its numbers before it leaves with the originals, "
        "in ms",
        "default": 50,
    }


def renewed(text: str) -> str:
    """Write the tables into the docs, where they are the last chapter."""
    before, title, _ = text.partition("## All settings\n")
    return before + title + "".join(f"\n{heading(one)}{markdown(one)}\n" for one in SECTIONS)


if __name__ == "__main__":
    SCHEMA.write_text(written_schema(), encoding="utf-8")
    TEXT.write_text(renewed(TEXT.read_text(encoding="utf-8")), encoding="utf-8")
