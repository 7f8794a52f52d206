"""Who writes a tracking number into content is told so at the field, and nothing is saved."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Page
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from demo.models import ContactPage, HomePage, TextPage, VestigingPage
from tests.wagtail_calltrack.guard.shop.models import Note, Order, Person
from wagtail_calltrack.models import TrackingNumber

pytestmark = pytest.mark.django_db

N = "020 765 43 01"

BODY_PARTS = [
    pytest.param(("heading", N), id="heading"),
    pytest.param(("paragraph", rich_text("<p>Bel <b>020</b> 765 43 01</p>")), id="rich text"),
    pytest.param(
        ("paragraph", rich_text('<p><a href="tel:0207654301">Bel</a></p>')), id="rich text's link"
    ),
    pytest.param(("quote", N), id="quote"),
    pytest.param(("html", '<a href="tel:0207654301">Bel</a>'), id="HTML"),
]


def error_of(response: Any, field: str) -> list[Any]:
    assert response.status_code == 200, response.headers.get("Location")
    return response.context["form"].errors.as_data()[field]  # type: ignore[no-any-return]


def post_text_page(client: Client, home: Page, **fields: Any) -> Any:
    data = {
        "title": "Prijzen",
        "slug": "prijzen",
        "intro": "",
        "seo_title": "",
        "search_description": "",
        "body": streamfield([]),
        "comments": inline_formset([]),
        **fields,
    }
    url = reverse("wagtailadmin_pages:add", args=("demo", "textpage", home.pk))
    return client.post(url, nested_form_data(data))


@pytest.mark.parametrize("field", ["title", "slug", "intro", "seo_title", "search_description"])
@pytest.mark.parametrize("action", [{}, {"action-publish": "1"}], ids=["draft", "publish"])
def test_a_plain_field_refuses_a_tracking_number(
    home: HomePage, admin_client: Client, field: str, action: dict[str, str]
) -> None:
    text = "bel-020-765-43-01" if field == "slug" else "Bel 020 765 43 01"

    response = post_text_page(admin_client, home, **{field: text}, **action)

    assert "765" in str(error_of(response, field)[0].messages)
    assert not TextPage.objects.exists()


@pytest.mark.parametrize("part", BODY_PARTS)
def test_a_part_of_a_streamfield_refuses_it_in_its_own_place(
    home: HomePage, admin_client: Client, part: tuple[str, str]
) -> None:
    response = post_text_page(admin_client, home, body=streamfield([("heading", "Kop"), part]))

    (error,) = error_of(response, "body")
    assert list(error.as_json_data()["blockErrors"]) == [1]
    assert "is a tracking number" in str(error.as_json_data())
    assert "is a tracking number" in response.content.decode()
    assert not TextPage.objects.exists()


def test_a_row_of_a_list_in_a_streamfield_refuses_it_there(home: HomePage) -> None:
    rows = [{"work": "Stucwerk", "price": "€ 12"}, {"work": "Bel 020-7654301", "price": "€ 9"}]
    page = TextPage(title="Prijzen", slug="prijzen", body=[("prices", rows)])

    with pytest.raises(ValidationError) as refused:
        home.add_child(instance=page)

    (error,) = refused.value.error_dict["body"]
    data = error.as_json_data()  # type: ignore[attr-defined] # Wagtail's own kind of error
    row = data["blockErrors"][0]["blockErrors"][1]["blockErrors"]
    assert list(row) == ["work"]
    assert "«020-7654301»" in row["work"]["messages"][0]


def test_a_child_of_a_page_refuses_it_in_its_row(home: HomePage, admin_client: Client) -> None:
    field = {"label": "Bel 020 765 43 01?", "field_type": "singleline", "help_text": ""}
    data = {
        "title": "Contact",
        "slug": "contact",
        "seo_title": "",
        "search_description": "",
        "intro": rich_text("<p>Hallo</p>"),
        "thanks": rich_text("<p>Dank</p>"),
        "body": streamfield([]),
        "comments": inline_formset([]),
        "form_fields": inline_formset([{**field, "choices": "", "default_value": ""}]),
    }
    url = reverse("wagtailadmin_pages:add", args=("demo", "contactpage", home.pk))

    response = admin_client.post(url, nested_form_data(data))

    rows = response.context["form"].formsets["form_fields"].errors
    assert "is a tracking number" in str(rows[0]["label"])
    assert not ContactPage.objects.exists()


# Wagtail leaves the file open from which it makes the picture for the form.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_picture_and_a_document_refuse_it(firm: None, admin_client: Client) -> None:
    image = get_image_model().objects.create(title="Bus", file=get_test_image_file())
    fields = {"title": "Bus", "description": "Bus met 020 765 43 01 erop", "tags": ""}

    response = admin_client.post(reverse("wagtailimages:edit", args=(image.pk,)), fields)

    assert "is a tracking number" in str(error_of(response, "description"))
    with pytest.raises(ValidationError, match="is a tracking number"):
        get_document_model()(title="Folder 0207654301", file="x.pdf").full_clean()


@pytest.mark.parametrize(
    ("fields", "at"),
    [
        pytest.param({"name": "Jan 020 765 43 01"}, "name", id="text"),
        pytest.param({"bio": rich_text("<p>020 765 43 01</p>")}, "bio", id="rich text"),
        pytest.param({"homepage": "https://wa.me/31207654301"}, "homepage", id="address"),
        pytest.param({"extra": '{"phones": ["020 765 43 01"]}'}, "extra", id="JSON"),
    ],
)
def test_a_snippet_that_was_registered_late_refuses_it(
    firm: None, admin_client: Client, fields: dict[str, str], at: str
) -> None:
    data = {"name": "Jan", "bio": rich_text(""), "homepage": "", "extra": "{}", "iban": ""}
    data |= {**fields, "branches": inline_formset([])}
    url = reverse("wagtailsnippets_guarded_shop_person:add")

    response = admin_client.post(url, nested_form_data(data))

    assert "is a tracking number" in str(error_of(response, at))
    assert not Person.objects.exists()


def test_what_a_site_leaves_out_and_what_is_no_content_is_saved(firm: None) -> None:
    Note(text="020 765 43 01").full_clean()
    Order(text="020 765 43 01").full_clean()
    Person(name="Jan", iban="020 765 43 01", extra={"a": 1}).full_clean()

    with pytest.raises(ValidationError, match="is a tracking number"):
        Person(name="Jan 020 765 43 01", extra={"a": 1}).full_clean()


def test_the_settings_leave_out_and_add_models(firm: None, settings: Settings) -> None:
    settings.CALLTRACK_GUARD_EXEMPT = ["guarded_shop.Person.name"]
    settings.CALLTRACK_GUARD_MODELS = ["guarded_shop.Order"]

    Person(name="Jan 020 765 43 01", extra={"a": 1}).full_clean()
    with pytest.raises(ValidationError, match="is a tracking number"):
        Order(text="020 765 43 01").full_clean()


def holding(home: HomePage, model: type[Page] = TextPage, **fields: Any) -> Any:
    """Make a page with a number that becomes a tracking number later."""
    page = model(slug="oud", **{"title": "Bel 020 222 33 44", **fields})
    home.add_child(instance=page)
    page.save_revision().publish()
    TrackingNumber.objects.create(number="020 222 33 44")
    return model.objects.get(pk=page.pk)


def test_a_page_that_holds_one_since_before_is_moved_unpublished_and_deleted(
    home: HomePage,
) -> None:
    page = holding(home)

    page.move(home, pos="last-child")
    page.copy(update_attrs={"slug": "kopie"}, keep_live=False)
    page.unpublish()

    assert not TextPage.objects.get(pk=page.pk).live
    page.delete()
    assert TextPage.objects.get().slug == "kopie"


def test_a_page_that_holds_one_since_before_is_refused_in_its_form_until_it_is_mended(
    home: HomePage, admin_client: Client
) -> None:
    page = holding(home, title="Prijzen", intro="Bel 020 222 33 44")
    url = reverse("wagtailadmin_pages:edit", args=(page.pk,))
    data = {
        "title": "Prijzen",
        "slug": "oud",
        "seo_title": "",
        "search_description": "",
        "body": streamfield([]),
        "comments": inline_formset([]),
        "action-publish": "1",
    }

    response = admin_client.post(url, nested_form_data({**data, "intro": "Bel 020 222 33 44"}))
    assert "is a tracking number" in str(error_of(response, "intro"))

    response = admin_client.post(url, nested_form_data({**data, "intro": "Bel ons"}))
    assert response.status_code == 302
    assert TextPage.objects.get().intro == "Bel ons"


def test_what_waited_for_its_moment_goes_live(home: HomePage) -> None:
    page = TextPage(title="Prijzen", slug="prijzen", live=False)
    home.add_child(instance=page)
    page.intro = "Bel 020 222 33 44"
    revision = page.save_revision()
    TrackingNumber.objects.create(number="020 222 33 44")

    revision.publish()

    assert TextPage.objects.get().live


def test_code_that_changes_a_page_is_refused(home: HomePage) -> None:
    with pytest.raises(ValidationError, match="is a tracking number"):
        home.add_child(instance=TextPage(title="Bel 020 765 43 01", slug="bel"))
    home.intro = "<p>Bel 020 765 43 01</p>"
    with pytest.raises(ValidationError, match="is a tracking number"):
        home.save()
    with pytest.raises(ValidationError, match="is a tracking number"):
        home.save_revision()
    bare = Page.objects.get(pk=home.pk)
    bare.title = "Bel 020 765 43 01"
    with pytest.raises(ValidationError, match="is a tracking number"):
        bare.save()


def test_a_pages_place_in_the_tree_is_no_number(home: HomePage) -> None:
    TrackingNumber.objects.create(number="010 001 00 01")
    home.path = "0100010001"

    home.clean_fields(exclude=["depth", "content_type", "locale"])

    assert home.path == "0100010001"


def test_a_forwarding_number_is_saved(home: HomePage) -> None:
    page = VestigingPage(
        title="Amsterdam",
        slug="amsterdam",
        phone="+31201234567",
        street="Straat 1",
        postcode="1012 AB",
        city="Amsterdam",
        opens_at="09:00",
        closes_at="17:00",
        intro="<p>Bel 020 123 45 67</p>",
    )

    home.add_child(instance=page)

    assert VestigingPage.objects.get().phone == "+31201234567"


def test_two_hundred_texts_ask_for_the_numbers_once(
    home: HomePage, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    body = [("heading", "Bel 020 123 45 67") for _ in range(200)]
    page = TextPage(title="020 123 45 67", slug="x", intro="020 123 45 68", body=body)

    with django_assert_num_queries(1):
        page.clean_fields(exclude=["path", "depth", "content_type", "locale"])


def test_texts_without_digits_enough_ask_nothing(
    home: HomePage, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    body = [("heading", f"Vanaf € {at},50 per m²") for at in range(200)]
    page = TextPage(title="Prijzen 2026", slug="x", intro="Sinds 1998", body=body)

    with django_assert_num_queries(0):
        page.clean_fields(exclude=["path", "depth", "content_type", "locale"])


def test_a_number_is_refused_from_the_moment_it_is_rented(home: HomePage) -> None:
    page = TextPage(title="Bel 020 222 33 44", slug="x")
    page.clean_fields(exclude=["path", "depth", "content_type", "locale"])

    TrackingNumber.objects.bulk_create([TrackingNumber(number="+31202223344")])

    with pytest.raises(ValidationError, match="is a tracking number"):
        page.clean_fields(exclude=["path", "depth", "content_type", "locale"])
