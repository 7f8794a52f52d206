"""The example Plan: whole, right, and about the firm on the pages."""

import pytest

from calltrack import planfile
from calltrack.leases import PoolKey
from calltrack.plan import Consent, Method, Mode, Plan
from demo import content
from demo.child import ROOT


@pytest.fixture(scope="module")
def plan() -> Plan:
    return planfile.load(ROOT / "demo" / "plan.toml")


def test_it_names_the_forwarding_numbers_that_stand_on_the_pages(plan: Plan) -> None:
    pages = {p.fields["slug"]: p.fields["phone"] for p in content.pages() if "phone" in p.fields}

    assert {key: v.forwarding_number.e164 for key, v in plan.vestigingen.items()} == pages


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_its_site_is_the_one_that_opens(plan: Plan, host: str) -> None:
    site = plan.site_for(host)

    assert site
    assert site.mode is Mode.BOTH
    assert site.consent is Consent.NOT_REQUIRED
    assert not site.rewrites("/cms/pages/3/edit/")
    assert not site.rewrites("/django-admin/")
    assert site.rewrites("/contact/")


@pytest.mark.parametrize("city", ["amsterdam", "rotterdam", "utrecht"])
def test_each_pool_has_numbers_of_its_own_city(plan: Plan, city: str) -> None:
    vestiging = next(v for key, v in plan.vestigingen.items() if key == city)
    numbers = plan.stock().pools[PoolKey(city)]

    assert vestiging.pool == city
    assert len(numbers) == 12
    assert {number.e164[:5] for number in numbers} == {vestiging.forwarding_number.e164[:5]}


def test_everybody_gets_a_number_of_their_own(plan: Plan) -> None:
    (campaign,) = plan.campaigns

    assert campaign.method is Method.DYNAMIC
    assert not campaign.vestigingen
