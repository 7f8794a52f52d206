"""The example Plan: whole, right, and about the firm on the pages."""

from datetime import UTC, datetime
from typing import Any

import pytest

from calltrack import planfile
from calltrack.leases import PoolKey
from calltrack.plan import Consent, Method, Mode, Plan
from calltrack.plandoubts import doubts
from calltrack.touch import Channel, Touch
from demo import content
from demo.child import ROOT

CITIES = ("amsterdam", "rotterdam", "utrecht", "eindhoven")


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


@pytest.mark.parametrize("city", CITIES)
def test_each_pool_has_numbers_of_its_own_city(plan: Plan, city: str) -> None:
    vestiging = next(v for key, v in plan.vestigingen.items() if key == city)
    numbers = plan.stock().pools[PoolKey(city)]

    assert vestiging.pool == city
    assert len(numbers) == 12
    assert {number.e164[:5] for number in numbers} == {vestiging.forwarding_number.e164[:5]}


@pytest.mark.parametrize(
    ("came", "expected"),
    [
        pytest.param({}, "everybody", id="nobody knows how"),
        pytest.param({"source": "bing", "medium": "organic"}, "everybody", id="found"),
        pytest.param({"click_ids": ("gclid",)}, "google-ads", id="an ad"),
        pytest.param({"source": "google", "medium": "cpc"}, "google-ads", id="a tagged ad"),
        pytest.param({"source": "google", "medium": "organic"}, "everybody", id="no ad"),
        pytest.param({"source": "Nieuwsbrief-mei"}, "newsletter", id="the newsletter"),
        pytest.param({"medium": "email"}, "newsletter", id="a mail"),
        pytest.param({"referrer": "l.instagram.com"}, "instagram", id="the profile"),
    ],
)
def test_each_source_has_its_campaign(plan: Plan, came: dict[str, Any], expected: str) -> None:
    touch = Touch(datetime(2026, 6, 1, tzinfo=UTC), Channel.DIRECT, **came)

    matching = [c.key for c in plan.campaigns if c.matches(touch, plan.sites[0].key)]

    assert matching == list(dict.fromkeys([expected, "everybody"]))


def test_there_is_a_campaign_of_each_kind(plan: Plan) -> None:
    kinds = [(c.key, c.method, c.paused, c.off_site) for c in plan.campaigns]

    assert kinds == [
        ("google-ads", Method.DYNAMIC, False, False),
        ("newsletter", Method.STATIC, False, False),
        ("instagram", Method.STATIC, False, False),
        ("flyer", Method.STATIC, False, True),
        ("radio", Method.STATIC, False, True),
        ("everybody", Method.DYNAMIC, False, False),
    ]


@pytest.mark.parametrize("city", CITIES)
def test_static_numbers_are_of_their_own_city(plan: Plan, city: str) -> None:
    vestiging = next(v for key, v in plan.vestigingen.items() if key == city)
    own = [row.number for row in plan.numbers if row.campaign and row.vestiging == city]

    assert len(own) >= 2
    assert {number.e164[:5] for number in own} == {vestiging.forwarding_number.e164[:5]}


def test_it_raises_no_doubt(plan: Plan) -> None:
    assert doubts(plan, now=datetime(2026, 6, 1, tzinfo=UTC)) == ()
