"""What settling makes of what was told: who called, from where, and a lead."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from calltrack.attribution import Model
from calltrack.calls import Direction, Phase
from tests.wagtail_calltrack.firm import make_firm
from tests.wagtail_calltrack.ingest.samples import START
from tests.wagtail_calltrack.settling.story import (
    ANNA,
    BERT,
    DAY,
    NUMBER,
    OTHER,
    by_ad,
    called,
    came,
    channels,
    leased,
    outcome,
    renewed,
    report,
    settle_all,
    shown,
    take,
    tell,
    the_call,
)
from wagtail_calltrack.models import (
    Call,
    CallCandidate,
    CallCredit,
    CallEvent,
    Lead,
    LeaseEvent,
    SessionTouch,
    TrackingNumber,
)
from wagtail_calltrack.settling import settle, settle_these

pytestmark = pytest.mark.django_db

ONE, NONE = Decimal(1), Decimal(0)


def test_a_call_on_a_leased_number_is_its_visitors_and_makes_a_lead() -> None:
    tell(by_ad(0), leased(0), shown(0), *called(5))

    call = the_call()
    assert (call.step, call.confidence, call.session, call.visitor) == ("live", ONE, "S1", "V1")
    assert (call.campaign, call.vestiging, call.status) == ("ads", "utrecht", "answered")
    assert (call.talk_seconds, call.is_settled, call.reason) == (120, True, "promised")
    assert channels() == {"paid_search": "1"}
    lead = Lead.objects.get()
    assert (call.lead, lead.caller) == (lead, ANNA)


def test_the_campaign_that_gave_the_number_may_be_told_late() -> None:
    tell(by_ad(0), leased(0), *called(5))
    assert the_call().campaign == ""

    tell(shown(0), shown(8, campaign="later"))

    assert the_call().campaign == "ads"


def test_the_campaign_is_the_one_at_the_moment_of_the_call() -> None:
    tell(by_ad(0), leased(0), shown(0), shown(7, campaign="second"))

    tell(*called(5, "CA1"), *called(8, "CA2"))

    assert (the_call("CA1").campaign, the_call("CA2").campaign) == ("ads", "second")


def test_a_source_of_which_nothing_is_told_shares_an_origin_with_what_nobody_earned() -> None:
    blank = came(0)
    blank["data"] = {k: v for k, v in blank["data"].items() if k in {"session", "visitor", "site"}}
    tell(blank, leased(0), by_ad(1, "S2", "V2"), leased(1, "S2"), leased(2, "S3"), *called(5))

    assert the_call().step == "candidates"
    for model in Model:
        rows = CallCredit.objects.filter(call=the_call(), model=model)
        assert sum(one.weight for one in rows) == 1


def test_all_touches_of_the_visitor_earn_their_share() -> None:
    tell(
        by_ad(-3 * DAY, "S0"),
        came(-2 * DAY, "S1", channel="organic_search"),
        came(0, "S2"),
        leased(0, "S2"),
        *called(5),
    )

    assert channels() == {"organic_search": "1"}
    assert channels(model="first") == {"paid_search": "1"}
    assert channels(model="last") == {"direct": "1"}
    linear = channels(model="linear")
    assert sorted(linear.values()) == ["0.333333333", "0.333333333", "0.333333334"]
    assert channels(model="position") == {
        "paid_search": "0.4",
        "organic_search": "0.2",
        "direct": "0.4",
    }


def test_two_that_have_one_number_share_the_call() -> None:
    social = came(1, "S2", "V2", channel="social")
    tell(by_ad(0), leased(0), social, leased(2, "S2"), *called(5))

    call = the_call()
    assert (call.step, call.confidence, call.reason) == (
        *("candidates", Decimal("0.5"), "overlap count=2"),
    )
    assert (call.session, call.visitor) == ("", "")
    assert list(CallCandidate.objects.order_by("session").values_list("session", "weight")) == [
        *(("S1", Decimal("0.5")), ("S2", Decimal("0.5"))),
    ]
    assert channels() == {"paid_search": "0.5", "social": "0.5"}


def test_two_sessions_of_one_visitor_share_a_call_that_is_the_visitors() -> None:
    tell(by_ad(0), leased(0), came(1, "S2"), leased(2, "S2"), *called(5))

    assert (the_call().step, the_call().visitor) == ("candidates", "V1")
    assert the_call().session in {"S1", "S2"}
    assert channels() == {"paid_search": "1"}


def test_an_early_call_waits_for_its_lease() -> None:
    tell(*called(5))
    before = the_call()
    tell(by_ad(0))
    tell(leased(0))

    after = the_call()
    assert (before.step, before.confidence) == ("misdial", NONE)
    assert (after.step, after.session, after.confidence) == ("live", "S1", ONE)
    assert channels() == {"paid_search": "1"}


def test_a_renewal_makes_good_for_a_lease_event_that_was_lost() -> None:
    tell(by_ad(0), *called(5))
    tell(renewed(8, given=0))

    assert (the_call().step, the_call().session) == ("live", "S1")


def test_a_source_that_comes_late_gets_its_credit() -> None:
    tell(leased(0), *called(5))
    before = channels()
    tell(by_ad(0))

    assert before == {"": "1"}
    assert channels() == {"paid_search": "1"}
    assert the_call().visitor == "V1"


def test_an_earlier_visit_that_comes_late_gets_its_credit() -> None:
    tell(came(0, "S2"), leased(0, "S2"), *called(5))
    before = channels()
    tell(by_ad(-DAY, "S0"))

    assert before == {"direct": "1"}
    assert channels() == {"paid_search": "1"}


def test_a_caller_is_known_no_better_than_by_the_earlier_call() -> None:
    tell(came(0), leased(0), *called(60), *called(2 * DAY, "CA2", "+31301234560"))

    assert (the_call().step, str(the_call().confidence)) == ("late", "0.900")
    assert (the_call("CA2").step, str(the_call("CA2").confidence)) == ("known_caller", "0.540")


def test_a_caller_who_goes_on_calling_is_known_by_the_call_that_told() -> None:
    later = [called(at * DAY, f"C{at}", "+31301234560") for at in range(1, 5)]

    tell(by_ad(0), leased(0), *called(5), *[one for calls in later for one in calls])

    found = [the_call(f"C{at}") for at in range(1, 5)]
    assert {(one.step, one.session) for one in found} == {("known_caller", "S1")}
    assert [str(one.confidence) for one in found] == ["0.700", "0.600", "0.600", "0.600"]


def test_many_calls_of_one_caller_are_reckoned_once_or_twice_each() -> None:
    calls = [called(60 * at, f"C{at}", "+31301234560") for at in range(1, 61)]
    take([by_ad(0), leased(0), *called(5)])
    for begin in range(0, 60, 20):
        take([one for reports in calls[begin : begin + 20] for one in reports])

    reckoned = 0
    while count := settle(seconds=30):
        reckoned += count

    assert 61 <= reckoned <= 2 * 61


def test_an_earlier_call_that_becomes_surer_makes_the_later_one_surer() -> None:
    tell(came(0), leased(0), *called(60), *called(2 * DAY, "CA2", "+31301234560"))

    tell(renewed(30, given=0))

    assert str(the_call().confidence) == "1.000"
    assert str(the_call("CA2").confidence) == "0.600"


def test_a_known_caller_is_known_again_when_the_earlier_call_comes_late() -> None:
    tell(by_ad(0), leased(0), *called(3 * DAY, "CA2", OTHER))
    before = the_call("CA2")
    tell(*called(5, "CA1"))

    after = the_call("CA2")
    assert (before.step, before.session) == ("misdial", "")
    assert (after.step, after.session, after.visitor) == ("known_caller", "S1", "V1")
    assert channels("CA2") == {"paid_search": "1"}
    assert Lead.objects.count() == 1


def test_a_call_on_a_static_number_is_its_campaigns() -> None:
    make_firm()
    row = TrackingNumber.objects.filter(campaign__isnull=False).select_related("campaign").first()
    assert row is not None
    assert row.campaign is not None
    tell(*called(5, number=row.number, vestiging=""))

    call = the_call()
    assert (call.step, call.campaign, call.session) == ("static", row.campaign.key, "")
    (credit,) = CallCredit.objects.filter(call=call, model="last").select_related("origin")
    assert (credit.weight, credit.origin.campaign) == (ONE, row.campaign.key)


def test_a_static_call_stays_its_campaigns_when_the_number_moves_on() -> None:
    make_firm()
    row = TrackingNumber.objects.filter(campaign__isnull=False).select_related("campaign").first()
    assert row is not None
    assert row.campaign is not None
    tell(*called(5, number=row.number))
    TrackingNumber.objects.filter(pk=row.pk).update(number="+31850199998")
    settle_these([the_call().pk])

    assert (the_call().step, the_call().campaign) == ("static", row.campaign.key)


def test_a_number_that_nobody_had_is_a_misdial_of_which_nothing_is_known() -> None:
    tell(*called(5))

    call = the_call()
    assert (call.step, call.confidence, call.reason) == ("misdial", NONE, "never_leased")
    for model in Model:
        (credit,) = CallCredit.objects.filter(call=call, model=model).select_related("origin")
        assert (credit.weight, credit.origin.channel, credit.origin.campaign) == (ONE, "", "")


@pytest.mark.parametrize("number", ["", "112"])
def test_a_call_without_a_number_is_settled(number: str) -> None:
    tell(*called(5, number=number))

    assert (the_call().step, the_call().is_settled) == ("misdial", True)


def test_a_call_that_the_firm_makes_is_known_by_its_callee() -> None:
    tell(by_ad(0), leased(0), *called(5), *called(60, "CA2", OTHER, direction=Direction.OUT))
    tell(*called(70, "CA3", OTHER, BERT, direction=Direction.OUT))

    back, stranger = the_call("CA2"), the_call("CA3")
    assert (back.direction, back.step, back.visitor) == ("out", "known_caller", "V1")
    assert (stranger.step, stranger.session) == ("", "")
    assert not CallCredit.objects.filter(call__in=[back, stranger]).exists()


def test_a_call_of_which_no_end_was_told_is_over_after_a_while() -> None:
    tell(leased(0), report("CA1", Phase.RINGING, 5, number=NUMBER))

    assert the_call().status == "missed"


def test_a_call_that_rings_is_looked_at_again_when_it_cannot_ring_any_more() -> None:
    now = timezone.now()
    minutes = (now - START).total_seconds() / 60
    tell(report("CA1", Phase.RINGING, minutes - 1, number=NUMBER))
    ringing = the_call()
    Call.objects.update(started_at=now - timedelta(minutes=20))
    CallEvent.objects.update(at=now - timedelta(minutes=20))
    settle_all()

    assert (ringing.status, ringing.is_settled) == ("ringing", True)
    assert the_call().status == "missed"


def test_what_was_forgotten_of_a_visitor_does_not_undo_the_call() -> None:
    tell(by_ad(0), leased(0), *called(5))
    LeaseEvent.objects.all().delete()
    SessionTouch.objects.all().delete()
    Call.objects.update(visitor="~abc")
    settle_these([the_call().pk])

    assert (the_call().step, the_call().visitor) == ("live", "~abc")
    assert channels() == {"paid_search": "1"}


def test_of_a_call_whose_facts_are_gone_everything_stays() -> None:
    tell(by_ad(0), leased(0), *called(5))
    before = outcome()
    CallEvent.objects.all().delete()
    LeaseEvent.objects.all().delete()
    settle_these([the_call().pk])

    assert outcome() == before


def test_settling_again_writes_nothing_new() -> None:
    tell(by_ad(0), leased(0), *called(5))
    before, credits_ = the_call(), list(CallCredit.objects.values_list("pk", flat=True))
    settle_these([before.pk])

    assert the_call().updated_at == before.updated_at
    assert list(CallCredit.objects.values_list("pk", flat=True)) == credits_
