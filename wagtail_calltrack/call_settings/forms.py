"""What the forms of rules refuse: rules that fit no call, or that say nothing."""

from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from wagtail.admin.forms import WagtailAdminModelForm

from calltrack.calls import CallStatus
from wagtail_calltrack.models.words import CALL_STATES

CONDITIONS = (
    "status",
    "least_talk_seconds",
    "most_talk_seconds",
    "campaign",
    "vestiging",
    "channel",
    "from_hour",
    "to_hour",
)


class RuleForm(WagtailAdminModelForm):
    """A rule, or what counts where there is none."""

    class Media:
        """What it looks like on a phone."""

        css: ClassVar = {"all": ["wagtail_calltrack/forms.css"]}


class CategoryRuleForm(RuleForm):
    """A category rule."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        over = [one for one in CALL_STATES if CallStatus(one[0]).is_over]
        self.fields["status"].choices = [("", pgettext("call", "Any")), *over]
        self.fields["channel"].choices = [
            ("", pgettext("call", "Any")),
            *(one for one in self.fields["channel"].choices if one[0]),
        ]

    def clean(self) -> Any:
        """Refuse a rule without conditions, and one that no call can meet."""
        found = super().clean()
        if not self.errors and all(found.get(name) in (None, "") for name in CONDITIONS):
            self.add_error(None, _("Give at least one condition: this rule would fit no call."))
        least, most = found.get("least_talk_seconds"), found.get("most_talk_seconds")
        if least is not None and most is not None and least > most:
            self.add_error("most_talk_seconds", _("This is less than the talk time from."))
        return found
