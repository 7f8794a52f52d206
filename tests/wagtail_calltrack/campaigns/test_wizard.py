"""An off-site campaign is one short form, and gets a number that nobody else has."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from tests.wagtail_calltrack.campaigns.posting import FREE, vestiging
from tests.wagtail_calltrack.firm import make_firm
from wagtail_calltrack.campaigns import stock
from wagtail_calltrack.models import Campaign, LeaseEvent, Pool, TrackingNumber, Vestiging
from wagtail_calltrack.phones import at_home
from wagtail_calltrack.plan_out import published

pytestmark = pytest.mark.django_db

WIZARD = "/cms/calltrack_campaigns/off-site/"
NEAR = ("+31207651001", "+31207651002", "+31207651003")
LONG_AGO, LATELY = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture
def firm(db: None) -> None:
    make_firm()


@pytest.fixture
def editor(admin_client: Client) -> Client:
    return admin_client


def post(editor: Client, **fields: Any) -> Any:
    said = {"name": "Flyer", "vestiging": vestiging("amsterdam"), "number": "", **fields}
    return editor.post(WIZARD, said)


def test_a_campaign_is_made_and_its_number_shown_in_both_prints(firm: None, editor: Client) -> None:
    made = post(editor, note="4,000 copies", ends_at="2027-06-01 00:00")
    campaign = Campaign.objects.get(name="Flyer")

    assert made.headers["Location"] == f"{WIZARD}{campaign.pk}/"
    page = editor.get(made.headers["Location"]).content.decode()
    assert "085 019 9999" in page
    assert "+31 85 019 9999" in page
    assert "4,000 copies" in page
    (row,) = (one for one in published().plan.campaigns if one.key == "flyer-2")
    assert (row.off_site, row.method.value, set(row.vestigingen)) == (True, "static", {"amsterdam"})
    assert row.ends_at is not None
    assert campaign.numbers.get().number == FREE


PROPOSED = [
    pytest.param({}, NEAR[0], id="of its own area, the oldest"),
    pytest.param({NEAR[0]: LATELY}, NEAR[1], id="one that was never used"),
    pytest.param(
        {NEAR[0]: LATELY, NEAR[1]: LONG_AGO, NEAR[2]: LATELY}, NEAR[1], id="the longest idle"
    ),
]


@pytest.mark.parametrize("how", ["leased", "released"])
@pytest.mark.parametrize(("used", "expected"), PROPOSED)
def test_the_number_that_is_proposed(
    firm: None, editor: Client, used: dict[str, datetime], expected: str, how: str
) -> None:
    for number in NEAR:
        released = used.get(number) if how == "released" else None
        TrackingNumber.objects.create(number=number, released_at=released)
    for at, (number, moment) in enumerate(used.items()):
        if how == "leased":
            lease = {"session": "s", "kind": "leased", "vestiging": "v", "pool": "p"}
            LeaseEvent.objects.create(
                id=f"{at:032x}", at=moment, number=number, until=moment, **lease
            )

    page = editor.get(WIZARD).content.decode()
    post(editor)

    assert f"Amsterdam (proposed: {at_home(expected)})" in page
    assert "Rotterdam (proposed: 085 019 9999)" in page  # none is of its area
    assert Campaign.objects.get(name="Flyer").numbers.get().number == expected


def test_another_number_is_chosen_by_hand(firm: None, editor: Client) -> None:
    TrackingNumber.objects.create(number=NEAR[0])

    post(editor, number=TrackingNumber.objects.get(number=FREE).pk)

    assert Campaign.objects.get(name="Flyer").numbers.get().number == FREE


REFUSED = [
    pytest.param({"name": ""}, "name", id="no name"),
    pytest.param({"vestiging": "0"}, "vestiging", id="no vestiging"),
    pytest.param({"number": "0"}, "number", id="a number that is not free"),
    pytest.param(
        {"starts_at": "2027-06-01 00:00", "ends_at": "2027-05-01 00:00"}, "ends_at", id="a window"
    ),
]


@pytest.mark.parametrize(("fields", "field"), REFUSED)
def test_what_is_wrong_stands_at_its_field(
    firm: None, editor: Client, fields: dict[str, str], field: str
) -> None:
    before = published()

    response = post(editor, **fields)

    assert set(response.context["form"].errors) == {field}
    assert published() == before


def test_without_a_free_number_it_says_what_to_do(firm: None, editor: Client) -> None:
    TrackingNumber.objects.filter(number=FREE).update(state="disabled")

    page = editor.get(WIZARD).content.decode()

    assert "No number in the stock is free." in page
    assert "/cms/calltrack_numbers/new/" in page
    assert '<form method="post" action="/cms/calltrack_campaigns/off-site/"' not in page


def test_the_last_number_taken_meanwhile_is_told(
    firm: None, editor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = stock.free_numbers

    def once() -> list[TrackingNumber]:
        monkeypatch.setattr(stock, "free_numbers", list)
        return make()

    monkeypatch.setattr(stock, "free_numbers", once)

    page = post(editor).content.decode()

    assert "The last free number was taken just now." in page
    assert not Campaign.objects.filter(name="Flyer").exists()


def test_without_a_vestiging_it_leads_there(editor: Client) -> None:
    page = editor.get(WIZARD).content.decode()

    assert "/cms/calltrack_vestigingen/new/" in page


def test_a_name_without_letters_gets_a_key_too(firm: None, editor: Client) -> None:
    post(editor, name="春")

    assert Campaign.objects.get(name="春").key == "campaign"


def test_who_may_only_look_makes_nothing(firm: None, client: Client) -> None:
    user = User.objects.create_user("ed", password="x")
    may = ("access_admin", "view_campaign")
    user.user_permissions.set(Permission.objects.filter(codename__in=may))
    client.force_login(user)
    flyer = Campaign.objects.get(key="flyer")

    assert client.get(WIZARD).status_code == 302
    assert post(client).headers["Location"].endswith("/cms/")
    assert not Campaign.objects.filter(name="Flyer").exists()
    assert client.get(f"{WIZARD}{flyer.pk}/").status_code == 200


def test_only_what_is_off_site_has_such_a_page(firm: None, editor: Client) -> None:
    ads = Campaign.objects.get(key="ads")

    assert editor.get(f"{WIZARD}{ads.pk}/").status_code == 404


def test_many_free_numbers_and_vestigingen_are_ordered_at_once(firm: None, editor: Client) -> None:
    pool = Pool.objects.get(key="utrecht")
    Vestiging.objects.bulk_create(
        Vestiging(key=f"v{at}", name="V", forwarding_number=f"+3120300{at:04}", pool=pool)
        for at in range(100)
    )
    TrackingNumber.objects.bulk_create(
        TrackingNumber(number=f"+3110400{at:04}") for at in range(300)
    )

    page = editor.get(WIZARD).content.decode()

    assert "Rotterdam (proposed: 010 400 0000)" in page
