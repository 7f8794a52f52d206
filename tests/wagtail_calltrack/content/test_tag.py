"""{% load calltrack %} in templates that people write by hand."""

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from pytest_django import DjangoAssertNumQueries

from demo.models import TextPage
from wagtail_calltrack.models import Placeholder, Section, Vestiging
from wagtail_calltrack.serving import serving

pytestmark = pytest.mark.django_db

NUMBERS = [
    pytest.param('{% tracked_number "head-office" %}', "tel:+31201234567", id="a placeholder"),
    pytest.param('{% tracked_number vestiging="rotterdam" %}', "tel:+31101234567", id="vestiging"),
    pytest.param(
        '{% tracked_number "head-office" vestiging="utrecht" %}', "tel:+31301234567", id="both"
    ),
    pytest.param("{% tracked_number %}", "tel:+31201234567", id="neither"),
    pytest.param('{% tracked_number "" vestiging="" %}', "tel:+31201234567", id="empty"),
    pytest.param("{% tracked_number placeholder=row %}", "tel:+31201234567", id="a row"),
    pytest.param("{% tracked_number vestiging=branch %}", "tel:+31301234567", id="a branch"),
    pytest.param("{% tracked_number as n %}<b>{{ n }}</b>", "<b><a href=", id="kept by a name"),
]


def written(source: str, **context: object) -> str:
    return Template("{% load calltrack %}" + source).render(Context(context))


@pytest.mark.parametrize(("source", "found"), NUMBERS)
def test_a_template_names_a_number(firm: None, source: str, found: str) -> None:
    row = Placeholder.objects.get(key="head-office")
    branch = Vestiging.objects.get(key="utrecht")

    assert found in written(source, row=row, branch=branch)


def test_a_template_shows_the_number_of_the_section_that_its_page_lies_in(
    firm: None, below: TextPage, area: TextPage
) -> None:
    Section.objects.create(page=area.pk, vestiging=Vestiging.objects.get(key="rotterdam"))

    assert "tel:+31101234567" in written("{% tracked_number %}", page=below)
    assert "tel:+31201234567" in written("{% tracked_number %}", page=area.get_parent())
    assert "tel:+31201234567" in written("{% tracked_number %}", page="no page")


def test_without_a_number_a_template_can_leave_out_what_stands_around_it(db: None) -> None:
    source = "{% tracked_number as n %}{% if n %}Call {{ n }}{% else %}-{% endif %}"

    assert written(source) == "-"


def test_thirty_numbers_of_a_request_cost_four_queries(
    firm: None, below: TextPage, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    source = (
        '{% tracked_number "head-office" %}{% tracked_number %}'
        '{% tracked_number vestiging="rotterdam" %}'
    )

    with serving(RequestFactory().get("/")), django_assert_num_queries(4):
        html = written(source * 10, page=below)

    assert html.count("<a ") == 30


def test_the_next_request_sees_what_was_changed_since(firm: None) -> None:
    request = RequestFactory().get("/")
    with serving(request):
        before = written("{% tracked_number %}")

    Vestiging.objects.filter(key="amsterdam").update(forwarding_number="+31209999999")

    with serving(request):
        after = written("{% tracked_number %}")
    assert "020 123 4567" in before
    assert "020 999 9999" in after


def test_outside_of_a_request_nothing_is_kept(firm: None) -> None:
    before = written("{% tracked_number %}")

    Vestiging.objects.filter(key="amsterdam").update(forwarding_number="+31209999999")

    assert "020 123 4567" in before
    assert "020 999 9999" in written("{% tracked_number %}")
