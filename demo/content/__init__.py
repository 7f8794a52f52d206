"""What is on the demo's pages: one TOML file for each page, in Dutch.

The keys are the fields of the page's model (`type`). `[[body]]` are the blocks of its StreamField;
a `call` block names a vestiging's page by its slug, a `number` block and an `<embed>` in a text
name placeholder and vestiging by their keys. The numbers in these texts are written in many ways on
purpose: that is what the demo is about.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent

# The order is that of the menu; a page stands below its parent's slug, or below the front page.
FILES = (
    "home",
    "diensten",
    "tarieven",
    "amsterdam",
    "rotterdam",
    "utrecht",
    "eindhoven",
    "blog",
    "blog/scheuren",
    "blog/galm",
    "blog/ornament",
    "blog/verven",
    "blog/zachtboard",
    "over-ons",
    "contact",
)


@dataclass(frozen=True, slots=True)
class PageText:
    """One page as its file has it."""

    type: str
    parent: str | None
    fields: dict[str, Any]
    body: list[dict[str, Any]]
    form_fields: list[dict[str, Any]]


def pages() -> Iterator[PageText]:
    """Read all pages, each parent before its children."""
    for name in FILES:
        fields = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
        yield PageText(
            type=fields.pop("type"),
            parent=name.rpartition("/")[0] or None,
            body=fields.pop("body", []),
            form_fields=fields.pop("form_fields", []),
            fields=fields,
        )
