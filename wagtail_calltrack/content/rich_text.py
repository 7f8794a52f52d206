"""A tracked number in rich text: feature `calltrack-number`, an entity within a line.

    <embed embedtype="calltrack-number" id="3" vestiging="2"/>

Rule 1: it is kept by reference, by the ids of its rows: a placeholder or a vestiging that gets
another key stays in the text, Wagtail's usage index needs no query to find it, and images and
documents are kept so, too. Either may be left out.
Rule 2: the text that stands in the editor is made anew each time; nothing of it is kept.
Rule 3: the page that a rich text stands on is known from the request that is being answered; where
it is not (a command, the API), the placeholder's vestiging or the first one counts.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from django.urls import reverse_lazy
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from draftjs_exporter.dom import DOM
from draftjs_exporter.engines.string import Elt
from wagtail.admin.rich_text.converters.contentstate_models import Entity, EntityRange
from wagtail.admin.rich_text.converters.editor_html import EmbedTypeRule
from wagtail.admin.rich_text.converters.html_to_contentstate import (
    FORCE_WHITESPACE,
    KEEP_WHITESPACE,
    add_paragraph_block,
)
from wagtail.admin.rich_text.editors.draftail.features import EntityFeature
from wagtail.rich_text import EmbedHandler

from wagtail_calltrack.content.html import Wanted, label, note, tracked_number
from wagtail_calltrack.content.rows import rows
from wagtail_calltrack.models import Placeholder, Vestiging

FEATURE = "calltrack-number"
TYPE = "CALLTRACK_NUMBER"
NAMES = ("id", "vestiging")

Attributes = Mapping[str, str | None]


def wanted(attributes: Attributes) -> Wanted:
    """Read which rows are meant."""
    placeholder, vestiging = (_id(attributes.get(name)) for name in NAMES)
    return Wanted(placeholder, vestiging)


def kept(attributes: Attributes) -> dict[str, str]:
    """Write them."""
    found = {name: _id(attributes.get(name)) for name in NAMES}
    return {name: str(pk) for name, pk in found.items() if pk is not None}


def entity_data(attributes: Attributes) -> dict[str, str]:
    """Give what the editor knows of a number, but for its text."""
    return {**kept(attributes), "note": note(wanted(attributes))}


class NumberEmbedHandler(EmbedHandler):
    """What visitors get, and what the usage index reads."""

    identifier = FEATURE

    @staticmethod
    def get_model() -> Any:
        """Give the model that `id` is of."""
        return Placeholder

    @staticmethod
    def expand_db_attributes(attrs: dict[str, str]) -> str:
        """Write a number."""
        return tracked_number(wanted(attrs))

    @classmethod
    def expand_db_attributes_many(cls, attrs_list: list[dict[str, str]]) -> list[str]:
        """Write all numbers of a text."""
        table = rows()
        return [tracked_number(wanted(attrs), table=table) for attrs in attrs_list]

    @classmethod
    def extract_references(cls, attrs: dict[str, str]) -> Iterator[tuple[Any, str, str, str]]:
        """Name the rows that a number stands for."""
        named = kept(attrs)
        if "id" in named:
            yield Placeholder, named["id"], "", ""
        if "vestiging" in named:
            yield Vestiging, named["vestiging"], "", ""


class NumberElementHandler:
    """From the database into the editor.

    The number's text is part of the line. What is around it is too: a blank that waits is written
    before it, and one that follows is kept.
    """

    def handle_starttag(self, _name: str, attrs: Any, state: Any, contentstate: Any) -> None:
        """Write the number into the line."""
        if state.current_block is None:
            add_paragraph_block(state, contentstate)
        block, attributes = state.current_block, dict(attrs)
        if state.leading_whitespace == FORCE_WHITESPACE:
            block.text += " "
        text = label(wanted(attributes))
        key = contentstate.add_entity(Entity(TYPE, "IMMUTABLE", entity_data(attributes)))
        place = EntityRange(key)
        place.offset, place.length = len(block.text), len(text)
        block.entity_ranges.append(place)
        block.text += text
        state.leading_whitespace = KEEP_WHITESPACE

    def handle_endtag(self, _name: str, _state: Any, _contentstate: Any) -> None:
        """Nothing is left open."""


class NumberEditorHandler:
    """For editors that work on HTML; without it Wagtail 8 strips the number there."""

    @staticmethod
    def get_db_attributes(tag: Any) -> dict[str, str]:
        """Read what the editor's HTML says."""
        return kept({name: tag.get(f"data-{name}") for name in NAMES})

    @staticmethod
    def expand_db_attributes(attrs: dict[str, str]) -> str:
        """Write it for the editor."""
        named = kept(attrs)
        return format_html(
            '<span data-embedtype="{}" data-id="{}" data-vestiging="{}">{}</span>',
            FEATURE,
            *(named.get(name, "") for name in NAMES),
            label(wanted(attrs)),
        )


def number_element(props: dict[str, Any]) -> Any:
    """From the editor into the database. A bold number stays bold."""
    embed = DOM.create_element("embed", {"embedtype": FEATURE, **kept(props)})
    return _in_styles(props.get("children"), embed)


def register_feature(features: Any) -> None:
    """Give rich text tracked numbers (Wagtail's hook register_rich_text_features)."""
    features.register_embed_type(NumberEmbedHandler)
    features.register_editor_plugin(
        "draftail",
        FEATURE,
        EntityFeature(
            {
                "type": TYPE,
                "icon": "mobile-alt",
                "description": _("Tracked number"),
                "attributes": [*NAMES, "note"],
                "chooserUrls": {"number": reverse_lazy("calltrack_number")},
            },
            js=["wagtail_calltrack/tracked-number.js"],
        ),
    )
    features.register_converter_rule(
        "contentstate",
        FEATURE,
        {
            "from_database_format": {f'embed[embedtype="{FEATURE}"]': NumberElementHandler()},
            "to_database_format": {"entity_decorators": {TYPE: number_element}},
        },
    )
    rules = [EmbedTypeRule(FEATURE, NumberEditorHandler)]
    features.register_converter_rule("editorhtml", FEATURE, rules)
    features.default_features.append(FEATURE)


def _in_styles(node: Any, embed: Any) -> Any:
    """Put the number where its text stands: in the styles around it."""
    if not isinstance(node, Elt) or len(node.children) != 1 or node.type == "fragment":
        return embed
    node.children = [_in_styles(node.children[0], embed)]
    return node


def _id(text: object) -> int | None:
    written = str(text or "")
    return int(written) if written.isascii() and written.isdigit() and len(written) < 19 else None
