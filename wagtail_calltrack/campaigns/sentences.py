"""Rules, arrivals and verdicts in words that a marketer knows.

A rule is a sentence: "source is google and medium is cpc or ppc". campaign-rules.js writes the same
sentence while an editor types, with the words that `words_for_script` gives it.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from calltrack.explaining import Misfit, Verdict, Why
from calltrack.patterns import ANYTHING
from calltrack.plan import Rule
from calltrack.touch import Touch
from wagtail_calltrack.models import CampaignRule
from wagtail_calltrack.models.rule import FIELDS
from wagtail_calltrack.models.words import CHANNELS, DEVICES

NAMES: Mapping[str, Any] = {
    "source": gettext_lazy("source"),
    "medium": gettext_lazy("medium"),
    "campaign": gettext_lazy("campaign tag"),
    "term": gettext_lazy("keyword"),
    "content": gettext_lazy("advertisement"),
    "click_id": gettext_lazy("click id"),
    "referrer": gettext_lazy("referring site"),
    "landing_path": gettext_lazy("first page"),
    "channel": gettext_lazy("channel"),
    "region": gettext_lazy("region"),
    "device": gettext_lazy("device"),
}
"""What the fields of a rule, and of an arrival, are called inside a sentence."""

WORDS: Mapping[str, Mapping[str, Any]] = {"channel": dict(CHANNELS), "device": dict(DEVICES)}

MOST_RULES = 3
"""Rules that a listing shows of a campaign."""


def given(row: CampaignRule) -> Mapping[str, Sequence[str]]:
    """Give the fields of a rule's row under the names that the Plan has for them."""
    return {name.removesuffix("_tag"): getattr(row, name) for name in FIELDS}


def of_rule(fields: Mapping[str, Sequence[str]]) -> str:
    """Say what a rule matches."""
    parts = [_of_field(name, fields[name]) for name in NAMES if fields.get(name)]
    return _(" and ").join(parts) or _("says nothing yet: fill in at least one field")


def of_plan_rule(rule: Rule) -> str:
    """Say what a rule of the Plan matches."""
    return of_rule({name: getattr(rule, name) for name in NAMES})


def _of_field(name: str, patterns: Sequence[str]) -> str:
    if tuple(patterns) == (ANYTHING,):
        return _("%(field)s is known") % {"field": NAMES[name]}
    return _("%(field)s is %(values)s") % {"field": NAMES[name], "values": either(name, patterns)}


def either(name: str, patterns: Sequence[str]) -> str:
    """List what a field may be."""
    words = WORDS.get(name, {})
    return _(" or ").join(str(words.get(one, one)) for one in patterns)


def words_for_script() -> str:
    """Give the words that a rule's sentence is made of."""
    return json.dumps(
        {
            "and": _(" and "),
            "or": _(" or "),
            "is": _("%(field)s is %(values)s"),
            "known": _("%(field)s is known"),
            "nothing": _("says nothing yet: fill in at least one field"),
            "fields": {name: str(NAMES[name.removesuffix("_tag")]) for name in FIELDS},
        }
    )


def of_visitors(
    rules: Iterable[CampaignRule], *, off_site: bool, most: int | None = MOST_RULES
) -> list[str]:
    """Say whose visitors a campaign's are, a line for each rule."""
    if off_site:
        return [_("Nobody on the site: it is off-site")]
    lines = [of_rule(given(row)) for row in rules]
    if most is not None and len(lines) > most:
        left = len(lines) - most
        lines = [*lines[:most], _("and %(count)s more rules") % {"count": left}]
    return lines or [_("Everybody")]


def of_touch(touch: Touch) -> list[tuple[str, str]]:
    """List how an arrival was read: what is known of it."""
    click_ids = ", ".join(touch.click_ids)
    values = {name: str(getattr(touch, name, "")) for name in NAMES}
    values |= {
        "click_id": click_ids,
        "channel": either("channel", (touch.channel.value,)),
        "device": either("device", (touch.device,)),
    }
    order = ("channel", *(name for name in NAMES if name != "channel"))
    return [(str(NAMES[name]), values[name]) for name in order if values[name]]


def of_misfit(misfit: Misfit) -> str:
    """Say why a rule does not fit."""
    words = {
        "field": NAMES[misfit.field],
        "says": either(misfit.field, misfit.says),
        "wants": either(misfit.field, misfit.wants),
    }
    if misfit.wants == (ANYTHING,):
        return _("%(field)s is not known, and the rule wants one") % words
    if not misfit.says:
        return _("%(field)s is not known, and the rule wants %(wants)s") % words
    return _("%(field)s is «%(says)s», and the rule wants %(wants)s") % words


def of_verdict(verdict: Verdict, *, before: Sequence[str] = ()) -> list[str]:
    """Say what becomes of a campaign, and why. `before` are the names of those that decide."""
    campaign = verdict.campaign
    if verdict.why is Why.RULES:
        return _of_misfits(verdict.misfits)
    if verdict.why is Why.DECIDES:
        if not verdict.rule:
            return [_("it has no rules, and so matches everybody")]
        rule = of_plan_rule(campaign.rules[verdict.rule - 1])
        return [_("rule %(number)s matches: %(rule)s") % {"number": verdict.rule, "rule": rule}]
    moment = campaign.starts_at if verdict.why is Why.TO_COME else campaign.ends_at
    day = date_format(localtime(moment), "DATETIME_FORMAT") if moment else ""
    sentences = {
        Why.BEHIND: _("it matches, but comes behind %(names)s, and the first one counts")
        % {"names": ", ".join(f"«{name}»" for name in before)},
        Why.OFF_SITE: _("it is off-site: no visitor belongs to it"),
        Why.SITE: _("it is not for this site"),
        Why.TO_COME: _("it begins on %(day)s") % {"day": day},
        Why.OVER: _("it ended on %(day)s") % {"day": day},
    }
    return [sentences[verdict.why]]


def _of_misfits(misfits: Sequence[Misfit]) -> list[str]:
    if len(misfits) == 1:
        return [of_misfit(misfits[0])]
    return [
        _("rule %(number)s: %(reason)s") % {"number": at, "reason": of_misfit(one)}
        for at, one in enumerate(misfits, 1)
    ]
