"""The title and slug that an editor gives to a copy of a page hold no tracking number."""

import pytest
from django.test import Client
from django.urls import reverse

from demo.models import HomePage, TextPage

pytestmark = pytest.mark.django_db

COPY = {"new_title": "Kopie", "new_slug": "kopie"}


@pytest.mark.parametrize(
    "changed", [{"new_title": "Bel 020 765 43 01"}, {"new_slug": "bel-020-765-43-01"}]
)
def test_a_tracking_number_is_refused_with_its_reason(
    home: HomePage, admin_client: Client, changed: dict[str, str]
) -> None:
    page = TextPage(title="Prijzen", slug="prijzen")
    home.add_child(instance=page)
    url = reverse("wagtailadmin_pages:copy", args=(page.pk,))
    data = {**COPY, **changed, "new_parent_page": home.pk}

    response = admin_client.post(url, data, follow=True)

    assert "is a tracking number" in response.content.decode()
    assert TextPage.objects.count() == 1


def test_any_other_copy_is_made(home: HomePage, admin_client: Client) -> None:
    page = TextPage(title="Prijzen", slug="prijzen")
    home.add_child(instance=page)
    url = reverse("wagtailadmin_pages:copy", args=(page.pk,))

    assert admin_client.get(url).status_code == 200
    admin_client.post(url, {**COPY, "new_parent_page": home.pk})

    assert TextPage.objects.filter(title="Kopie").exists()
