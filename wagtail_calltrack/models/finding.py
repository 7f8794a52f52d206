"""Phone numbers that were typed into content by hand, as the last look found them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from wagtail_calltrack.models.facts import Fact
from wagtail_calltrack.models.single import only_row

TRACKING, FORWARDING = "tracking", "forwarding"
LIVE, DRAFT = "live", "draft"

KINDS = (
    (TRACKING, _("Tracking number: whoever reads it calls as somebody else")),
    (FORWARDING, _("Forwarding number without a placeholder")),
)
STAGES = ((LIVE, _("Live")), (DRAFT, _("Draft")))


class ContentFinding(Fact):
    """A number in one field of one row: a page, a snippet, an image."""

    content_type = models.ForeignKey(
        "contenttypes.ContentType",
        verbose_name=_("content"),
        on_delete=models.CASCADE,
        related_name="+",
    )
    object_id = models.CharField(max_length=64)
    title = models.CharField(_("where"), max_length=255)
    field = models.CharField(_("field"), max_length=100)
    stage = models.CharField(_("state"), max_length=10, choices=STAGES, default=LIVE)
    kind = models.CharField(_("kind"), max_length=20, choices=KINDS)
    number = models.CharField(_("number"), max_length=16)
    excerpt = models.CharField(_("text"), max_length=200, blank=True, default="")
    is_in_reach = models.BooleanField(default=True)
    """Proxies would replace it, where they replace numbers without a placeholder at all."""
    found_at = models.DateTimeField(_("found at"))

    class Meta(Fact.Meta):
        verbose_name = _("number in content")
        verbose_name_plural = _("numbers in content")
        indexes = (models.Index(fields=("content_type", "object_id"), name="calltrack_found_in"),)

    def __str__(self) -> str:
        """Name number and place."""
        return f"{self.number} · {self.title}"


class ContentLook(models.Model):
    """The last look at all content, and how far it is. One row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    model = models.CharField(max_length=200, default="")
    """The model that is being looked at, and the key of the last row that was."""
    after = models.CharField(max_length=64, default="")
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    fingerprint = models.CharField(max_length=64, default="")
    """Of the numbers that are looked for: with others the look is out of date."""

    class Meta:
        verbose_name = _("look at content")
        default_permissions = ()
        constraints = (only_row("calltrack_one_look"),)

    def __str__(self) -> str:
        """Say how far it is."""
        return f"{self.done} / {self.total}"
