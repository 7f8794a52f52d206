"""The report: who sees what, what each row means, and a button to look again."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings
from wagtail.images import get_image_model
from wagtail.models import GroupPagePermission, Locale, Page, Site

from demo.models import HomePage, TextPage
from tests.wagtail_calltrack.guard.shop.models import Person
from wagtail_calltrack.guard import screens
from wagtail_calltrack.guard.findings import Sought
from wagtail_calltrack.guard.look import begin, take_slice
from wagtail_calltrack.models import ContentFinding, ContentLook, TrackedSite, TrackingNumber

pytestmark = pytest.mark.django_db

INDEX = "calltrack_findings:index"


@pytest.fixture
def content(home: HomePage) -> TextPage:
    """Make a page, a snippet and a picture with numbers, and look at them."""
    page = TextPage(title="Prijzen", slug="prijzen", intro="Bel 020 123 45 67")
    home.add_child(instance=page)
    Person.objects.create(name="Jan 020 222 33 44")
    get_image_model().objects.create(title="Bus 010 123 45 67", file="x.png", width=1, height=1)
    TrackingNumber.objects.create(number="020 222 33 44")
    look_at_all()
    return page


def look_at_all() -> None:
    sought = Sought()
    look = begin(sought, now=timezone.now())
    while take_slice(look, sought, now=timezone.now()):
        pass


def rows(client: Client, **query: str) -> list[Any]:
    response = client.get(reverse(INDEX), query)
    assert response.status_code == 200
    return list(response.context["object_list"])


def titles(client: Client, **query: str) -> set[str]:
    return {row.title for row in rows(client, **query)}


def editor(*codes: str) -> User:
    user = User.objects.create_user("editor")
    user.user_permissions.set(Permission.objects.filter(codename__in=["access_admin", *codes]))
    return user


def test_the_listing_names_place_number_and_what_to_do(
    content: TextPage, admin_client: Client
) -> None:
    page = admin_client.get(reverse(INDEX)).content.decode()

    assert "Bel 020 123 45 67" in page
    assert "Visitors are shown their own number all the same." in page
    assert "Take it out. Until then, whoever reads it here and calls is counted as" in page
    assert "All content was looked at on" in page
    assert "The numbers have changed since" not in page


def test_tracking_numbers_come_first(content: TextPage, admin_client: Client) -> None:
    assert [row.kind for row in rows(admin_client)] == ["tracking", "forwarding", "forwarding"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param({"q": "020 123"}, {"Prijzen"}, id="a number as people write it"),
        pytest.param({"q": "prijz"}, {"Prijzen"}, id="a title"),
        pytest.param({"kind": "tracking"}, {"Jan 020 222 33 44"}, id="kind"),
        pytest.param({"stage": "draft"}, set(), id="state"),
    ],
)
def test_it_is_searched_and_filtered(
    content: TextPage, admin_client: Client, query: dict[str, str], expected: set[str]
) -> None:
    assert titles(admin_client, **query) == expected


def test_it_is_filtered_by_kind_of_content(content: TextPage, admin_client: Client) -> None:
    kind = ContentFinding.objects.get(title="Prijzen").content_type

    assert titles(admin_client, content_type=str(kind.pk)) == {"Prijzen"}


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        pytest.param("automatic", "Visitors are shown their own number", id="automatic"),
        pytest.param("both", "Visitors are shown their own number", id="both"),
        pytest.param("placeholders", "Visitors see it as it is", id="placeholders"),
    ],
)
def test_the_sites_mode_says_what_visitors_see(
    content: TextPage, admin_client: Client, mode: str, expected: str
) -> None:
    row = TrackedSite.objects.get()
    row.mode = mode
    row.save()

    advice = {one.title: one.advice for one in rows(admin_client)}
    assert advice["Prijzen"].startswith(expected)


def test_a_page_belongs_to_the_site_above_it(home: HomePage, admin_client: Client) -> None:
    other = HomePage(title="Ander", slug="ander", tagline="x", intro="<p>020 123 45 67</p>")
    Page.objects.get(depth=1).add_child(instance=other)
    home.intro = "<p>020 123 45 67</p>"
    home.save()
    first = TrackedSite.objects.get()
    first.site = Site.objects.create(hostname="a.example", root_page=home)
    first.mode = "automatic"
    first.save()
    TrackedSite.objects.create(
        site=Site.objects.create(hostname="b.example", root_page=other),
        key="other",
        hosts=("b.example",),
        mode="placeholders",
        consent="not_required",
        gpc="no_consent",
        hold_minutes=30,
    )
    look_at_all()

    advice = {one.title: one.advice for one in rows(admin_client)}
    assert advice["Home"].startswith("Visitors are shown")
    assert advice["Ander"].startswith("Visitors see it as it is")


def test_a_translated_page_belongs_to_the_site_of_its_original(
    home: HomePage, admin_client: Client, settings: Settings
) -> None:
    settings.WAGTAIL_I18N_ENABLED = True
    settings.WAGTAIL_CONTENT_LANGUAGES = [("nl", "Nederlands"), ("de", "Deutsch")]
    site = TrackedSite.objects.get()
    site.mode = "automatic"
    site.save()
    site.site.save()  # Wagtail finds the roots anew
    home.intro = "<p>020 123 45 67</p>"
    home.save()
    german = home.copy_for_translation(Locale.objects.create(language_code="de"))
    german.title = "Startseite"
    german.save_revision().publish()
    look_at_all()

    advice = {one.title: one.advice for one in rows(admin_client)}
    assert advice["Startseite"].startswith("Visitors are shown")


def test_a_number_where_no_proxy_replaces_it_says_so(home: HomePage, admin_client: Client) -> None:
    body = [("html", "<script>'020 123 45 67'</script>")]
    home.add_child(instance=TextPage(title="Script", slug="script", body=body))
    look_at_all()

    (row,) = rows(admin_client)
    assert row.advice.startswith("No proxy replaces it here")


def test_each_row_leads_to_the_form(content: TextPage, admin_client: Client) -> None:
    led = {
        row.title: admin_client.get(reverse("calltrack_findings:open", args=(row.pk,))).headers[
            "Location"
        ]
        for row in rows(admin_client)
    }

    assert led["Prijzen"] == reverse("wagtailadmin_pages:edit", args=(content.pk,))
    assert "guarded_shop/person/edit" in led["Jan 020 222 33 44"]
    assert "/images/" in led["Bus 010 123 45 67"]


def test_a_row_whose_content_is_gone_says_so(content: TextPage, admin_client: Client) -> None:
    row = ContentFinding.objects.get(title="Prijzen")
    TextPage.objects.filter(pk=content.pk).delete()

    url = reverse("calltrack_findings:open", args=(row.pk,))
    assert "cannot be opened" in admin_client.get(url, follow=True).content.decode()


@pytest.mark.parametrize("name", ["index", "index_results", "open", "look"])
@pytest.mark.parametrize("who", ["anonymous", "nobody"])
def test_without_permission_nothing_is_shown(
    content: TextPage, client: Client, name: str, who: str
) -> None:
    if who == "nobody":
        client.force_login(editor("change_trackingnumber"))
    key = ContentFinding.objects.values_list("pk", flat=True)[0]
    url = reverse(f"calltrack_findings:{name}", args=(key,) if name == "open" else ())

    response = client.post(url) if name == "look" else client.get(url)

    assert response.status_code == 302
    assert response.headers["Location"].startswith("/cms/login/" if who == "anonymous" else "/cms/")
    assert not ContentLook.objects.filter(done=0).exists()


def test_only_what_its_user_may_open_is_shown(content: TextPage, client: Client) -> None:
    user = editor("view_contentfinding")
    client.force_login(user)
    assert titles(client) == set()

    user.user_permissions.add(Permission.objects.get(codename="change_person"))
    assert titles(client) == {"Jan 020 222 33 44"}

    group = Group.objects.create(name="Prijzen")
    user.groups.add(group)
    change = Permission.objects.get(codename="change_page")
    GroupPagePermission.objects.create(group=group, page=content, permission=change)
    assert titles(client) == {"Jan 020 222 33 44", "Prijzen"}


def test_what_a_user_does_not_see_is_not_opened(content: TextPage, client: Client) -> None:
    client.force_login(editor("view_contentfinding"))
    row = ContentFinding.objects.get(title="Prijzen")

    response = client.get(reverse("calltrack_findings:open", args=(row.pk,)))

    assert response.status_code == 404


def test_new_numbers_make_the_look_out_of_date(content: TextPage, admin_client: Client) -> None:
    TrackingNumber.objects.create(number="020 222 33 45")

    assert "The numbers have changed since" in admin_client.get(reverse(INDEX)).content.decode()


def test_the_button_looks_at_all_content(home: HomePage, admin_client: Client) -> None:
    assert "Nobody has looked" in admin_client.get(reverse(INDEX)).content.decode()
    home.add_child(instance=TextPage(title="Prijzen", slug="x", intro="020 123 45 67"))

    page = admin_client.post(reverse("calltrack_findings:look"), follow=True).content.decode()

    assert "All content was looked at" in page
    assert titles(admin_client) == {"Prijzen"}


def test_a_long_look_goes_on_with_the_next_press(
    home: HomePage, admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screens, "LOOK_SECONDS", 0.0)
    url = reverse("calltrack_findings:look")
    told = admin_client.post(url, follow=True).content.decode()
    assert "Press the button to go on" in told or "The look is not finished" in told

    monkeypatch.setattr(screens, "LOOK_SECONDS", 60.0)
    admin_client.post(url)

    assert ContentLook.objects.get().finished_at is not None


@pytest.mark.parametrize("is_admin", [True, False], ids=["superuser", "editor"])
def test_the_listing_costs_the_same_for_ten_and_for_a_thousand_rows(
    content: TextPage,
    client: Client,
    admin_user: User,
    is_admin: bool,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    client.force_login(
        admin_user if is_admin else editor("view_contentfinding", "change_person", "change_image")
    )
    client.get(reverse(INDEX))
    with django_assert_max_num_queries(60) as few:
        client.get(reverse(INDEX))
    row = ContentFinding.objects.get(title="Jan 020 222 33 44")
    ContentFinding.objects.bulk_create(
        ContentFinding(
            content_type=row.content_type,
            object_id=row.object_id,
            title=f"Jan {at}",
            field="Name",
            kind="forwarding",
            number="+31201234567",
            found_at=timezone.now(),
        )
        for at in range(1000)
    )

    with django_assert_max_num_queries(60) as many:
        client.get(reverse(INDEX))

    assert len(many.captured_queries) == len(few.captured_queries)
