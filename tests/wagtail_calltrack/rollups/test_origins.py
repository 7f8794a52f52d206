"""Where somebody came from: each combination once, with the campaign that it belongs to."""

from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from tests.wagtail_calltrack.firm import make_firm
from tests.wagtail_calltrack.rollups.visits import START, session, touch
from tests.wagtail_calltrack.test_changes_at_once import at_once
from wagtail_calltrack.models import Campaign, CampaignRule, Origin, SessionTouch
from wagtail_calltrack.rollups import origins_of, static_origin

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
SPRING = datetime(2027, 3, 1, tzinfo=AMSTERDAM)
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("said", "campaign"),
    [
        pytest.param({"medium": "email"}, "newsletter", id="a rule fits"),
        pytest.param({"medium": "EMail"}, "newsletter", id="in any case"),
        pytest.param({"medium": "paid-social", "source": "bing"}, "ads", id="a pattern"),
        pytest.param({"medium": "", "click_ids": {"gclid": "Cj0"}}, "ads", id="a click id"),
        pytest.param(
            {"medium": "email", "click_ids": {"gclid": "Cj0"}}, "newsletter", id="the first counts"
        ),
        pytest.param({"medium": "", "at": START}, "utrecht", id="none fits: that for everybody"),
        pytest.param({"medium": "", "at": SPRING}, "spring", id="from a campaign's first moment"),
        pytest.param(
            {"medium": "", "at": datetime(2027, 6, 1, tzinfo=AMSTERDAM)},
            "utrecht",
            id="until its end",
        ),
        pytest.param({"medium": "", "channel": "never heard of"}, "utrecht", id="an odd channel"),
        pytest.param({"medium": "email" + "x" * 900}, "utrecht", id="a long value"),
    ],
)
def test_an_arrival_belongs_to_the_first_campaign_that_matches(
    said: dict[str, Any], campaign: str
) -> None:
    make_firm()
    session()

    (origin,) = origins_of([touch(**said)])

    assert origin.campaign == campaign


def test_without_a_plan_nothing_belongs_to_a_campaign() -> None:
    session()

    (origin,) = origins_of([touch()])

    assert (origin.campaign, origin.source, origin.site) == ("", "google", "main")


def test_a_changed_campaign_counts_at_once() -> None:
    make_firm()
    session()
    (before,) = origins_of([touch(medium="email")])

    row = Campaign.objects.get(key="newsletter")
    row.starts_at = datetime(2030, 1, 1, tzinfo=AMSTERDAM)
    row.save()
    (after,) = origins_of([touch(medium="email")])

    assert (before.campaign, after.campaign) == ("newsletter", "utrecht")


def test_each_combination_is_one_row() -> None:
    session()
    session("s2", visitor="v2")
    session("s3", site="shop")
    touches = [touch(), touch("s2"), touch("s3"), touch(keyword="roof"), touch(term="roof")]

    found = origins_of(touches)

    assert [found.index(one) for one in found] == [0, 0, 2, 3, 3]
    assert Origin.objects.count() == 3
    assert origins_of(touches) == found


def test_what_is_long_is_cut() -> None:
    session()

    (origin,) = origins_of([touch(landing_path="/" + "x" * 999, source="y" * 1000)])

    assert (len(origin.landing_path), len(origin.source)) == (255, 255)


def test_a_session_nobody_told_of_has_no_site() -> None:
    (origin,) = origins_of([touch("unknown")])

    assert origin.site == ""


def test_no_touches_have_no_origins() -> None:
    assert origins_of([]) == []


@pytest.mark.parametrize(
    ("campaign", "told"),
    [
        pytest.param("flyer", ("offline", "", ""), id="off the site"),
        pytest.param("newsletter", ("email", "", ""), id="as its rules say"),
        pytest.param("utrecht", ("", "", ""), id="for everybody"),
        pytest.param("deleted", ("", "", ""), id="deleted since"),
    ],
)
def test_a_static_number_has_an_origin_of_its_own(
    campaign: str, told: tuple[str, str, str]
) -> None:
    make_firm()

    origin = static_origin(campaign, "main")

    assert (origin.campaign, origin.site) == (campaign, "main")
    assert (origin.channel, origin.source, origin.medium) == told
    assert static_origin(campaign, "main") == origin


def test_a_changed_rule_gives_a_static_number_another_channel() -> None:
    make_firm()
    static_origin("newsletter", "main")

    CampaignRule(campaign=Campaign.objects.get(key="newsletter"), channel=["social"]).save()

    assert static_origin("newsletter", "main").channel == ""


@pytest.mark.parametrize("count", [2, 100])
def test_it_costs_the_same_queries_for_many(
    count: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    make_firm()
    session()
    origins_of([touch()])  # reads the Plan
    touches = [SessionTouch(at=START, session="s1", source=f"source {at}") for at in range(count)]

    with django_assert_max_num_queries(5):
        found = origins_of(touches)

    assert len({one.pk for one in found}) == count


def test_two_processes_make_the_same_rows(transactional_db: None, tmp_path: Path) -> None:
    place = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        place = str(tmp_path / "two.sqlite3")
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [place])
    touches = [SessionTouch(at=START, session="s1", source=f"s{at}") for at in range(50)]

    found = at_once(
        place,
        lambda: [one.pk for one in origins_of(touches)],
        lambda: [one.pk for one in reversed(origins_of(touches[::-1]))],
    )

    assert found[0] == found[1]
    assert len(set(found[0])) == 50
