"""Who the visitor is, as an editor says it."""

from collections.abc import Mapping
from typing import Any, cast
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext_lazy as _

from calltrack.addresses import read_address
from calltrack.plan import Plan, Site
from calltrack.sources import CLICK_SITES
from wagtail_calltrack.access.sight import Sight
from wagtail_calltrack.arrivals import Described, as_address, described
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


def request_of(said: Mapping[str, Any], site: Site, path: str) -> Described:
    """Give the request of a visitor who lands on a page."""
    tags = {"utm_source": said["source"], "utm_medium": said["medium"], "utm_campaign": said["tag"]}
    if said["click_id"]:
        tags[said["click_id"]] = "preview"
    query = urlencode({name: value for name, value in tags.items() if value})
    referrer, device = said["referrer"], said["device"]
    return described(site.hosts[0], path, query, referrer=referrer, device=device)
