"""The HTML of a tracked number: whose number it is, and by what the proxy knows it."""

import pytest
from django.db import connection

from demo.models import TextPage
from wagtail_calltrack.content.html import Wanted, label, tracked_number
from wagtail_calltrack.models import Organisation, Placeholder, Section, Vestiging, plan_change

pytestmark = pytest.mark.django_db

AMSTERDAM = 'href="tel:+31201234567"'
ROTTERDAM = 'href="tel:+31101234567"'
USUAL = 'class="qooqie-number-placeholder"'

WANTED = [
    pytest.param(
        Wanted(), f'<a {AMSTERDAM} {USUAL} data-vestiging="amsterdam">020 123 4567</a>', id="none"
    ),
    pytest.param(
        Wanted("head-office"),
        f'<a {AMSTERDAM} data-calltrack="head-office" data-vestiging="amsterdam">020 123 4567</a>',
        id="a placeholder by its key",
    ),
    pytest.param(
        Wanted("head-office", "rotterdam"),
        f'<a {ROTTERDAM} data-calltrack="head-office" data-vestiging="rotterdam">010 123 4567</a>',
        id="another vestiging than the placeholder's",
    ),
    pytest.param(
        Wanted(vestiging="rotterdam"),
        f'<a {ROTTERDAM} {USUAL} data-vestiging="rotterdam">010 123 4567</a>',
        id="a vestiging",
    ),
    pytest.param(
        Wanted("qooqie-number-placeholder", "rotterdam"),
        f'<a {ROTTERDAM} {USUAL} data-vestiging="rotterdam">010 123 4567</a>',
        id="a placeholder with a class",
    ),
    pytest.param(
        Wanted("qooqie-priority-number-placeholder"),
        f'<a {AMSTERDAM} class="qooqie-priority-number-placeholder">020 123 4567</a>',
        id="with priority the visitor's campaign chooses",
    ),
    pytest.param(
        Wanted("qooqie-priority-number-placeholder", "rotterdam"),
        f'<a {ROTTERDAM} class="qooqie-priority-number-placeholder" data-vestiging="rotterdam">'
        "010 123 4567</a>",
        id="with priority and a vestiging",
    ),
    pytest.param(
        Wanted("rotterdam-pages"),
        f'<a {ROTTERDAM} {USUAL} data-vestiging="rotterdam">010 123 4567</a>',
        id="the placeholder's own vestiging",
    ),
    pytest.param(
        Wanted("gone", "gone too"),
        f'<a {AMSTERDAM} {USUAL} data-vestiging="amsterdam">020 123 4567</a>',
        id="both are gone",
    ),
    pytest.param(
        Wanted(999_999, 999_999),
        f'<a {AMSTERDAM} {USUAL} data-vestiging="amsterdam">020 123 4567</a>',
        id="ids of rows that are gone",
    ),
]


@pytest.mark.parametrize(("wanted", "html"), WANTED)
def test_a_number_is_a_link_that_works_by_itself(firm: None, wanted: Wanted, html: str) -> None:
    assert tracked_number(wanted) == html


def test_a_page_shows_the_number_of_the_nearest_section(
    firm: None, area: TextPage, below: TextPage
) -> None:
    Section.objects.create(page=area.pk, vestiging=Vestiging.objects.get(key="rotterdam"))
    assert ROTTERDAM in tracked_number(Wanted(), path=area.path)
    assert ROTTERDAM in tracked_number(Wanted(), path=below.path)
    assert AMSTERDAM in tracked_number(Wanted(), path=area.get_parent().path)

    Section.objects.create(page=below.pk, vestiging=Vestiging.objects.get(key="utrecht"))
    assert "tel:+31301234567" in tracked_number(Wanted(), path=below.path)
    assert ROTTERDAM in tracked_number(Wanted(), path=area.path)


def test_a_placeholder_of_a_vestiging_keeps_it_in_any_section(firm: None, area: TextPage) -> None:
    Section.objects.create(page=area.pk, vestiging=Vestiging.objects.get(key="rotterdam"))

    assert AMSTERDAM in tracked_number(Wanted("head-office"), path=area.path)


def test_a_section_of_a_page_that_is_gone_says_nothing(firm: None, area: TextPage) -> None:
    Section.objects.create(page=999_999, vestiging=Vestiging.objects.get(key="rotterdam"))

    assert AMSTERDAM in tracked_number(Wanted(), path=area.path)


def test_as_long_as_there_is_no_placeholder_the_usual_class_is_written(firm: None) -> None:
    Placeholder.objects.all().delete()

    assert USUAL in tracked_number(Wanted("head-office"))


def test_without_a_placeholder_for_all_pages_the_number_goes_unmarked(firm: None) -> None:
    Placeholder.objects.exclude(key="head-office").delete()

    assert tracked_number(Wanted()) == f"<a {AMSTERDAM}>020 123 4567</a>"


def test_the_first_vestiging_is_the_one_that_editors_put_first(firm: None) -> None:
    Vestiging.objects.filter(key="utrecht").update(sort_order=-1)

    assert "tel:+31301234567" in tracked_number(Wanted())


def test_without_any_vestiging_nothing_is_shown(db: None) -> None:
    assert tracked_number(Wanted("head-office", "rotterdam")) == ""
    assert label(Wanted()) == "tracked number"


def test_a_number_of_another_country_has_its_country_code(db: None) -> None:
    with plan_change():
        Organisation.objects.create(name="Van Dam", kvk="12345678", region="NL")
        Vestiging.objects.create(key="koeln", name="Köln", forwarding_number="+49 221 1234567")

    assert ">+49 221 1234567<" in tracked_number(Wanted())
    Organisation.objects.update(region="DE")
    assert ">0221 1234567<" in tracked_number(Wanted())


def test_what_was_written_round_the_plugin_is_escaped_or_left_out(firm: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE wagtail_calltrack_vestiging SET key = %s WHERE key = 'amsterdam'",
            ['"><script>'],
        )
        cursor.execute(
            "UPDATE wagtail_calltrack_vestiging SET forwarding_number = '+nonsense' "
            "WHERE key = 'rotterdam'"
        )

    assert 'data-vestiging="&quot;&gt;&lt;script&gt;"' in tracked_number(Wanted())
    assert AMSTERDAM in tracked_number(Wanted(vestiging="rotterdam"))


def test_the_editor_sees_the_number_and_the_placeholder(firm: None) -> None:
    assert label(Wanted("head-office", "rotterdam")) == "010 123 4567 · head-office"
    assert label(Wanted()) == "020 123 4567"
    assert label(Wanted("gone")) == "020 123 4567"
