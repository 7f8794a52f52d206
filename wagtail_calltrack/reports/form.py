"""The form over a report: days, filters, attribution model, and what to compare with."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wagtail_calltrack.models import CallSettings, Campaign, TrackedSite, Vestiging
from wagtail_calltrack.models.words import CHANNELS, MODELS
from wagtail_calltrack.reports.asked import Asked, Dimension
from wagtail_calltrack.reports.periods import FIRST_DAY, LAST_DAY, PRESETS, USUAL, Period, preset
from wagtail_calltrack.reports.seeing import Seen

BEFORE, NOTHING = "before", "nothing"
_ALL = ("", _("All"))


class Day(forms.DateField):
    """A day that a report may be about."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(widget=widget, input_formats=["%Y-%m-%d"], **options)

    def validate(self, value: Any) -> None:
        """Refuse days that nobody means."""
        super().validate(value)
        if value and not FIRST_DAY <= value <= LAST_DAY:
            raise ValidationError(_("Choose a day of this century."))


class ReportForm(forms.Form):
    """What is asked of a report."""

    first = Day(label=_("From"))
    last = Day(label=pgettext_lazy("period", "To"))
    site = forms.ChoiceField(label=_("Site"), required=False)
    vestiging = forms.ChoiceField(label=_("Vestiging"), required=False)
    campaign = forms.ChoiceField(label=_("Campaign"), required=False)
    channel = forms.ChoiceField(label=_("Channel"), required=False, choices=[_ALL, *CHANNELS])
    model = forms.ChoiceField(label=_("Attribution model"), choices=MODELS)
    compare = forms.ChoiceField(
        label=_("Compare with"),
        choices=[(BEFORE, _("The period before")), (NOTHING, _("Nothing"))],
    )

    def __init__(self, given: QueryDict, seen: Seen) -> None:
        super().__init__(_completed(given), auto_id="report-%s", label_suffix="")
        self._seen = seen
        choices: Mapping[str, Any] = {
            "site": TrackedSite.objects.order_by("key").values_list("key", "key"),
            "vestiging": Vestiging.objects.order_by("sort_order").values_list("key", "name"),
            "campaign": Campaign.objects.order_by("sort_order").values_list("key", "name"),
        }
        own = {"site": set((seen.sites or {}).values()), "campaign": set(seen.campaigns or ())}
        for name, found in choices.items():
            mine = own.get(name) if seen.sites is not None else None
            field: Any = self.fields[name]
            field.choices = [_ALL, *(one for one in found if mine is None or one[0] in mine)]

    def clean(self) -> dict[str, Any]:
        """Refuse days in the wrong order."""
        found = super().clean() or {}
        if "first" in found and "last" in found and found["first"] > found["last"]:
            raise ValidationError(_("The last day comes before the first."))
        return found

    def asked(self, dimension: Dimension) -> Asked:
        """Give what is asked for; in the place of what is wrong, what is usual."""
        self.full_clean()
        values = self.cleaned_data
        first, last = values.get("first"), values.get("last")
        period = preset(USUAL, timezone.localdate())
        if first and last and first <= last:
            period = Period(first, last)
        return Asked(
            dimension=dimension,
            period=period,
            model=values.get("model") or CallSettings.current().model,
            own_sites=self._seen.sites,
            own_campaigns=self._seen.campaigns,
            **{name: values.get(name, "") for name in ("site", "vestiging", "campaign", "channel")},
        )

    @property
    def compares(self) -> bool:
        """Say whether the period before stands beside."""
        return bool(self["compare"].value() != NOTHING)


def _completed(given: QueryDict) -> QueryDict:
    """Fill in what is usual; a preset's name stands for its days."""
    found = given.copy()
    name = given.get("period", "")
    if name in PRESETS or not (given.get("first") or given.get("last")):
        days = preset(name, timezone.localdate())
        found["first"], found["last"] = days.first.isoformat(), days.last.isoformat()
    if not given.get("model"):
        found["model"] = CallSettings.current().model
    found.setdefault("compare", BEFORE)
    return found


def preset_links(given: QueryDict, period: Period) -> Iterator[tuple[object, str, bool]]:
    """Give each preset's name, its query, and whether it is what is shown."""
    today = timezone.localdate()
    for name, label in PRESETS.items():
        query = given.copy()
        for gone in ("first", "last", "p", "export"):
            query.pop(gone, None)
        query["period"] = name
        yield label, query.urlencode(), preset(name, today) == period
