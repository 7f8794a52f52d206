"""What is asked: the address of a page, and who the visitor is."""

from collections.abc import Collection
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from calltrack.plan import Plan, Site
from wagtail_calltrack.access.sight import Sight
from wagtail_calltrack.previewing.visitor import VisitorForm, in_sight
from wagtail_calltrack.why.asked import Asked, read_asked


class WhyForm(VisitorForm):
    """A page, and a visitor; after `is_valid`, `asked` and `site` say which page."""

    url = forms.CharField(
        label=gettext_lazy("Address of the page"),
        max_length=2000,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "url"}),
    )
    field_order = ("url",)

    def __init__(
        self,
        *args: Any,
        plan: Plan,
        sight: Sight,
        own_port: str = "",
        **options: Any,
    ) -> None:
        """Take what the editor may see: `sight`; and the port by which the admin is asked for."""
        self._plan = plan
        self._sites = [one for one in plan.sites if sight.sees(one)]
        self._own_port = own_port
        known = in_sight(plan, {one.key for one in self._sites}, sight.campaigns)
        super().__init__(*args, plan=plan, sight=known, **options)
        example = next(iter(self.hosts), "www.example.nl")
        self.fields["url"].help_text = _(
            "Of your own site, as it stands in the browser: https://%(host)s/. Tags behind a ? "
            "count, too."
        ) % {"host": example}

    @property
    def hosts(self) -> Collection[str]:
        """Give the hosts whose pages may be asked for."""
        return [host for one in self._sites for host in one.hosts]

    @property
    def asked(self) -> Asked:
        """Give the page."""
        return cast(Asked, self.cleaned_data["url"])

    @property
    def site(self) -> Site:
        """Give the page's site."""
        return next(one for one in self._sites if self.asked.host in one.hosts)

    def clean_url(self) -> Asked:
        """Take a page of one of the sites, and nothing else."""
        return read_asked(str(self.cleaned_data["url"]), self.hosts, own_port=self._own_port)

    def clean(self) -> dict[str, Any]:
        """Take a campaign that the page's site can have."""
        said = super().clean() or self.cleaned_data
        named = next((one for one in self._plan.campaigns if one.key == said.get("campaign")), None)
        if named and said.get("url") and named.sites and self.site.key not in named.sites:
            self.add_error("campaign", _("This campaign is not for the site of the page."))
        return said
