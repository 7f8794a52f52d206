"""Long work that goes on by itself: restating calls, forgetting visitors. One row is one piece."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wagtail_calltrack.models.facts import text, word
from wagtail_calltrack.models.words import JOB_KINDS, JOB_STATES


class Job(models.Model):
    """A piece of work: done in slices, each kept, so that it goes on where it stopped."""

    kind = word(_("work"), choices=JOB_KINDS)
    state = word(_("state"), choices=JOB_STATES, default="waiting")
    why = text(_("why"))
    cursor = models.BigIntegerField(default=0)
    done = models.PositiveIntegerField(_("done"), default=0)
    total = models.PositiveIntegerField(_("of"), default=0)
    changed_targets = models.PositiveIntegerField(default=0)
    """Of a restating: calls that are a target call, or spam, and were not, or the other way."""
    changed_categories = models.PositiveIntegerField(default=0)
    problem = text(_("problem"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    made_at = models.DateTimeField(_("asked for at"), auto_now_add=True)
    touched_at = models.DateTimeField(null=True)
    """When a slice of it was last done."""
    finished_at = models.DateTimeField(pgettext_lazy("work", "finished at"), null=True)

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        default_permissions = ("view",)
        constraints = (
            models.UniqueConstraint(
                fields=("kind",),
                condition=~models.Q(state="done"),
                name="calltrack_one_job_of_a_kind",
            ),
        )

    def __str__(self) -> str:
        """Say how far it is."""
        return f"{self.kind} · {self.done} / {self.total}"
