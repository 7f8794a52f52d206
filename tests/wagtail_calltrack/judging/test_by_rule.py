"""Categories that rules give, and what people decided by hand."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import User
from django.test import override_settings
from django.utils import timezone

from tests.wagtail_calltrack.calls import call
from tests.wagtail_calltrack.firm import make_firm
from wagtail_calltrack.judging import judge, put, take_away
from wagtail_calltrack.models import (
    Call,
    CallCategory,
    CallCredit,
    Campaign,
    Category,
    CategoryRule,
    Origin,
    Vestiging,
)

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 2, 17, 30, tzinfo=UTC)


def made(**values: Any) -> Call:
    return call(AT, **{"talk_seconds": 60, **values})


def category(name: str = "Evening") -> Category:
    return Category.objects.get_or_create(name=name)[0]


def rule(name: str = "Evening", **conditions: Any) -> CategoryRule:
    return CategoryRule.objects.create(category=category(name), **conditions)


def names(one: Call) -> list[str]:
    rows = CallCategory.objects.filter(call=one, is_taken_away=False)
    return sorted(rows.values_list("category__name", flat=True))


def test_a_rule_gives_and_takes() -> None:
    one, found = made(), rule(status="answered")

    judge([one])
    given = names(one)
    found.status = "missed"
    found.save()
    judge([one])

    assert given == ["Evening"]
    assert names(one) == []


def test_campaign_vestiging_and_several_categories() -> None:
    make_firm()
    campaign, vestiging = Campaign.objects.all()[0], Vestiging.objects.all()[0]
    rule("Ceilings", campaign=campaign)
    rule("North", vestiging=vestiging)
    rule("Neither", campaign=campaign, vestiging=vestiging, status="missed")
    one = made(campaign=campaign.key, vestiging=vestiging.key)

    judge([one, made()])

    assert names(one) == ["Ceilings", "North"]


@pytest.mark.parametrize(
    ("zone", "hours"),
    [
        pytest.param("Europe/Amsterdam", (18, 8), id="half past six in Amsterdam"),
        pytest.param("America/New_York", (12, 13), id="half past twelve in New York"),
    ],
)
def test_hours_are_those_of_the_sites_clock_not_of_whoever_looks(
    zone: str, hours: tuple[int, int]
) -> None:
    rule(from_hour=hours[0], to_hour=hours[1])
    one = made()

    with override_settings(TIME_ZONE=zone), timezone.override(ZoneInfo("Asia/Tokyo")):
        judge([one])

    assert names(one) == ["Evening"]


def test_the_channel_is_that_of_the_origin_with_the_most_credit() -> None:
    rule("Paid", channel="paid_search")
    rule("Mail", channel="email")
    one = made()
    shares = (("email", "first", Decimal(1)), ("paid_search", "last_non_direct", Decimal("0.6")),
              ("email", "last_non_direct", Decimal("0.4")))  # fmt: skip
    for at, (channel, model, weight) in enumerate(shares):
        origin = Origin.objects.create(digest=str(at), channel=channel)
        CallCredit.objects.create(call=one, model=model, origin=origin, weight=weight)

    judge([one])

    assert names(one) == ["Paid"]


def test_what_somebody_gave_survives_every_rule() -> None:
    one, user = made(), User.objects.create_user("anna")
    put(one, category(), user)
    other = rule(status="answered")
    judge([one])
    other.delete()

    judge([one])

    assert names(one) == ["Evening"]
    assert CallCategory.objects.get().user == user


def test_what_somebody_took_away_stays_away() -> None:
    one = made()
    found = rule(status="answered")
    judge([one])
    take_away(one, category(), None)

    judge([one])
    found.delete()
    rule(status="answered")
    judge([one])

    assert names(one) == []


def test_it_can_be_given_back_by_hand() -> None:
    one = made()
    take_away(one, category(), None)

    put(one, category(), None)
    judge([one])

    assert names(one) == ["Evening"]


def test_of_two_rules_the_other_goes_on_giving_it() -> None:
    one, first = made(), rule(status="answered")
    second = rule(least_talk_seconds=1)
    judge([one])
    first.status = "missed"
    first.save()

    judge([one])

    assert CallCategory.objects.get().rule == second
