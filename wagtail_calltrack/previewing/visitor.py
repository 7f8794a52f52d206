"""Who the visitor is, as an editor says it.

What is filled in becomes the request that such a visitor would send, read as the proxy reads it:
so a channel is what it would be, and nothing is guessed twice.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext_lazy as _

from calltrack.addresses import read_address
from calltrack.plan import Plan, Site
from calltrack.sources import CLICK_SITES, read_arrival
from calltrack.touch import DEVICES, Touch
from wagtail_calltrack.access.sight import Sight

AGENTS = {
    "desktop": "Mozilla/5.0 (X11; Linux x86_64)",
    "mobile": "Mozilla/5.0 (iPhone) Mobile",
    "tablet": "Mozilla/5.0 (iPad)",
}

_DEVICE_WORDS = {"desktop": _("Desktop"), "mobile": _("Mobile"), "tablet": _("Tablet")}


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
        self._offer("device", [("", "-"), *((name, _DEVICE_WORDS[name]) for name in DEVICES)])

    def _offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        cast(forms.ChoiceField, self.fields[name]).choices = choices

    def clean_referrer(self) -> str:
        """Take a host alone, too."""
        referrer = str(self.cleaned_data["referrer"]).strip()
        if referrer and "://" not in referrer:
            referrer = f"https://{referrer}"
        if referrer and read_address(referrer) is None:
            raise forms.ValidationError(_("Write an address, such as https://www.google.com/"))
        return referrer


@dataclass(frozen=True, slots=True)
class _Request:
    """The request that the visitor would send."""

    host: str
    path: str
    query: str
    headers: Mapping[str, str] = field(default_factory=dict)


def touch_of(said: Mapping[str, Any], site: Site, path: str, *, now: datetime) -> Touch:
    """Give the touch of a visitor who lands on a page."""
    tags = {"utm_source": said["source"], "utm_medium": said["medium"], "utm_campaign": said["tag"]}
    if said["click_id"]:
        tags[said["click_id"]] = "preview"
    query = urlencode({name: value for name, value in tags.items() if value})
    headers = {"Referer": said["referrer"], "User-Agent": AGENTS.get(said["device"], "")}
    request = _Request(site.hosts[0], path, query, headers)
    return read_arrival(
        request,
        own_hosts=site.hosts,
        cookie_domain=site.cookie_domain,
        now=now,
        region=said["region"].upper(),
    ).touch
