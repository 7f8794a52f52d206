"""What an editor is told of a tracking number in content."""

import pytest

from calltrack.numbers import PhoneNumber
from wagtail_calltrack.guard.reading import Read
from wagtail_calltrack.guard.refusal import refuse
from wagtail_calltrack.models import Campaign, Placeholder, Pool, TrackingNumber, Vestiging

pytestmark = pytest.mark.django_db


def told(number: str) -> str:
    read = Read(PhoneNumber(number), "020 …", is_replaced=True, is_marked=False)
    (sentence,) = refuse([read, read]).messages
    return sentence


def test_the_number_is_named_as_it_is_written_with_the_reason(firm: None) -> None:
    assert told("+31207654301").startswith(
        "«020 …» is a tracking number: it is shown to one visitor at a time. Whoever reads it here "
        "and calls is counted as somebody else."
    )


def test_the_vestiging_of_the_pool_is_offered_with_its_placeholder(firm: None) -> None:
    sentence = told("+31207654301")

    assert "vestiging «Amsterdam»" in sentence
    assert "(placeholder «head-office»)" in sentence
    assert sentence.endswith("write its own number: 020 123 4567.")


def test_without_a_placeholder_of_its_own_the_vestiging_is_offered(firm: None) -> None:
    Placeholder.objects.all().delete()

    assert "number of vestiging «Rotterdam» here instead. Where" in told("+31107654301")


def test_a_campaigns_static_number_offers_the_vestiging_it_is_for(firm: None) -> None:
    row = TrackingNumber.objects.get(number="+31107659901")

    assert row.vestiging is not None
    assert f"vestiging «{row.vestiging}»" in told(row.number)


def test_a_flyers_number_is_left_out_of_the_flyers_picture_too(firm: None) -> None:
    row = TrackingNumber.objects.get(campaign=Campaign.objects.get(off_site=True))

    sentence = told(row.number)

    assert "off-site campaign «" in sentence
    assert "also where you describe a picture of it" in sentence


def test_a_number_in_stock_and_a_pool_of_nobody_offer_the_first_vestiging(firm: None) -> None:
    pool = Pool.objects.create(key="nobody")
    TrackingNumber.objects.create(number="020 222 33 44")
    TrackingNumber.objects.create(number="020 222 33 45", pool=pool)

    first = Vestiging.objects.order_by("sort_order")[0]
    assert f"«{first}»" in told("+31202223344")
    assert f"«{first}»" in told("+31202223345")


def test_a_pool_of_a_campaign_offers_a_vestiging_that_the_campaign_covers(firm: None) -> None:
    pool = Pool.objects.create(key="spring-only")
    campaign = Campaign.objects.create(
        key="own", name="Own", method="dynamic", exhaustion="original", pool=pool
    )
    campaign.vestigingen.add(Vestiging.objects.get(key="utrecht"))
    TrackingNumber.objects.create(number="020 222 33 45", pool=pool)

    assert "«Utrecht»" in told("+31202223345")
