"""The table of settings for other programs and for people.

docs/proxy-config.schema.json and the tables of docs/proxy-config.md are its output; tests hold them
to it.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from proxy.config.setting import Section, Setting
from proxy.config.settings import SECTIONS, SETTINGS, SITE


def json_schema() -> dict[str, object]:
    """Give the JSON Schema (2020-12) of the file. What a text may be only the readers know."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Settings of calltrack-proxy run",
        "type": "object",
        "properties": {section.name: _section(section) for section in SECTIONS},
        "additionalProperties": False,
    }


def settings_of(section: Section) -> Sequence[Setting]:
    """Give the rows of one section."""
    return [one for one in (*SETTINGS, *SITE) if one.section == section.name]


def markdown(section: Section) -> str:
    """Give the table of one section."""
    return "\n".join(_lines(section))


def _lines(section: Section) -> Iterator[str]:
    if section.is_rows:
        yield "| key | default | what it says |"
        yield "|---|---|---|"
    else:
        yield "| key | option and variable | default | what it says |"
        yield "|---|---|---|---|"
    for one in settings_of(section):
        names = "" if section.is_rows else f" {_names(one)} |"
        default, said = (
            text.replace("|", "\\|").replace("*", "\\*") for text in (one.default_words, one.help)
        )
        yield f"| `{one.key}` |{names} {default} | {said} |"


def _names(one: Setting) -> str:
    variable = f"`{one.variable}`"
    return f"`{one.option}`, {variable}" if one.is_option else variable


def _section(section: Section) -> dict[str, Any]:
    settings = settings_of(section)
    found: dict[str, Any] = {
        "type": "object",
        "properties": {one.key: _property(one) for one in settings},
        "additionalProperties": False,
    }
    if not section.is_rows:
        return {"description": section.title, **found}
    found["required"] = [one.key for one in settings if one.is_required]
    return {"description": section.title, "type": "array", "items": found}


def _property(one: Setting) -> dict[str, Any]:
    unit = f", in {one.unit}" if one.unit else ""
    found: dict[str, Any] = {**one.kind.schema, "description": f"{one.help}{unit}"}
    if one.default is not None and one.default != ():
        found["default"] = one.kind.written(one.default)
    return found
