"""Test a URL and a referrer: how the arrival is read, which campaign it belongs to, and why.

The very code of the edge reads and decides (`calltrack.sources`, `calltrack.explaining`). Nothing
is stored, counted or leased. A campaign that is being edited is tested as it is typed, in its place
among the others; a new one comes last.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from calltrack.decision import Decision
from calltrack.explaining import Explanation, Verdict, Why, explain
from calltrack.numbers import national_text
from calltrack.plan import Plan, Site
from wagtail_calltrack.access.sight import EVERYTHING, Sight
from wagtail_calltrack.arrivals import Described, as_address, described, touch_of
from wagtail_calltrack.campaigns import sentences
from wagtail_calltrack.campaigns.form import CampaignForm
from wagtail_calltrack.models.words import DEVICES
from wagtail_calltrack.plan_out import Draft, campaign_fields, given, read
from wagtail_calltrack.reasons import WHY


class TrialForm(forms.Form):
    """An arrival to try."""

    url = forms.CharField(
        label=gettext_lazy("Address of the page"),
        help_text=gettext_lazy(
            "The whole address: https://www.example.nl/offer/?utm_source=google&utm_medium=cpc"
        ),
        max_length=2000,
    )
    referrer = forms.CharField(
        label=gettext_lazy("Referrer"),
        help_text=gettext_lazy(
            "The page with the link that was clicked: https://www.google.com/. Empty: typed in."
        ),
        required=False,
        max_length=2000,
    )
    region = forms.CharField(
        label=gettext_lazy("Region"),
        help_text=gettext_lazy("Country or province: NL, NL-NH."),
        required=False,
        max_length=6,
    )
    device = forms.ChoiceField(
        label=gettext_lazy("Device"),
        choices=[("", gettext_lazy("Not known")), *DEVICES],
        required=False,
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, prefix="trial")
        self.fields["url"].widget.attrs["autocomplete"] = "off"


@dataclass(frozen=True, slots=True)
class Line:
    """A campaign, what becomes of it, and why."""

    name: str
    decides: bool
    is_this: bool
    is_paused: bool
    reasons: Sequence[str]


@dataclass(frozen=True, slots=True)
class Shown:
    """What a vestiging shows."""

    vestiging: str
    number: str
    campaign: str
    why: str


@dataclass(frozen=True, slots=True)
class Result:
    """The answer; with `problem` alone where there is none."""

    problem: str = ""
    touch: Sequence[tuple[str, str]] = ()
    winners: str = ""
    lines: Sequence[Line] = ()
    shown: Sequence[Shown] = ()
    before_consent: Sequence[Shown] = ()


def try_arrival(
    said: Mapping[str, str],
    plan: Plan,
    *,
    now: datetime,
    this: str | None = None,
    sight: Sight = EVERYTHING,
) -> Result:
    """Answer. `said` are the cleaned fields of the form, `this` the key of the campaign edited."""
    sites = [site for site in plan.sites if sight.sees(site)]
    request = _request(said, sites)
    site = plan.site_for(request.host) if request else None
    if request is None or site is None or site not in sites:
        return Result(problem=_unknown_host(request.host if request else "", sites))
    touch = touch_of(request, site, region=said["region"], now=now)
    found = explain(plan, site, touch, now=now)
    return Result(
        touch=[*sentences.of_touch(touch), (_("site"), site.key)],
        winners=", ".join(f"«{sight.name(one.campaign)}»" for one in found.winners),
        lines=[_line(one, found, plan, this, sight) for one in found.verdicts],
        shown=[_shown(one, plan, sight) for one in found.shown],
        before_consent=[
            _shown(one, plan, sight)
            for one in found.before_consent
            if found.before_consent != found.shown
        ],
    )


def _request(said: Mapping[str, str], sites: Sequence[Site]) -> Described | None:
    text = said["url"].strip()
    if text.startswith("/") and sites:
        text = f"https://{sites[0].hosts[0]}{text}"
    try:
        found = urlsplit(as_address(text))
        host = found.hostname or ""
    except ValueError:
        return None
    referrer = said["referrer"].strip()
    return described(host, found.path, found.query, referrer=referrer, device=said["device"])


def _unknown_host(host: str, sites: Sequence[Site]) -> str:
    known = ", ".join(name for site in sites for name in site.hosts)
    if not known:
        return _("There is no site yet. Add one, with its host names, under Sites.")
    values = {"host": host, "known": known}
    if not host:
        return _("This is not the address of a page. The host names known are: %(known)s.") % values
    return _("«%(host)s» is none of your sites. The host names known are: %(known)s.") % values


def _line(verdict: Verdict, found: Explanation, plan: Plan, this: str | None, sight: Sight) -> Line:
    campaign = verdict.campaign
    is_mine = sight.sees_campaign(campaign.key)
    return Line(
        name=sight.name(campaign),
        decides=verdict.why is Why.DECIDES,
        is_this=campaign.key == this,
        is_paused=campaign.paused,
        reasons=_reasons(verdict, found, plan, sight) if is_mine or campaign.key == this else (),
    )


def _reasons(verdict: Verdict, found: Explanation, plan: Plan, sight: Sight) -> Sequence[str]:
    before = [
        sight.name(one.campaign)
        for one in found.winners
        if any(verdict.campaign.covers(vestiging) for vestiging in one.decides_for)
    ]
    reasons = sentences.of_verdict(verdict, before=before)
    if verdict.why is Why.DECIDES and len(verdict.decides_for) < len(plan.vestigingen):
        names = ", ".join(plan.vestigingen[key].name for key in verdict.decides_for)
        reasons = [*reasons, _("it decides for %(vestigingen)s") % {"vestigingen": names}]
    return reasons


def _shown(decision: Decision, plan: Plan, sight: Sight) -> Shown:
    assert decision.vestiging is not None  # noqa: S101 - each was asked for one by its name
    vestiging = plan.vestigingen[decision.vestiging]
    campaign = next((sight.name(c) for c in plan.campaigns if c.key == decision.campaign), "")
    number, why = _number(decision, national_text(vestiging.forwarding_number))
    return Shown(vestiging.name, number, campaign, why)


def _number(decision: Decision, original: str) -> tuple[str, str]:
    if decision.pool is not None:
        why = _("a number of the visitor's own, from pool «%(pool)s»") % {"pool": decision.pool}
        return "", why
    if decision.number is not None:
        return national_text(decision.number), str(WHY[decision.reason])
    why = _("the original: %(why)s") % {"why": WHY[decision.reason]}
    return original, why


def as_typed(form: CampaignForm) -> tuple[Draft, str]:
    """Give what the database would say with this form, which is valid, and the campaign's key.

    Nothing is saved or locked. A campaign that is there already keeps its key, for others name it.
    """
    draft = read()
    rows, campaigns = list(draft.rows["campaigns"]), list(draft.fields["campaigns"])
    at = next((at for at, row in enumerate(rows) if row.pk == form.instance.pk), len(rows))
    mapped = _typed(form)
    if at < len(rows):
        mapped["key"] = campaigns[at]["key"]
    rows[at : at + 1], campaigns[at : at + 1] = [form.instance], [mapped]
    numbers = list(_numbers_as_typed(form, draft, mapped["key"]))
    fields = {**draft.fields, "campaigns": campaigns, "numbers": numbers}
    return Draft(fields, {**draft.rows, "campaigns": rows}, draft.is_complete), mapped["key"]


def _typed(form: CampaignForm) -> dict[str, Any]:
    campaign, said, rules = form.instance, form.cleaned_data, form.formsets["rules"]
    live = [one for one in rules.forms if one.has_changed() or one.instance.pk]
    kept = [one for one in live if one not in rules.deleted_forms]
    kept.sort(key=lambda one: one.cleaned_data.get("ORDER") or 0)
    return given(
        campaign_fields(
            campaign,
            pool=campaign.pool.key if campaign.pool else None,
            rules=[one.instance for one in kept],
            sites=[one.key for one in said["sites"]],
            vestigingen=[one.key for one in said["vestigingen"]],
        )
    )


def _numbers_as_typed(form: CampaignForm, draft: Draft, key: str) -> Iterator[Mapping[str, Any]]:
    keys = {row.pk: row.key for row in draft.rows["vestigingen"]}  # type: ignore[attr-defined] # they are Vestigingen
    own = {row.pk for row in form.numbers.own}
    chosen = {pk: row for row, pk in form.numbers.chosen if pk is not None}
    for row, fields in zip(draft.rows["numbers"], draft.fields["numbers"], strict=True):
        if row.pk not in own and row.pk not in chosen:
            yield fields
            continue
        rest = {name: one for name, one in fields.items() if name not in {"campaign", "vestiging"}}
        line = chosen.get(row.pk)
        if line is None:
            yield rest
            continue
        kept = line.number is not None and line.number.pk == row.pk
        vestiging = fields.get("vestiging") if kept else None
        if line.vestiging is not None and (not kept or form.numbers.is_named(line)):
            vestiging = keys.get(line.vestiging.pk)
        yield given({**rest, "campaign": key, "vestiging": vestiging})
