"""A look at all content goes slice by slice, and forgets what is gone."""

from io import StringIO
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from wagtail.models import Page

from demo.models import ContactField, ContactPage, HomePage, TextPage
from wagtail_calltrack.guard import look as looking
from wagtail_calltrack.guard.findings import Sought
from wagtail_calltrack.guard.look import begin, begin_or_go_on, is_stale, take_slice
from wagtail_calltrack.models import ContentFinding, ContentLook, TrackingNumber, Vestiging

pytestmark = pytest.mark.django_db


def add(home: HomePage, count: int, **fields: Any) -> None:
    for at in range(count):
        home.add_child(instance=TextPage(title=f"Pagina {at}", slug=f"p-{at}", **fields))


def add_many(home: HomePage, count: int) -> None:
    """Add pages in two queries: Wagtail saves one at a time."""
    kind = ContentType.objects.get_for_model(TextPage)
    pages = Page.objects.bulk_create(
        Page(
            title=f"Pagina {at}",
            slug=f"p-{at}",
            locale=home.locale,
            content_type=kind,
            path=f"{home.path}{at:04d}",
            depth=home.depth + 1,
            url_path=f"/x/{at}/",
        )
        for at in range(count)
    )
    parts = [("heading", "Kop"), ("paragraph", "<p>Bel <b>010 123 45 67</b></p>")]
    body = TextPage._meta.get_field("body").value_to_string(TextPage(body=parts))
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO demo_textpage (page_ptr_id, intro, body) VALUES (%s, %s, %s)",
            [(page.pk, "Bel 020 123 45 67" if page.pk % 2 else "", body) for page in pages],
        )


def look_at_all() -> ContentLook:
    sought = Sought()
    look = begin(sought, now=timezone.now())
    while take_slice(look, sought, now=timezone.now()):
        pass
    return look


def test_all_rows_are_looked_at_in_slices(home: HomePage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "SLICE", 2)
    add(home, 5, intro="020 123 45 67")
    rows = ContentFinding.objects.all()

    look = look_at_all()

    assert rows.count() == 5
    assert look.finished_at is not None
    assert look.done == look.total


def test_a_look_goes_on_where_it_stopped(home: HomePage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "SLICE", 2)
    add(home, 5, intro="020 123 45 67")
    take_slice(begin(Sought(), now=timezone.now()), Sought(), now=timezone.now())
    before = ContentLook.objects.get().done

    look = begin_or_go_on(Sought(), now=timezone.now())

    assert 0 < before == look.done < look.total


def test_a_look_begins_anew_when_the_numbers_changed(home: HomePage) -> None:
    add(home, 1, intro="020 222 33 44")
    look = begin(Sought(), now=timezone.now())
    take_slice(look, Sought(), now=timezone.now())

    TrackingNumber.objects.create(number="020 222 33 44")

    assert is_stale(look, Sought())
    assert begin_or_go_on(Sought(), now=timezone.now()).done == 0


def test_a_number_that_became_a_tracking_number_is_found_at_the_next_look(home: HomePage) -> None:
    add(home, 1, intro="020 222 33 44")
    assert not is_stale(look_at_all(), Sought())
    TrackingNumber.objects.create(number="020 222 33 44")

    look_at_all()

    assert ContentFinding.objects.get().kind == "tracking"


def test_a_vestiging_of_another_number_makes_a_look_stale(home: HomePage) -> None:
    look = look_at_all()
    row = Vestiging.objects.get(key="utrecht")
    row.forwarding_number = "030 999 88 77"
    row.save()

    assert is_stale(look, Sought())


def test_what_is_gone_is_forgotten_at_the_end(home: HomePage) -> None:
    add(home, 2, intro="020 123 45 67")
    look_at_all()
    TextPage.objects.filter(slug="p-0").update(intro="")

    look_at_all()

    assert ContentFinding.objects.count() == 1


def test_a_thousand_pages_cost_queries_for_slices_and_not_for_pages(
    home: HomePage, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    add_many(home, 1000)

    with django_assert_max_num_queries(120):
        look = look_at_all()

    assert look.done == look.total >= 1001
    assert ContentFinding.objects.count() == 1500


def test_children_cost_queries_for_slices_and_not_for_parents(
    home: HomePage, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for at in range(30):
        page = ContactPage(title="Contact", slug=f"c-{at}", intro="<p>x</p>", thanks="<p>x</p>")
        page.form_fields = [ContactField(label="020 123 45 67", field_type="singleline")]
        home.add_child(instance=page)

    with django_assert_max_num_queries(60):
        look_at_all()

    assert ContentFinding.objects.count() == 30


def test_the_command_ends_well_with_hints_only(home: HomePage) -> None:
    add(home, 1, intro="020 123 45 67")
    out, err = StringIO(), StringIO()

    call_command("calltrack_find_numbers", "--list", stdout=out, stderr=err)

    first, last = out.getvalue().splitlines()
    key = TextPage.objects.get().pk
    assert first.split("\t") == [
        "forwarding",
        "+31201234567",
        "live",
        f"demo.textpage {key}",
        "Pagina 0",
        "Inleiding",
    ]
    assert "0 tracking numbers, 1 forwarding numbers" in last
    assert "rows looked at" in err.getvalue()


def test_the_command_ends_with_1_when_a_tracking_number_stands_there(home: HomePage) -> None:
    add(home, 1, intro="020 222 33 44")
    TrackingNumber.objects.create(number="020 222 33 44")

    with pytest.raises(CommandError) as ended:
        call_command("calltrack_find_numbers", stdout=StringIO(), stderr=StringIO())

    assert ended.value.returncode == 1
