"""Who the visitor is, as an editor says it."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, cast
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext_lazy as _

from calltrack.addresses import read_address
from calltrack.decision import Viewer, stranger
from calltrack.plan import Plan, Site
from calltrack.sources import CLICK_SITES
from wagtail_calltrack.access.sight import Sight
from wagtail_calltrack.arrivals import Described, as_address, described, touch_of
from wagtail_calltrack.models.words import DEVICES


class VisitorForm(forms.Form):
    """All of it may stay empty: that is a visitor who typed the address in."""

    campaign = forms.ChoiceField(
        label=_("Campaign"),
        required=False,
        help_text=_("A visitor of this campaign, whatever the fields below say."),
    )
    source = forms.CharField(label=_("Source"), required=False, max_length=100)
    medium = forms.CharField(label=_("Medium"), required=False, max_length=100)
    tag = forms.CharField(label=_("Campaign tag"), required=False, max_length=100)
    term = forms.CharField(label=_("Keyword"), required=False, max_length=100)
    click_id = forms.ChoiceField(label=_("Click id"), required=False)
    referrer = forms.CharField(
        label=_("Referrer"),
        required=False,
        max_length=1000,
        help_text=_("The page that linked here: https://www.google.com/"),
    )
    region = forms.RegexField(
        r"(?i)\A[a-z]{2}(-[a-z0-9]{1,3})?\Z",
        label=_("Region"),
        required=False,
        help_text=_("A country, or a part of one: NL, or NL-NH"),
        error_messages={"invalid": _("Write the code of a country, NL, or of a part, NL-NH.")},
    )
    device = forms.ChoiceField(label=_("Device"), required=False)
    refused = forms.BooleanField(
        label=_("Did not agree to cookies"),
        required=False,
        help_text=_("Nothing is kept of such a visitor, so no number is leased."),
    )

    def __init__(self, *args: Any, plan: Plan, sight: Sight, **options: Any) -> None:
        super().__init__(*args, **options)
        seen = [one for one in plan.campaigns if sight.sees_campaign(one.key)]
        here = [(one.key, one.name) for one in seen if not one.off_site]
        self._offer("campaign", [("", _("the first that matches")), *here])
        self._offer("click_id", [("", "-"), *((name, name) for name in CLICK_SITES)])
        self._offer("device", [("", "-"), *DEVICES])

    def _offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        cast(forms.ChoiceField, self.fields[name]).choices = choices

    def clean_referrer(self) -> str:
        """Take a host alone, too."""
        referrer = str(self.cleaned_data["referrer"]).strip()
        if referrer and read_address(as_address(referrer)) is None:
            raise forms.ValidationError(_("Write an address, such as https://www.google.com/"))
        return referrer


def in_sight(plan: Plan, sites: Collection[str], mine: Collection[str] | None) -> Sight:
    """Give the campaigns that are told by name: the sites', and of these `mine`; None is all."""
    here = {one.key for one in plan.campaigns if not one.sites or not one.sites.isdisjoint(sites)}
    return Sight(here if mine is None else here.intersection(mine))


def viewer_of(
    said: Mapping[str, Any], plan: Plan, site: Site, path: str, *, query: str = "", now: datetime
) -> Viewer:
    """Give what the Plan has for a visitor who lands on a page, or for one of a named campaign."""
    named = tuple(one for one in plan.campaigns if one.key == said["campaign"])
    request = _request(said, site, path, query)
    touch = touch_of(request, site, region=said["region"], now=now)
    found = named or stranger(plan, site.key, touch, now=now).campaigns
    return Viewer(found, may_lease=not said["refused"])


def _request(said: Mapping[str, Any], site: Site, path: str, query: str) -> Described:
    tags = {
        "utm_source": said["source"],
        "utm_medium": said["medium"],
        "utm_campaign": said["tag"],
        "utm_term": said["term"],
    }
    if said["click_id"]:
        tags[said["click_id"]] = "preview"
    typed = urlencode({name: value for name, value in tags.items() if value})
    both = "&".join(filter(None, (typed, query)))  # of two of one name the first counts
    referrer, device = said["referrer"], said["device"]
    return described(site.hosts[0], path, both, referrer=referrer, device=device)
