"""By what the listing of calls is narrowed."""

from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, QuerySet
from django.forms import CheckboxSelectMultiple
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import DateRangePickerWidget

from calltrack.callbacks import MISSED
from wagtail_calltrack.calllog.brought import BroughtFilters, campaigns
from wagtail_calltrack.models import Call, CallCategory, Category, TrackedSite, Vestiging
from wagtail_calltrack.models.words import CALL_STATES, DIRECTIONS
from wagtail_calltrack.phones import shared_digits

ANSWERED_LATER = [("yes", _("Missed, and called back")), ("no", _("Missed, and not called back"))]


class CallFilters(BroughtFilters):
    """Period, status, what it counts for, what it is about, and where it came from."""

    started_at = django_filters.DateFromToRangeFilter(label=_("Days"), widget=DateRangePickerWidget)
    status = django_filters.MultipleChoiceFilter(
        label=_("Status"), choices=CALL_STATES, widget=CheckboxSelectMultiple
    )
    direction = django_filters.ChoiceFilter(
        label=_("Direction"), choices=DIRECTIONS, empty_label=_("All")
    )
    number = django_filters.CharFilter(label=_("Number called"), method="by_number")
    is_target = django_filters.BooleanFilter(label=_("Target call"))
    is_spam = django_filters.BooleanFilter(label=_("Spam"))
    called_back = django_filters.ChoiceFilter(
        label=_("Called back"), choices=ANSWERED_LATER, method="by_answer", empty_label=_("All")
    )
    category = django_filters.ModelChoiceFilter(
        label=_("Category"), queryset=Category.objects.all(), method="by_category"
    )
    vestiging = django_filters.ModelChoiceFilter(
        label=_("Vestiging"), queryset=Vestiging.objects.order_by("sort_order"), method="by_key"
    )
    campaign = django_filters.ModelChoiceFilter(
        label=_("Campaign"), queryset=campaigns, method="by_key"
    )
    site = django_filters.ModelChoiceFilter(label=_("Site"), queryset=TrackedSite.objects.all())

    class Meta:
        model = Call
        fields = ()

    def by_key(self, rows: QuerySet[Call], name: str, row: Any) -> Any:
        """Give those that name a row of the Plan by its key."""
        return rows.filter(**{name: row.key})

    def by_number(self, rows: QuerySet[Call], _name: str, number: str) -> Any:
        """Give those to one number, however it is written."""
        digits = shared_digits(number)
        return rows.filter(number__endswith=digits) if digits else rows.none()

    def by_answer(self, rows: QuerySet[Call], _name: str, word: str) -> Any:
        """Give missed calls that were, or were not, called back."""
        missed = rows.filter(status__in=MISSED, direction="in", is_spam=False)
        return missed.filter(called_back_by__isnull=word == "no")

    def by_category(self, rows: QuerySet[Call], _name: str, category: Category) -> Any:
        """Give those that have a category."""
        given = CallCategory.objects.filter(
            call=OuterRef("pk"), category=category, is_taken_away=False
        )
        return rows.filter(Exists(given))
