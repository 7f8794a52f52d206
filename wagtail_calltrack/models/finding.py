"""Phone numbers that were typed into content by hand, as the last look found them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from wagtail_calltrack.models.facts import Fact

KINDS = (
    ("tracking", _("tracking number: whoever reads it calls as somebody else")),
    ("forwarding", _("forwarding number without a placeholder")),
)


class ContentFinding(Fact):
    """A number in one field of one row: a page, a snippet, an image."""

    content_type = models.ForeignKey(
        "contenttypes.ContentType", on_delete=models.CASCADE, related_name="+"
    )
    object_id = models.CharField(max_length=64)
    title = models.CharField(_("where"), max_length=255)
    field = models.CharField(_("field"), max_length=100)
    kind = models.CharField(_("kind"), max_length=20, choices=KINDS)
    number = models.CharField(_("number"), max_length=16)
    excerpt = models.CharField(_("text"), max_length=200, blank=True, default="")
    found_at = models.DateTimeField(_("found at"))

    class Meta(Fact.Meta):
        verbose_name = _("number in content")
        verbose_name_plural = _("numbers in content")
        indexes = (models.Index(fields=("content_type", "object_id"), name="calltrack_found_in"),)

    def __str__(self) -> str:
        """Name number and place."""
        return f"{self.number} · {self.title}"
