"""What is found in a row of content, and kept up to date when the row is saved."""

from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks
from wagtail.images import get_image_model

from demo.models import ContactField, ContactPage, HomePage, TextPage
from tests.wagtail_calltrack.guard.shop.models import Branch, Order, Person
from wagtail_calltrack.guard.findings import Sought, find_in
from wagtail_calltrack.models import ContentFinding, Placeholder, TrackingNumber

pytestmark = pytest.mark.django_db

FORWARDING, TRACKING = "+31201234567", "+31207654301"


def add(home: HomePage, **fields: Any) -> TextPage:
    page = TextPage(**{"title": "Prijzen", "slug": "prijzen", **fields})
    home.add_child(instance=page)
    return page


def found(row: Any) -> list[tuple[str, str, str, str]]:
    rows = find_in(row, Sought(), now=timezone.now())
    return [(one.stage, one.kind, one.field, one.number) for one in rows]


def kept() -> list[tuple[str, str, str]]:
    rows = ContentFinding.objects.order_by("pk")
    return [(one.stage, one.kind, one.field) for one in rows]


@pytest.mark.parametrize(
    ("html", "is_found"),
    [
        pytest.param("<p>Bel 020 123 45 67</p>", True, id="hard-coded"),
        pytest.param('<b data-calltrack="head-office">020 123 45 67</b>', False, id="placeholder"),
        pytest.param(
            '<a href="tel:+31201234567" data-calltrack="head-office" data-vestiging="amsterdam">'
            "020 123 45 67</a>",
            False,
            id="our own HTML",
        ),
        pytest.param('<b class="qooqie-number-placeholder">020 123 45 67</b>', False, id="class"),
        pytest.param('<b data-calltrack="off">020 123 45 67</b>', False, id="left out on purpose"),
        pytest.param('<b data-calltrack="nobody">020 123 45 67</b>', True, id="unknown key"),
        pytest.param("<p>020 123 45 68</p>", False, id="another's number"),
    ],
)
def test_a_forwarding_number_without_a_placeholder_is_a_hint(
    home: HomePage, html: str, is_found: bool
) -> None:
    page = add(home, body=[("html", html)])

    expected = [("live", "forwarding", "Tekst", FORWARDING)] if is_found else []
    assert found(page) == expected


def test_without_any_placeholder_the_two_usual_classes_are_placeholders(home: HomePage) -> None:
    Placeholder.objects.all().delete()
    html = '<b class="qooqie-priority-number-placeholder">020 123 45 67</b>'

    assert found(add(home, body=[("html", html)])) == []


def test_what_proxies_leave_alone_is_told_from_what_they_replace(home: HomePage) -> None:
    page = add(home, intro="020 123 45 67", body=[("html", "<script>'020 123 45 67'</script>")])

    rows = find_in(page, Sought(), now=timezone.now())

    assert [(one.field, one.is_in_reach) for one in rows] == [("Inleiding", True), ("Tekst", False)]


def test_a_number_in_the_head_of_a_page_is_left_alone_too(home: HomePage) -> None:
    page = add(home, search_description="Bel 020 123 45 67.", seo_title="Bel 020 123 45 67")

    rows = find_in(page, Sought(), now=timezone.now())

    assert [one.is_in_reach for one in rows] == [False, False]


def test_the_text_around_a_number_is_kept(home: HomePage) -> None:
    page = add(home, body=[("paragraph", f"<p>{'lang ' * 40}bel <b>020</b> 123 45 67 nu</p>")])

    (row,) = find_in(page, Sought(), now=timezone.now())

    assert row.excerpt.endswith("lang bel 020 123 45 67 nu")
    assert len(row.excerpt) < 100


def test_the_same_number_in_one_field_is_told_once(home: HomePage) -> None:
    body = [("heading", "020 123 45 67"), ("heading", "+31 20 123 45 67")]

    assert len(found(add(home, body=body))) == 1


def test_live_and_draft_are_told_apart(home: HomePage) -> None:
    page = add(home, intro="Bel 020 123 45 67")
    page.intro, page.title = "Bel ons", "Bel 020 123 45 67"
    page.save_revision()

    assert found(TextPage.objects.get()) == [
        ("live", "forwarding", "Inleiding", FORWARDING),
        ("draft", "forwarding", "Title", FORWARDING),
    ]


def test_an_unpublished_page_is_a_draft(home: HomePage) -> None:
    page = add(home, intro="Bel 020 123 45 67")
    page.unpublish()

    assert {row[0] for row in found(TextPage.objects.get())} == {"draft"}


def test_children_are_looked_at_with_their_parent(home: HomePage) -> None:
    page = ContactPage(title="Contact", slug="contact", intro="<p>x</p>", thanks="<p>x</p>")
    page.form_fields = [ContactField(label="Bel 020 123 45 67", field_type="singleline")]
    home.add_child(instance=page)
    person = Person(name="Jan", live=False)
    person.branches = [Branch(text="020 123 45 67")]
    person.save()
    person.save_revision()

    assert found(ContactPage.objects.get())[0][2] == "Contact field › Label"
    assert found(Person.objects.get()) == [("draft", "forwarding", "Branch › Text", FORWARDING)]


def test_a_save_renews_what_was_found(
    home: HomePage, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        page = add(home, intro="Bel 020 123 45 67")
    assert kept() == [("live", "forwarding", "Inleiding")]

    page.intro = "Bel ons"
    with django_capture_on_commit_callbacks(execute=True):
        page.save_revision()
    assert kept() == [("live", "forwarding", "Inleiding")]

    with django_capture_on_commit_callbacks(execute=True):
        page.latest_revision.publish()
    assert kept() == []


def test_a_copy_of_what_holds_a_tracking_number_is_found(
    home: HomePage, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    page = add(home, intro="Bel 020 222 33 44")
    TrackingNumber.objects.create(number="020 222 33 44")

    with django_capture_on_commit_callbacks(execute=True):
        page.copy(update_attrs={"slug": "kopie"}, keep_live=False)

    assert kept() == [("draft", "tracking", "Inleiding")]


def test_what_is_deleted_is_forgotten(
    home: HomePage, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        page = add(home, intro="Bel 020 123 45 67")
        get_image_model().objects.create(title="Bus 0201234567", file="x.png", width=1, height=1)
    assert len(kept()) == 2

    with django_capture_on_commit_callbacks(execute=True):
        page.delete()
        get_image_model().objects.get().delete()

    assert kept() == []


def test_what_is_no_content_is_not_looked_at(
    firm: None, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True) as called:
        Order.objects.create(text="020 123 45 67")

    assert (len(called), kept()) == (0, [])


def test_a_save_does_not_fail_when_the_look_does(
    home: HomePage,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    def fail(*_args: object, **_options: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("wagtail_calltrack.guard.renewing.find_in", fail)

    with django_capture_on_commit_callbacks(execute=True):
        add(home, intro="Bel 020 123 45 67")

    assert TextPage.objects.exists()


def test_a_row_without_numbers_is_looked_at_in_few_queries(
    home: HomePage,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_capture_on_commit_callbacks() as called:
        add(home, intro="Sinds 1998")

    with django_assert_max_num_queries(2 + 2):  # two of them are the savepoint
        called[-1]()

    assert kept() == []
