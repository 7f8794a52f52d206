"""An arrival is answered campaign by campaign, with the field that does not fit."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from calltrack.decision import Reason
from calltrack.explaining import Misfit, Why, explain
from calltrack.plan import CampaignKey, Consent, Method, Rule, SiteKey
from calltrack.touch import Channel, Touch
from tests.calltrack.plans import AMSTERDAM, EVERYONE, ROTTERDAM, SITE, make_plan

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
TOUCH = Touch(
    at=NOON,
    channel=Channel.SOCIAL,
    source="facebook",
    medium="social",
    region="NL-NH",
    click_ids=("fbclid",),
)
OTHER = CampaignKey("other")


def why(**changes: Any) -> tuple[Why, tuple[Misfit, ...]]:
    plan = make_plan(campaigns=(replace(EVERYONE, key=OTHER, **changes), EVERYONE))
    verdict = explain(plan, SITE, TOUCH, now=NOON).verdicts[0]
    return verdict.why, verdict.misfits


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, Why.DECIDES, id="everybody"),
        pytest.param({"off_site": True}, Why.OFF_SITE, id="off-site"),
        pytest.param({"starts_at": NOON + HOUR}, Why.TO_COME, id="to come"),
        pytest.param({"ends_at": NOON}, Why.OVER, id="over"),
        pytest.param({"sites": frozenset({SiteKey("shop")})}, Why.SITE, id="another site"),
        pytest.param({"rules": (Rule(source=("face*",)),)}, Why.DECIDES, id="a rule"),
        pytest.param({"paused": True}, Why.DECIDES, id="a paused one decides, too"),
    ],
)
def test_each_campaign_gets_its_verdict(changes: dict[str, Any], expected: Why) -> None:
    assert why(**changes) == (expected, ())


@pytest.mark.parametrize(
    ("rule", "misfit"),
    [
        pytest.param(
            Rule(source=("facebook",), medium=("cpc", "ppc")),
            Misfit("medium", ("cpc", "ppc"), ("social",)),
            id="the first field that does not fit",
        ),
        pytest.param(Rule(term=("*",)), Misfit("term", ("*",), ()), id="nothing there"),
        pytest.param(
            Rule(region=("BE",)), Misfit("region", ("BE",), ("NL-NH",)), id="the region, whole"
        ),
        pytest.param(
            Rule(click_id=("gclid",)),
            Misfit("click_id", ("gclid",), ("fbclid",)),
            id="the click ids that there are",
        ),
    ],
)
def test_a_rule_that_does_not_fit_names_its_field(rule: Rule, misfit: Misfit) -> None:
    assert why(rules=(rule,)) == (Why.RULES, (misfit,))


def test_each_rule_has_its_misfit_and_the_first_that_fits_is_named() -> None:
    rules = (Rule(source=("google",)), Rule(device=("mobile",)), Rule(channel=(Channel.SOCIAL,)))
    campaign = replace(EVERYONE, rules=rules)

    (found,) = explain(make_plan(campaigns=(campaign,)), SITE, TOUCH, now=NOON).verdicts
    without = replace(campaign, rules=rules[:2])
    (lost,) = explain(make_plan(campaigns=(without,)), SITE, TOUCH, now=NOON).verdicts

    assert (found.why, found.rule, found.misfits) == (Why.DECIDES, 3, ())
    assert [one.field for one in lost.misfits] == ["source", "device"]


def test_one_that_matches_behind_another_decides_nothing() -> None:
    behind = replace(EVERYONE, key=OTHER)

    found = explain(make_plan(campaigns=(EVERYONE, behind)), SITE, TOUCH, now=NOON)

    assert [one.why for one in found.verdicts] == [Why.DECIDES, Why.BEHIND]
    assert [one.campaign.key for one in found.winners] == ["everyone"]


def test_two_campaigns_may_decide_each_for_its_vestiging() -> None:
    first = replace(EVERYONE, key=OTHER, method=Method.ORIGINAL, vestigingen=frozenset({ROTTERDAM}))

    found = explain(make_plan(campaigns=(first, EVERYONE)), SITE, TOUCH, now=NOON)

    assert [one.decides_for for one in found.winners] == [(ROTTERDAM,), (AMSTERDAM,)]
    assert [one.reason for one in found.shown] == [Reason.LEASE, Reason.CAMPAIGN]
    assert found.before_consent == ()


def test_where_visitors_are_asked_first_both_are_told() -> None:
    site = replace(SITE, consent=Consent.REQUIRED)
    plan = make_plan(sites=(site,), campaigns=(EVERYONE,))

    found = explain(plan, site, TOUCH, now=NOON)

    assert {one.reason for one in found.shown} == {Reason.LEASE}
    assert {one.reason for one in found.before_consent} == {Reason.NO_CONSENT}


def test_nobody_wins_where_nothing_matches() -> None:
    found = explain(make_plan(campaigns=()), SITE, TOUCH, now=NOON)

    assert found.winners == found.verdicts == ()
    assert {one.reason for one in found.shown} == {Reason.NO_CAMPAIGN}
