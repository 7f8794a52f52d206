"""The texts in a field's value: one for a CharField, many in a StreamField.

A StreamField is walked as it is stored, so nothing is fetched for its choosers. `look` is called
with each text; what it says against one comes back as an error of the very block that holds it, in
the form in which Wagtail's editor shows it there.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from wagtail.blocks import (
    ListBlock,
    ListBlockValidationError,
    StreamBlock,
    StreamBlockValidationError,
    StructBlock,
    StructBlockValidationError,
)
from wagtail.fields import StreamField

Look = Callable[[str], ValidationError | None]


def look_into(field: Any, value: Any, look: Look) -> ValidationError | None:
    """Look at each text of a field's value."""
    if isinstance(field, StreamField):
        return _in_block(field.stream_block, field.get_prep_value(value), look)
    return _in_plain(value, look)


def texts_in(field: Any, value: Any) -> list[str]:
    """Give the texts of a field's value."""
    found: list[str] = []

    def keep(text: str) -> None:
        found.append(text)

    look_into(field, value, keep)
    return found


def _in_block(block: Any, raw: Any, look: Look) -> ValidationError | None:
    if isinstance(block, StreamBlock) and isinstance(raw, list):
        rows = ((at, row) for at, row in enumerate(raw) if isinstance(row, Mapping))
        known = ((at, row) for at, row in rows if row.get("type") in block.child_blocks)
        errors = _gather(
            (at, _in_block(block.child_blocks[row["type"]], row.get("value"), look))
            for at, row in known
        )
        return StreamBlockValidationError(block_errors=errors) if errors else None
    if isinstance(block, ListBlock) and isinstance(raw, list):
        errors = _gather(
            (at, _in_block(block.child_block, _item(row), look)) for at, row in enumerate(raw)
        )
        return ListBlockValidationError(block_errors=errors) if errors else None
    if isinstance(block, StructBlock) and isinstance(raw, Mapping):
        errors = _gather(
            (name, _in_block(child, raw.get(name), look))
            for name, child in block.child_blocks.items()
        )
        return StructBlockValidationError(block_errors=errors) if errors else None
    return _in_plain(raw, look)


def _gather(found: Iterator[tuple[Any, ValidationError | None]]) -> dict[Any, ValidationError]:
    return {at: error for at, error in found if error is not None}


def _item(row: Any) -> Any:
    """Give a list's item: since Wagtail 2.16 it is kept with an id."""
    is_kept = isinstance(row, Mapping) and row.get("type") == "item" and "value" in row
    return row["value"] if is_kept else row


def _in_plain(value: Any, look: Look) -> ValidationError | None:
    """Look at a text, or at all texts of lists and mappings: a table, JSON."""
    if isinstance(value, str):
        return look(value)
    if isinstance(value, Mapping):
        value = list(value.values())
    if not isinstance(value, list | tuple):
        return None
    found = [error for one in value if (error := _in_plain(one, look)) is not None]
    return ValidationError(found) if found else None
