"""Tracked numbers in rich text: by reference in the database, as a text in the editor."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import resolve
from pytest_django import DjangoAssertNumQueries
from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter
from wagtail.admin.rich_text.converters.editor_html import EditorHTMLConverter
from wagtail.rich_text import RichText, expand_db_html, features
from wagtail.rich_text import get_text_for_indexing as searchable

from demo.models import TextPage
from wagtail_calltrack.models import Placeholder, Section, Vestiging
from wagtail_calltrack.serving import serving

pytestmark = pytest.mark.django_db

FEATURE = "calltrack-number"
SPAN = '<span data-embedtype="calltrack-number" data-id="{}" data-vestiging="{}">{}</span>'


def embed(placeholder: str | None = None, vestiging: str | None = None) -> str:
    words = ""
    if placeholder:
        words += f' id="{Placeholder.objects.get(key=placeholder).pk}"'
    if vestiging:
        words += f' vestiging="{Vestiging.objects.get(key=vestiging).pk}"'
    return f'<embed embedtype="calltrack-number"{words}/>'


def page_with(page: TextPage, *texts: str) -> TextPage:
    page.body = [("paragraph", RichText(text)) for text in texts]
    page.save_revision().publish()
    return page


def opened(html: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        ContentstateConverter([FEATURE, "bold"]).from_database_format(html)
    )
    return found


def saved_again(html: str) -> str:
    converter = ContentstateConverter([FEATURE, "bold"])
    return str(converter.to_database_format(converter.from_database_format(html)))


def test_it_is_among_the_features_that_a_site_gets_by_itself() -> None:
    assert FEATURE in features.get_default_features()


def test_visitors_get_the_link(firm: None) -> None:
    assert expand_db_html(f"<p>Bel {embed('head-office', 'rotterdam')} nu</p>") == (
        '<p>Bel <a href="tel:+31101234567" data-calltrack="head-office" '
        'data-vestiging="rotterdam">010 123 4567</a> nu</p>'
    )


LOST: list[Any] = [
    pytest.param('<embed embedtype="calltrack-number" id="999999"/>', id="a row that is gone"),
    pytest.param('<embed embedtype="calltrack-number" id="x" vestiging="-1"/>', id="no ids"),
    pytest.param('<embed embedtype="calltrack-number" id="99999999999999999999"/>', id="too long"),
    pytest.param('<embed embedtype="calltrack-number" id="²"/>', id="no digit of an id"),
    pytest.param('<embed embedtype="calltrack-number"/>', id="neither"),
]


@pytest.mark.parametrize("html", LOST)
def test_what_is_named_and_gone_raises_nowhere(firm: None, html: str) -> None:
    assert "tel:+31201234567" in expand_db_html(html)
    assert opened(html)["blocks"][0]["text"] == "020 123 4567"


@pytest.mark.parametrize("html", LOST)
def test_nothing_raises_without_any_row(db: None, html: str) -> None:
    assert expand_db_html(f"<p>a {html}</p>") == "<p>a </p>"
    assert opened(html)["blocks"][0]["text"] == "tracked number"


def test_a_number_survives_another_key_and_another_name(firm: None) -> None:
    html = embed("head-office")

    Placeholder.objects.filter(key="head-office").update(key="office")
    Vestiging.objects.filter(key="amsterdam").update(key="adam", name="Adam")

    assert 'data-calltrack="office" data-vestiging="adam"' in expand_db_html(html)


TEXTS = [
    pytest.param("<p>Bel {} nu</p>", "Bel {} nu", id="blanks around it"),
    pytest.param("<p>Bel {}, of {}.</p>", "Bel {}, of {}.", id="two, with punctuation"),
    pytest.param("<p>{} nu</p>", "{} nu", id="first of a line"),
    pytest.param("<p>Bel {}</p>", "Bel {}", id="last of a line"),
    pytest.param("<p>{}{}</p>", "{}{}", id="one beside another"),
    pytest.param("<p>{} {}</p>", "{} {}", id="a blank between two"),
    pytest.param("<p><b>Bel</b> {} <b>nu</b></p>", "Bel {} nu", id="between bold words"),
    pytest.param("<p>({})</p>", "({})", id="in brackets"),
    pytest.param("{} nu", "{} nu", id="outside of any paragraph"),
]


@pytest.mark.parametrize(("html", "text"), TEXTS)
def test_blanks_around_a_number_stay_however_often_it_is_saved(
    firm: None, html: str, text: str
) -> None:
    html = html.replace("{}", embed("head-office"))

    once = saved_again(html)
    twice = saved_again(once)

    assert once == twice
    assert opened(twice)["blocks"][0]["text"] == text.replace("{}", "020 123 4567 · head-office")
    assert twice.count("<embed ") == html.count("<embed ")


def test_a_bold_number_stays_bold(firm: None) -> None:
    html = saved_again(saved_again(f"<p>Bel <b>{embed('head-office')}</b> nu</p>"))

    assert f"Bel <b>{embed('head-office')}</b> nu" in html


def test_the_editor_knows_the_number_by_its_rows_and_tells_them(firm: None) -> None:
    found = opened(f"<p>{embed('head-office', 'rotterdam')}</p>")

    assert found["blocks"][0]["text"] == "010 123 4567 · head-office"
    assert found["entityMap"]["0"] == {
        "type": "CALLTRACK_NUMBER",
        "mutability": "IMMUTABLE",
        "data": {
            "id": str(Placeholder.objects.get(key="head-office").pk),
            "vestiging": str(Vestiging.objects.get(key="rotterdam").pk),
            "note": "head-office · Rotterdam",
        },
    }


EDITED = [
    pytest.param("head-office", "rotterdam", "010 123 4567 · head-office", id="both"),
    pytest.param("head-office", None, "020 123 4567 · head-office", id="a placeholder"),
    pytest.param(None, "rotterdam", "010 123 4567", id="a vestiging"),
    pytest.param(None, None, "020 123 4567", id="neither"),
]


@pytest.mark.parametrize(("placeholder", "vestiging", "text"), EDITED)
def test_an_editor_that_works_on_html_keeps_it(
    firm: None, placeholder: str | None, vestiging: str | None, text: str
) -> None:
    converter = EditorHTMLConverter([FEATURE])
    html = f"<p>Bel {embed(placeholder, vestiging)} nu</p>"

    shown = converter.from_database_format(html)

    assert text in shown
    assert converter.to_database_format(shown) == html


def test_a_page_shows_its_section_s_number_in_its_text(
    firm: None, below: TextPage, area: TextPage, client: Client
) -> None:
    Section.objects.create(page=area.pk, vestiging=Vestiging.objects.get(key="rotterdam"))
    page_with(below, f"<p>Bel {embed()}</p>")

    html = client.get(below.url).content.decode()

    assert "Bel <a" in html
    assert 'data-vestiging="rotterdam">010 123 4567</a>' in html


def test_a_preview_shows_its_section_s_number_too(
    firm: None, below: TextPage, area: TextPage, admin_client: Client
) -> None:
    Section.objects.create(page=area.pk, vestiging=Vestiging.objects.get(key="rotterdam"))
    page_with(below, f"<p>Bel {embed()}</p>")

    html = admin_client.get(f"/cms/pages/{below.pk}/view_draft/").content.decode()

    assert 'data-vestiging="rotterdam">010 123 4567</a>' in html


def test_the_page_s_editor_shows_its_section_s_number(
    firm: None, below: TextPage, area: TextPage
) -> None:
    Section.objects.create(page=area.pk, vestiging=Vestiging.objects.get(key="rotterdam"))
    request = RequestFactory().get(f"/cms/pages/{below.pk}/edit/")
    request.resolver_match = resolve(request.path)

    with serving(request):
        found = opened(f"<p>Bel {embed()}</p>")

    assert found["blocks"][0]["text"] == "Bel 010 123 4567"


def test_a_page_with_thirty_numbers_costs_four_queries(
    firm: None, below: TextPage, client: Client
) -> None:
    Section.objects.create(page=below.pk, vestiging=Vestiging.objects.get(key="rotterdam"))
    three = f"<p>{embed()} {embed('head-office')} {embed(None, 'rotterdam')}</p>"
    page_with(below, *[three] * 10)

    with CaptureQueriesContext(connection) as queries:
        html = client.get(below.url).content.decode()

    assert html.count("data-vestiging=") >= 30
    assert sum("wagtail_calltrack_" in query["sql"] for query in queries) == 4


def test_outside_of_a_request_a_text_costs_the_same_for_one_number_and_for_thirty(
    firm: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    html = (embed("head-office") + embed(None, "rotterdam")) * 15

    with django_assert_num_queries(3):
        assert expand_db_html(html).count("<a ") == 30


def test_a_change_shows_with_the_next_request(firm: None, below: TextPage, client: Client) -> None:
    page_with(below, f"<p>{embed()}</p>")
    before = client.get(below.url).content.decode()

    Vestiging.objects.filter(key="amsterdam").update(forwarding_number="+31209999999")

    assert "020 123 4567" in before
    assert "020 999 9999" in client.get(below.url).content.decode()


def test_a_placeholder_and_a_vestiging_tell_which_pages_use_them(
    firm: None, below: TextPage, admin_client: Client
) -> None:
    page_with(below, f"<p>{embed('head-office', 'rotterdam')}</p>")
    placeholder = Placeholder.objects.get(key="head-office")
    vestiging = Vestiging.objects.get(key="rotterdam")

    for path in (
        f"calltrack_placeholders/usage/{placeholder.pk}",
        f"calltrack_vestigingen/usage/{vestiging.pk}",
    ):
        assert "Plafonds" in admin_client.get(f"/cms/{path}/").content.decode()


def test_the_search_index_reads_the_words_around_a_number(firm: None) -> None:
    assert searchable(f"<p>Bel {embed('head-office')} nu</p>") == "Bel  nu"
