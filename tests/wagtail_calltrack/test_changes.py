"""Each change of the Plan is checked, and gives it a higher serial in the same transaction."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError
from wagtail.models import Site

from calltrack.errors import PlanError
from tests.wagtail_calltrack.firm import make_firm
from wagtail_calltrack.models import (
    Campaign,
    CampaignRule,
    Organisation,
    PlanSerial,
    Pool,
    TrackedSite,
    TrackingNumber,
    Vestiging,
    plan_change,
)
from wagtail_calltrack.plan_out import PlanRefusedError, published

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm(db: None) -> None:
    make_firm()


def serial() -> int:
    return PlanSerial.objects.get().serial


def save(model: Any, name: str, value: object, **which: object) -> None:
    row = model.objects.get(**which)
    setattr(row, name, value)
    row.save()


CHANGES: list[Any] = [
    pytest.param(lambda: save(Pool, "rest_minutes", 5, key="utrecht"), id="a row saved"),
    pytest.param(lambda: save(Organisation, "name", "Van Dam BV", pk=1), id="the firm's name"),
    pytest.param(lambda: Pool.objects.create(key="more"), id="a row added"),
    pytest.param(lambda: Pool.objects.filter(pk__gt=0).update(rest_minutes=3), id="a query"),
    pytest.param(lambda: TrackingNumber.objects.first().delete(), id="a row deleted"),  # type: ignore[union-attr]
    pytest.param(
        lambda: TrackingNumber.objects.filter(number="+31850199999").delete(), id="rows deleted"
    ),
    pytest.param(
        lambda: Campaign.objects.get(key="everyone").sites.add(TrackedSite.objects.get()),
        id="a site added to a campaign",
    ),
    pytest.param(
        lambda: Campaign.objects.get(key="ads").vestigingen.remove(
            Vestiging.objects.get(key="rotterdam")
        ),
        id="a vestiging taken from a campaign",
    ),
    pytest.param(
        lambda: CampaignRule.objects.create(
            campaign=Campaign.objects.get(key="ads"), source=["yandex"]
        ),
        id="a rule added",
    ),
    pytest.param(lambda: CampaignRule.objects.earliest("pk").delete(), id="a rule deleted"),
]


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_of_the_plan_makes_the_serial_grow(
    firm: None, change: Callable[[], object]
) -> None:
    before = published()

    change()

    assert serial() > before.serial.serial
    assert published().plan != before.plan


NO_CHANGES = [
    pytest.param(lambda: save(Pool, "rest_minutes", 0, key="utrecht"), id="the same value"),
    pytest.param(
        lambda: save(TrackingNumber, "carrier", "Tele", number="+31850199999"), id="the carrier"
    ),
    pytest.param(
        lambda: save(TrackingNumber, "monthly_cost", "1.50", number="+31850199999"), id="the cost"
    ),
    pytest.param(lambda: Pool.objects.filter(key="none").delete(), id="nothing deleted"),
    pytest.param(lambda: save(Campaign, "note", "By post", key="flyer"), id="a note"),
]


@pytest.mark.parametrize("change", NO_CHANGES)
def test_what_is_no_part_of_the_plan_leaves_the_serial(
    firm: None, change: Callable[[], object]
) -> None:
    before = serial()

    change()

    assert serial() == before


def test_many_changes_together_are_one(firm: None) -> None:
    before = serial()

    with plan_change():
        for at in range(5):
            Pool.objects.create(key=f"pool-{at}")
        assert serial() == before

    assert serial() > before


def test_the_serial_grows_with_each_change_also_within_one_second(firm: None) -> None:
    seen = []
    for at in range(5):
        Pool.objects.create(key=f"pool-{at}")
        seen.append(serial())

    assert seen == sorted(set(seen))


def test_a_database_put_back_from_a_backup_goes_on_with_higher_serials(firm: None) -> None:
    last = serial()
    PlanSerial.objects.update(serial=1)

    Pool.objects.create(key="more")

    assert serial() >= last


BREAKING: list[Any] = [
    pytest.param(
        lambda: save(Vestiging, "pool", None, key="rotterdam"),
        Vestiging,
        "pool",
        id="a vestiging of a dynamic campaign without a pool",
    ),
    pytest.param(
        lambda: save(Campaign, "method", "static", key="everyone"),
        Campaign,
        "method",
        id="a static campaign without numbers",
    ),
    pytest.param(
        lambda: TrackingNumber.objects.get(number="+31207659901").delete(),
        Campaign,
        "method",
        id="a campaign's only static number deleted",
    ),
    pytest.param(
        lambda: save(TrackedSite, "cookie_domain", "other.example", key="main"),
        TrackedSite,
        "cookie_domain",
        id="a cookie domain of others",
    ),
    pytest.param(
        lambda: save(Vestiging, "forwarding_number", "020 765 43 01", key="amsterdam"),
        TrackingNumber,
        "number",
        id="a forwarding number that is a tracking number",
    ),
    pytest.param(
        lambda: CampaignRule.objects.create(campaign=Campaign.objects.get(key="ads"), sort_order=9),
        Campaign,
        "rules[3]:",
        id="a rule that says nothing",
    ),
]


@pytest.mark.parametrize(("change", "model", "field"), BREAKING)
def test_what_would_break_the_plan_is_refused_with_its_row_and_field(
    firm: None, change: Callable[[], object], model: type, field: str
) -> None:
    before = published()

    with pytest.raises(PlanRefusedError) as refused:
        change()

    assert {(type(one.row), one.field) for one in refused.value.rows} == {(model, field)}
    assert published() == before


def test_a_change_may_be_wrong_halfway_and_right_in_the_end(firm: None) -> None:
    with plan_change():
        save(Vestiging, "pool", None, key="rotterdam")
        save(Vestiging, "pool", Pool.objects.get(key="rotterdam"), key="rotterdam")
        last = Vestiging.objects.get(key="rotterdam")

    assert last.pool == Pool.objects.get(key="rotterdam")


def test_a_refused_change_leaves_the_next_one_free(firm: None) -> None:
    with pytest.raises(PlanError):
        save(Vestiging, "pool", None, key="rotterdam")

    Pool.objects.create(key="more")

    assert "more" in published().plan.pools


KEPT: list[Any] = [
    pytest.param(lambda: Vestiging.objects.get(key="utrecht").delete(), id="vestiging"),
    pytest.param(lambda: Pool.objects.get(key="utrecht").delete(), id="pool"),
    pytest.param(lambda: Campaign.objects.get(key="flyer").delete(), id="campaign with a number"),
    pytest.param(lambda: Site.objects.get().delete(), id="site of Wagtail"),
]


@pytest.mark.parametrize("delete", KEPT)
def test_what_others_name_is_not_deleted(firm: None, delete: Callable[[], object]) -> None:
    with pytest.raises(ProtectedError):
        delete()

    assert published().plan.campaigns[3].vestigingen == {"utrecht"}


def test_the_kvk_number_is_fixed(firm: None) -> None:
    with pytest.raises(ValidationError, match="fixed once the firm is made"):
        save(Organisation, "kvk", "87654321", pk=1)

    assert Organisation.objects.get().kvk == "12345678"


def test_there_is_one_organisation(firm: None) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Organisation.objects.create(id=2, name="Other", kvk="87654321")

    assert Organisation.objects.count() == 1


SQL = [
    pytest.param(
        "UPDATE wagtail_calltrack_trackingnumber SET campaign_id ="
        " (SELECT min(id) FROM wagtail_calltrack_campaign) WHERE pool_id IS NOT NULL",
        id="a number in a pool and a campaign",
    ),
    pytest.param(
        "UPDATE wagtail_calltrack_trackingnumber SET vestiging_id ="
        " (SELECT min(id) FROM wagtail_calltrack_vestiging) WHERE campaign_id IS NULL",
        id="a vestiging without a campaign",
    ),
    pytest.param(
        "UPDATE wagtail_calltrack_trackingnumber SET number = '+31201'", id="a number twice"
    ),
    pytest.param("UPDATE wagtail_calltrack_trackingnumber SET number = '020' || id", id="no E.164"),
    pytest.param("UPDATE wagtail_calltrack_trackingnumber SET monthly_cost = -1", id="cost"),
    pytest.param(
        "UPDATE wagtail_calltrack_campaign SET ends_at = starts_at WHERE starts_at IS NOT NULL",
        id="a window that ends as it starts",
    ),
    pytest.param("UPDATE wagtail_calltrack_organisation SET id = 2", id="another organisation"),
    pytest.param("UPDATE wagtail_calltrack_planserial SET id = 2", id="another serial"),
    pytest.param("UPDATE wagtail_calltrack_vestiging SET key = 'same'", id="a key twice"),
]


@pytest.mark.parametrize("statement", SQL)
def test_the_database_itself_refuses(firm: None, statement: str) -> None:
    before = published().plan

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert published().plan == before


def test_moments_keep_their_zone(firm: None) -> None:
    released = datetime(2027, 2, 3, 9, 15, tzinfo=UTC)

    assert TrackingNumber.objects.get(number="+31207654302").released_at == released
