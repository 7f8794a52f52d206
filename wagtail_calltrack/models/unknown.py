"""Events that this version of the plugin cannot read, kept as they came, for a later one."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from wagtail_calltrack.models.facts import Fact, word


class UnknownEvent(Fact):
    """An event of a kind that is not known here."""

    id = models.UUIDField(primary_key=True, editable=False)
    kind = word(_("kind"))
    at = models.DateTimeField(_("at"))
    data = models.JSONField(_("data"))
    came_at = models.DateTimeField(_("came at"))

    class Meta(Fact.Meta):
        verbose_name = _("unknown event")
        verbose_name_plural = _("unknown events")

    def __str__(self) -> str:
        """Give the kind."""
        return str(self.kind)
