"""What can be done with many numbers at once."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from calltrack.plan import NumberState
from wagtail_calltrack.bulk_actions.actions import PlanBulkAction
from wagtail_calltrack.lease_history import current_holdings
from wagtail_calltrack.models import Pool, TrackingNumber
from wagtail_calltrack.viewsets.stock import NumberViewSet


class NumberAction(PlanBulkAction):
    """Something done with numbers. The confirm page tells how many visitors have one now."""

    models = (TrackingNumber,)
    viewset = NumberViewSet("calltrack_numbers")
    icon = "mobile-alt"

    def notes(self, rows: Sequence[TrackingNumber]) -> list[str]:
        """Count those that are promised to a visitor."""
        now = timezone.now()
        held = {one.number.e164 for one in current_holdings(now) if one.is_promised(now)}
        count = sum(row.number in held for row in rows)
        if not count:
            return [
                _("None of them is promised to a visitor now, as far as the edges have reported.")
            ]
        sentence = ngettext(
            "%(n)s of them is promised to a visitor now. It goes to nobody else before that "
            "promise is over.",
            "%(n)s of them are promised to visitors now. They go to nobody else before these "
            "promises are over.",
            count,
        )
        return [sentence % {"n": count}]


class PoolForm(forms.Form):
    """Which pool."""

    pool = forms.ModelChoiceField(label=gettext_lazy("Pool"), queryset=Pool.objects.order_by("key"))


class MoveToPool(NumberAction):
    """Into a pool, from wherever they are."""

    display_name = gettext_lazy("Move to a pool")
    aria_label = gettext_lazy("Move the selected numbers to a pool")
    action_type = "calltrack_move"
    action_priority = 10
    form_class = PoolForm
    button = pgettext_lazy("numbers", "Move")
    consequence = gettext_lazy(
        "They go into the pool that you choose, out of the pool or campaign where they are."
    )

    def values(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Give the new place."""
        return {"pool": given["pool"], "campaign": None, "vestiging": None}

    def said(self, given: Mapping[str, Any]) -> str:
        """Name the pool."""
        return _("Moved to the pool «%(pool)s»") % {"pool": given["pool"]}


class IntoStock(NumberAction):
    """Out of pool and campaign."""

    display_name = gettext_lazy("Into stock")
    aria_label = gettext_lazy("Put the selected numbers into stock")
    action_type = "calltrack_stock"
    action_priority = 20
    button = gettext_lazy("Put into stock")
    consequence = gettext_lazy(
        "They leave the pool or campaign where they are. New visitors do not get them any more."
    )
    sets: ClassVar = {"pool": None, "campaign": None, "vestiging": None}
    told = gettext_lazy("Put into stock")


class Disable(NumberAction):
    """Shown to nobody."""

    display_name = gettext_lazy("Disable")
    aria_label = gettext_lazy("Disable the selected numbers")
    action_type = "calltrack_disable"
    action_priority = 30
    button = gettext_lazy("Disable")
    consequence = gettext_lazy(
        "They are shown to nobody, at once: not to visitors who have one, either. Calls to them "
        "still come in."
    )
    sets: ClassVar = {"state": NumberState.DISABLED.value}
    told = gettext_lazy("Disabled")


class Enable(NumberAction):
    """In use again."""

    display_name = gettext_lazy("Enable")
    aria_label = gettext_lazy("Enable the selected numbers")
    action_type = "calltrack_enable"
    action_priority = 40
    button = gettext_lazy("Enable")
    consequence = gettext_lazy("They may be shown again, in the pool or campaign where they are.")
    sets: ClassVar = {"state": NumberState.ACTIVE.value}
    told = pgettext_lazy("numbers", "Enabled")


class Release(NumberAction):
    """Taken back from their visitors."""

    display_name = gettext_lazy("Release now")
    aria_label = gettext_lazy("Take the selected numbers back from their visitors")
    action_type = "calltrack_release"
    action_priority = 50
    button = gettext_lazy("Release now")
    consequence = gettext_lazy(
        "Visitors who have one of them get another with their next page. The numbers stay in "
        "their pools."
    )
    told = gettext_lazy("Released")

    def values(self, given: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ARG002 - nothing is filled in
        """Give the moment."""
        return {"released_at": timezone.now()}


class RentForm(forms.Form):
    """Carrier and cost: what is left empty stays as it is."""

    carrier = forms.CharField(label=gettext_lazy("Carrier"), max_length=100, required=False)
    monthly_cost = forms.DecimalField(
        label=gettext_lazy("Monthly cost"),
        max_digits=8,
        decimal_places=2,
        required=False,
        validators=[MinValueValidator(0)],
        localize=True,
    )

    def clean(self) -> dict[str, Any]:
        """Want at least one of them."""
        given: dict[str, Any] = super().clean() or {}
        if not self.errors and not given["carrier"] and given["monthly_cost"] is None:
            raise ValidationError(_("Fill in the carrier, the monthly cost, or both."))
        return given


class SetRent(NumberAction):
    """Carrier and cost."""

    display_name = gettext_lazy("Set carrier or cost")
    aria_label = gettext_lazy("Set carrier or monthly cost of the selected numbers")
    action_type = "calltrack_rent"
    action_priority = 60
    form_class = RentForm
    button = gettext_lazy("Set")
    consequence = gettext_lazy("What you leave empty stays as it is.")

    def values(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Give what was filled in."""
        return {name: value for name, value in given.items() if value not in {None, ""}}

    def said(self, given: Mapping[str, Any]) -> str:
        """Tell what was filled in."""
        told = (
            (_("Carrier"), given["carrier"]),
            (_("Monthly cost"), given["monthly_cost"]),
        )
        return "; ".join(f"{label}: {value}" for label, value in told if value not in {None, ""})


ACTIONS = (MoveToPool, IntoStock, Disable, Enable, Release, SetRent)
