"""Forms in which an editor of some sites makes and changes what belongs to these sites alone."""

from collections.abc import Collection
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.models import Site

from wagtail_calltrack.access.policies import POLICIES


class OwnRowsForm(WagtailAdminModelForm):
    """A row. `limit` has the sites that its editor is limited to; None is the whole firm."""

    limit: frozenset[int] | None = None

    class Media:
        """What it looks like on a phone."""

        css: ClassVar = {"all": ["wagtail_calltrack/forms.css"]}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        policy = POLICIES.get(type(self.instance))
        if policy is None or self.for_user is None:
            return
        adding = self.instance._state.adding  # noqa: SLF001 - Django documents it for this
        self.limit = policy.limit(self.for_user, ["add" if adding else "change"])
        field = self.fields.get(policy.field)
        if self.limit is None or field is None:
            return
        field.queryset = _rows_of(field.queryset.model, self.limit)
        field.required = True
        field.help_text = _("What you choose from is what belongs to your sites alone.")
        field.error_messages["required"] = _(
            "Choose at least one: without any it would be for the whole firm, and you work for "
            "some of its sites."
        )


def _rows_of(model: Any, sites: Collection[int]) -> Any:
    if model is Site:
        return Site.objects.filter(pk__in=sites)
    return POLICIES[model].rows_of(sites)
