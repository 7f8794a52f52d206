"""A tracked number as a block of a StreamField."""

from typing import Any

import pytest
from django.test import RequestFactory
from pytest_django import DjangoAssertNumQueries
from wagtail import blocks

from demo.models import TextPage
from wagtail_calltrack.content.blocks import TrackedNumberBlock
from wagtail_calltrack.models import Placeholder, Section, Vestiging
from wagtail_calltrack.serving import serving

pytestmark = pytest.mark.django_db

STREAM = blocks.StreamBlock([("number", TrackedNumberBlock())])


def stream(*values: dict[str, Any]) -> Any:
    return STREAM.to_python([{"type": "number", "value": value} for value in values])


def value_of(**words: str) -> dict[str, Any]:
    """Write a block as the database has it: rows by their ids."""
    found: dict[str, Any] = dict(words)
    if "placeholder" in words:
        found["placeholder"] = Placeholder.objects.get(key=words["placeholder"]).pk
    if "vestiging" in words:
        found["vestiging"] = Vestiging.objects.get(key=words["vestiging"]).pk
    return found


def shown(value: dict[str, Any], **context: object) -> str:
    (child,) = stream(value)
    return str(child.render(context)).strip()


BLOCKS = [
    pytest.param(
        {"text": "Bel <ons>", "placeholder": "head-office"},
        '<p>Bel &lt;ons&gt; <a href="tel:+31201234567" data-calltrack="head-office" '
        'data-vestiging="amsterdam">020 123 4567</a></p>',
        id="a text and a placeholder",
    ),
    pytest.param(
        {"placeholder": "head-office", "vestiging": "rotterdam"},
        '<p><a href="tel:+31101234567" data-calltrack="head-office" '
        'data-vestiging="rotterdam">010 123 4567</a></p>',
        id="a placeholder and a vestiging",
    ),
    pytest.param(
        {},
        '<p><a href="tel:+31201234567" class="qooqie-number-placeholder" '
        'data-vestiging="amsterdam">020 123 4567</a></p>',
        id="nothing",
    ),
]


@pytest.mark.parametrize(("words", "html"), BLOCKS)
def test_a_block_is_a_line_with_the_link(firm: None, words: dict[str, str], html: str) -> None:
    assert shown(value_of(**words)) == html


def test_a_block_shows_the_number_of_the_section_that_its_page_lies_in(
    firm: None, area: TextPage, below: TextPage
) -> None:
    Section.objects.create(page=area.pk, vestiging=Vestiging.objects.get(key="rotterdam"))

    assert "tel:+31101234567" in shown({}, page=below)


def test_rows_that_are_gone_count_as_not_chosen(firm: None) -> None:
    assert "tel:+31201234567" in shown({"placeholder": 999_999, "vestiging": 999_999})


def test_without_any_vestiging_the_block_is_not_there(db: None) -> None:
    assert shown({"text": "Bel"}) == ""


def test_thirty_blocks_cost_five_queries(
    firm: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    value = value_of(placeholder="head-office", vestiging="rotterdam")
    with serving(RequestFactory().get("/")), django_assert_num_queries(5):
        html = "".join(child.render({}) for child in stream(*[value] * 30))

    assert html.count("<a ") == 30


def test_a_block_names_the_rows_that_it_uses(firm: None) -> None:
    value = value_of(placeholder="head-office", vestiging="rotterdam")

    found = {
        (model, pk) for model, pk, _model_path, _path in STREAM.extract_references(stream(value))
    }

    assert found == {(Placeholder, str(value["placeholder"])), (Vestiging, str(value["vestiging"]))}


def test_the_block_says_what_it_is_and_shows_a_number_in_its_preview(firm: None) -> None:
    block = TrackedNumberBlock()
    block.set_name("number")

    assert block.get_description()
    assert block.meta.icon == "mobile-alt"
    preview = block.render(block.get_preview_value(), {})
    assert "Call us on <a" in preview
    assert "020 123 4567" in preview


def test_a_site_s_migration_finds_the_block_where_it_says(firm: None) -> None:
    path, _args, _words = TrackedNumberBlock().child_blocks["placeholder"].deconstruct()

    assert path == "wagtail_calltrack.content.blocks.PlaceholderChooserBlock"
