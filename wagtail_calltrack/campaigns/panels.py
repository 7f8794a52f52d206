"""Parts of the campaign's form: a rule's sentence, fields put away, numbers, and the test box.

Each is a panel of Wagtail's with a template of its own, and works without JavaScript.
"""

from typing import Any

from django.forms import Media
from django.urls import reverse
from wagtail.admin.panels import MultiFieldPanel, Panel

from wagtail_calltrack.campaigns import sentences
from wagtail_calltrack.campaigns.trial import TrialForm

TEMPLATES = "wagtail_calltrack/campaigns/"


class RuleSentencePanel(Panel):
    """What a rule matches, in a sentence. campaign-rules.js keeps it true while somebody types."""

    class BoundPanel(Panel.BoundPanel):
        """The sentence of one rule."""

        template_name = f"{TEMPLATES}rule_sentence.html"

        def get_context_data(self, parent_context: Any = None) -> Any:
            """Give the sentence, and the words it is made of."""
            return {
                **super().get_context_data(parent_context),
                "sentence": sentences.of_rule(sentences.given(self.instance)),
                "words": sentences.words_for_script(),
            }


class MorePanel(MultiFieldPanel):
    """Fields that are seldom used: put away, unless one of them says something or is wrong."""

    class BoundPanel(MultiFieldPanel.BoundPanel):
        """The fields of one rule."""

        template_name = f"{TEMPLATES}more.html"

        def get_context_data(self, parent_context: Any = None) -> Any:
            """Say whether it stands open."""
            names = self.panel.get_form_options().get("fields", [])
            errors = set(names) & set(self.form.errors) if self.form.is_bound else set()
            is_used = any(getattr(self.instance, name, None) for name in names)
            context = super().get_context_data(parent_context)
            return {**context, "is_open": bool(errors) or is_used}


class NumbersPanel(Panel):
    """The campaign's numbers: vestiging → number."""

    class BoundPanel(Panel.BoundPanel):
        """The table."""

        template_name = f"{TEMPLATES}numbers.html"


class TrialPanel(Panel):
    """The test box. Its fields have no name until it is asked, so that they count for nothing."""

    class BoundPanel(Panel.BoundPanel):
        """The box."""

        template_name = f"{TEMPLATES}trial_box.html"

        @property
        def media(self) -> Media:
            """Give what all these panels need: Wagtail does not ask those inside a rule."""
            folder = "wagtail_calltrack/"
            return Media(
                css={"all": [f"{folder}campaigns.css"]},
                js=[f"{folder}campaign-trial.js", f"{folder}campaign-rules.js"],
            )

        def get_context_data(self, parent_context: Any = None) -> Any:
            """Give the fields, and where to ask."""
            pk = self.instance.pk if self.form.instance.pk and not self.form.is_copy else None
            name = "calltrack_campaigns:trial_typed"
            url = reverse(name, args=(pk,)) if pk else reverse(f"{name}_new")
            context = super().get_context_data(parent_context)
            return {**context, "trial": TrialForm(), "trial_url": url, "in_form": True}
