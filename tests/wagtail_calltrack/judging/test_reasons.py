"""Every word that a call may hold has its sentence."""

from typing import Any

import pytest

from calltrack.spam import SpamReason
from calltrack.targets import TargetReason
from tests.wagtail_calltrack.firm import make_firm
from wagtail_calltrack.judging import why_spam, why_target
from wagtail_calltrack.models import Call, Campaign, TargetRule, TrackedSite


@pytest.mark.parametrize("reason", list(TargetReason))
def test_each_reason_of_a_target_call(reason: str) -> None:
    assert why_target(Call(target_reason=reason)).endswith((".", "more."))


@pytest.mark.parametrize("reason", list(SpamReason))
def test_each_reason_of_spam(reason: str) -> None:
    assert why_spam(Call(spam_reason=reason)).endswith(".")


def test_the_figure_stands_in_the_sentence() -> None:
    assert "90 seconds or more" in why_target(Call(target_reason="short 90"))
    assert "1 second or more" in why_target(Call(target_reason="short 1"))
    assert "30 days before" in why_target(Call(target_reason="repeat 30"))


def test_what_was_not_judged_has_none() -> None:
    assert why_target(Call()) == ""
    assert why_spam(Call(spam_reason="gone")) == ""


SITE, CAMPAIGN = {"site": True}, {"campaign": True}
BOTH = {**SITE, **CAMPAIGN}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("rules", "of", "reason", "whose"),
    [
        pytest.param([SITE, CAMPAIGN, BOTH], BOTH, "short 902", "main · Google Ads", id="both"),
        pytest.param([SITE, CAMPAIGN], BOTH, "short 901", "Google Ads", id="the campaign's"),
        pytest.param([SITE], BOTH, "short 900", "main", id="the site's"),
        pytest.param([SITE], BOTH, "repeat 90", "main", id="its cycle"),
        pytest.param([CAMPAIGN], SITE, "short 900", "", id="of another campaign"),
        pytest.param([SITE], CAMPAIGN, "short 900", "", id="of another site"),
        pytest.param([], BOTH, "short 30", "", id="the call settings'"),
        pytest.param([SITE], BOTH, "short 30", "", id="changed since"),
        pytest.param([SITE], BOTH, "unanswered", "", id="no rule's"),
    ],
)
def test_a_narrower_rule_is_named(rules: list[Any], of: Any, reason: str, whose: str) -> None:
    make_firm()
    site = TrackedSite.objects.get(key="main")
    campaign = Campaign.objects.get(key="ads")
    Campaign.objects.filter(pk=campaign.pk).update(name="Google Ads")
    for at, one in enumerate(rules):
        TargetRule.objects.create(
            site=site if "site" in one else None,
            campaign=campaign if "campaign" in one else None,
            talk_seconds=900 + at,
            cycle_days=90,
        )
    made = Call(
        target_reason=reason,
        site=site if "site" in of else None,
        campaign=campaign.key if "campaign" in of else "",
    )

    named = why_target(made).partition("That is the rule of")[2]

    assert named == (f" «{whose}»." if whose else "")
