"""The roll-ups made anew: a changed rule restates what facts are left to tell of."""

from datetime import timedelta

import pytest

from tests.wagtail_calltrack.firm import make_firm
from tests.wagtail_calltrack.rollups.visits import DAY, START, seen, session, shown, touch, visitors
from wagtail_calltrack.models import CampaignRule, DailyShown, DailyVisitor, SessionTouch
from wagtail_calltrack.rollups import rebuild_rollups, roll_up

pytestmark = pytest.mark.django_db
LATER = START + 3 * DAY


def change_the_newsletters_rule() -> None:
    rule = CampaignRule.objects.get(campaign__key="newsletter")
    rule.medium = ["mailing"]
    rule.save()


def campaigns() -> list[tuple[str, str]]:
    return [(day, campaign) for day, _, campaign, _ in visitors()]


def two_days() -> None:
    session()
    roll_up([touch(medium="mailing"), touch(medium="mailing", at=START + DAY), shown()])


def test_a_changed_rule_restates_all_days() -> None:
    make_firm()
    two_days()
    before = campaigns()
    change_the_newsletters_rule()

    count = rebuild_rollups(until=LATER)

    assert before == [("2027-01-15", "utrecht"), ("2027-01-16", "utrecht")]
    assert campaigns() == [("2027-01-15", "newsletter"), ("2027-01-16", "newsletter")]
    assert seen() == [("2027-01-15", "main", "01", "v1")]
    assert count == 4


def test_made_anew_twice_is_the_same() -> None:
    make_firm()
    two_days()
    before = (visitors(), seen())

    rebuild_rollups(until=LATER)
    rebuild_rollups(until=LATER)

    assert (visitors(), seen()) == before


def test_days_of_which_facts_are_gone_stay_as_they_are() -> None:
    make_firm()
    two_days()
    session("s2", visitor="v2")
    roll_up([touch("s2", at=START - DAY), touch("s2", at=START)])
    SessionTouch.objects.filter(session="s2").delete()
    change_the_newsletters_rule()

    rebuild_rollups(until=LATER)

    assert [day for day, source, _, visitor in visitors() if visitor == "v2"] == [
        "2027-01-14",
        "2027-01-15",
    ]
    assert ("2027-01-15", "utrecht") in campaigns()
    assert ("2027-01-16", "newsletter") in campaigns()


def test_figures_of_forgotten_visitors_stay() -> None:
    make_firm()
    two_days()
    DailyVisitor.objects.update(visitor="a word that leads nowhere")
    DailyShown.objects.update(visitor="a word that leads nowhere")
    SessionTouch.objects.filter(at__lt=START + DAY / 2).delete()

    rebuild_rollups(until=LATER)

    assert {visitor for _, _, _, visitor in visitors()} == {"a word that leads nowhere", "v1"}
    assert len(DailyVisitor.objects.filter(day=START.date())) == 1


def test_more_facts_than_are_read_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wagtail_calltrack.rollups.rebuilding.AT_ONCE", 2)
    session()
    for minute in range(5):
        touch(at=START + timedelta(minutes=minute), source=f"source {minute}")

    rebuild_rollups(until=LATER)

    assert len(visitors()) == 5


def test_without_facts_there_is_nothing_to_do() -> None:
    assert rebuild_rollups() == 0
