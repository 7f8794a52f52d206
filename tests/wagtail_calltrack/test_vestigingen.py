"""A new vestiging of a firm whose campaigns have static numbers already."""

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from tests.wagtail_calltrack.firm import make_firm
from wagtail_calltrack.models import Campaign, Vestiging, plan_change
from wagtail_calltrack.plan_out import published

pytestmark = pytest.mark.django_db

LEIDEN = {"key": "leiden", "name": "Leiden", "forwarding_number": "071 123 45 67"}


def add(client: Client, pool: int) -> list[str]:
    """Add a vestiging; give what is told."""
    response = client.post("/cms/calltrack_vestigingen/new/", {**LEIDEN, "pool": pool})
    assert response.status_code == 302
    return [str(message) for message in get_messages(response.wsgi_request)]


@pytest.fixture
def pool(db: None) -> int:
    make_firm()
    found = Vestiging.objects.get(key="utrecht").pool_id
    assert found is not None
    return found


def test_it_is_added_and_campaigns_for_all_without_a_number_for_it_are_named(
    pool: int, admin_client: Client
) -> None:
    with plan_change():  # from now on it is for all
        campaign = Campaign.objects.get(key="newsletter")
        campaign.vestigingen.clear()

    told = add(admin_client, pool)

    assert any("no static number yet in «Newsletter»" in sentence for sentence in told)
    assert "leiden" in published().plan.vestigingen
    assert campaign.numbers.count() == 2


def test_campaigns_that_name_their_vestigingen_want_nothing(
    pool: int, admin_client: Client
) -> None:
    told = add(admin_client, pool)

    assert not any("static number" in sentence for sentence in told)
