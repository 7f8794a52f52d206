"""Leads: people who called or sent a form, with all that is known of them in one place."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from wagtail_calltrack.models.facts import EventFact, text, word
from wagtail_calltrack.models.words import LEAD_STATES


class Lead(models.Model):
    """A person who wants something of the firm."""

    state = word(_("state"), choices=LEAD_STATES, default="new")
    name = models.CharField(_("name"), max_length=200, blank=True)
    caller = models.CharField(_("phone"), max_length=16, blank=True, default="")
    email = models.EmailField(_("e-mail"), blank=True, default="")
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("assigned to"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    value = models.DecimalField(
        _("value"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text=_("What the deal brings, in euros without VAT."),
    )
    site = models.ForeignKey(
        "TrackedSite",
        verbose_name=_("site"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    vestiging = word(_("vestiging"), blank=True, default="")
    campaign = word(_("campaign"), blank=True, default="")
    origin = models.ForeignKey(
        "Origin",
        verbose_name=_("origin"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    began_at = models.DateTimeField(_("began at"), db_index=True)
    last_at = models.DateTimeField(_("last contact"), db_index=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("lead")
        verbose_name_plural = _("leads")
        default_permissions = ("view", "change")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(value__isnull=True) | models.Q(value__gte=0),
                name="calltrack_lead_value",
            ),
        )
        indexes = (
            models.Index(fields=("caller",), name="ct_lead_caller"),
            models.Index(fields=("state", "last_at"), name="ct_lead_inbox"),
        )

    def __str__(self) -> str:
        """Say when it began; never who it is: this stands in titles and in logs."""
        return f"{localtime(self.began_at):%Y-%m-%d %H:%M}"


class LeadVisitor(models.Model):
    """A browser of a lead's: by it sessions come to the lead."""

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="visitors")
    visitor = word(_("visitor"))

    class Meta:
        verbose_name = _("visitor of a lead")
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(fields=("lead", "visitor"), name="calltrack_lead_visitor"),
        )
        indexes = (models.Index(fields=("visitor",), name="ct_leadvisitor_visitor"),)

    def __str__(self) -> str:
        """Give the visitor's id."""
        return str(self.visitor)


class LeadNote(models.Model):
    """What somebody wrote about a lead."""

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="notes")
    at = models.DateTimeField(_("at"), auto_now_add=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    text = models.TextField(_("note"))

    class Meta:
        verbose_name = _("note")
        default_permissions = ()
        ordering = ("at", "pk")

    def __str__(self) -> str:
        """Give its beginning."""
        return self.text[:50]


class FormSent(EventFact):
    """A form that a visitor sent: asking to be called, an appointment, an order."""

    site = word(_("site"), blank=True, default="")
    form = models.CharField(_("form"), max_length=200)
    path = text(_("path"))
    name = models.CharField(_("name"), max_length=200, blank=True, default="")
    phone = models.CharField(_("phone"), max_length=16, blank=True, default="")
    email = models.CharField(_("e-mail"), max_length=254, blank=True, default="")
    reference = models.CharField(_("reference"), max_length=200, blank=True, default="")
    lead = models.ForeignKey(
        Lead, null=True, blank=True, on_delete=models.SET_NULL, related_name="forms"
    )

    class Meta(EventFact.Meta):
        verbose_name = _("form sent")
        verbose_name_plural = _("forms sent")
        indexes = (
            *EventFact.Meta.indexes,
            models.Index(fields=("phone",), name="ct_formsent_phone"),
            models.Index(Lower("email"), name="ct_formsent_email"),
        )

    def __str__(self) -> str:
        """Give the form."""
        return str(self.form)
