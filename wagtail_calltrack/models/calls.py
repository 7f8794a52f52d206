"""Calls: what carriers told of them, the one row that this makes, and what is concluded from it.

A `CallEvent` is a fact. A `Call` and what hangs on it (candidates, credits) is reckoned from facts,
and again whenever a fact comes late or a rule changes; only what people did by hand (categories)
is kept through that.

Units: spans are whole seconds, weights and confidences lie between 0 and 1.
"""

from django.db import models
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from wagtail_calltrack.models.facts import Fact, text, word
from wagtail_calltrack.models.words import CALL_STATES, DIRECTIONS, MODELS, STEPS

LONGEST_CALL_ID = 128


class CallEvent(Fact):
    """What a carrier told of a call, once."""

    id = models.UUIDField(primary_key=True, editable=False)
    at = models.DateTimeField(_("at"), db_index=True)
    account = word(_("telephony account"))
    call = models.CharField(_("call"), max_length=LONGEST_CALL_ID)
    provider = word(_("provider"))
    phase = word(_("phase"))
    direction = word(_("direction"), blank=True, default="")
    number = models.CharField(_("number"), max_length=16, blank=True, default="")
    caller = models.CharField(_("caller"), max_length=16, blank=True, default="")
    vestiging = word(_("vestiging"), blank=True, default="")
    forwarded_to = models.CharField(_("forwarded to"), max_length=16, blank=True, default="")
    status = word(_("status"), blank=True, default="")
    talk_seconds = models.PositiveIntegerField(_("talk time"), null=True)
    ring_seconds = models.PositiveIntegerField(_("ringing"), null=True)
    started_at = models.DateTimeField(_("started at"), null=True)
    answered_at = models.DateTimeField(_("answered at"), null=True)
    ended_at = models.DateTimeField(_("ended at"), null=True)
    recording = text(_("recording"))

    class Meta(Fact.Meta):
        verbose_name = _("call event")
        verbose_name_plural = _("call events")
        indexes = (models.Index(fields=("account", "call"), name="ct_callevent_call"),)

    def __str__(self) -> str:
        """Give phase and call."""
        return f"{self.phase} · {self.call}"


class Call(models.Model):
    """A call, whatever the number of webhooks that told of it."""

    account = word(_("telephony account"))
    call = models.CharField(_("reference"), max_length=LONGEST_CALL_ID)
    direction = word(_("direction"), choices=DIRECTIONS, default="in")
    number = models.CharField(_("number"), max_length=16)
    caller = models.CharField(_("caller"), max_length=16, blank=True, default="")
    started_at = models.DateTimeField(_("started at"), db_index=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    status = word(_("status"), choices=CALL_STATES)
    talk_seconds = models.PositiveIntegerField(_("talk time"), default=0)
    ring_seconds = models.PositiveIntegerField(_("ringing"), null=True, blank=True)
    recording = text(_("recording"))
    forwarded_to = models.CharField(_("forwarded to"), max_length=16, blank=True, default="")
    vestiging = word(_("vestiging"), blank=True, default="")

    # Who called: reckoned from the lease history.
    step = word(_("how it was attributed"), choices=STEPS, blank=True, default="")
    confidence = models.DecimalField(_("confidence"), max_digits=4, decimal_places=3, default=0)
    reason = text(_("reason"))
    session = word(_("session"), blank=True, default="")
    visitor = word(_("visitor"), blank=True, default="")
    campaign = word(_("campaign"), blank=True, default="")
    site = models.ForeignKey(
        "TrackedSite",
        verbose_name=_("site"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    lead = models.ForeignKey(
        "Lead",
        verbose_name=_("lead"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="calls",
    )

    # What it is worth: reckoned from the firm's rules.
    is_spam = models.BooleanField(_("spam"), default=False)
    spam_reason = word(_("why spam"), blank=True, default="")
    is_first = models.BooleanField(_("first call of the caller"), default=False)
    is_target = models.BooleanField(_("target call"), default=False)
    target_reason = text(_("why"))
    called_back_by = models.ForeignKey(
        "self",
        verbose_name=_("called back in"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="answers",
    )
    is_settled = models.BooleanField(default=False, editable=False)
    """Whether it was reckoned since the last fact about it came in."""
    failures = models.PositiveSmallIntegerField(default=0, editable=False)
    """How often it could not be reckoned since then."""
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        default_permissions = ("view", "change")
        permissions = (("see_callers", _("Can see callers' numbers and recordings")),)
        constraints = (
            models.UniqueConstraint(fields=("account", "call"), name="calltrack_call_once"),
        )
        indexes = (
            models.Index(fields=("caller", "started_at"), name="ct_call_caller"),
            models.Index(fields=("number", "started_at"), name="ct_call_number"),
            models.Index(fields=("session",), name="ct_call_session"),
            models.Index(fields=("visitor",), name="ct_call_visitor"),
            models.Index(fields=("updated_at",), name="ct_call_updated"),
            models.Index(
                fields=("id",), name="ct_call_unsettled", condition=models.Q(is_settled=False)
            ),
        )

    def __str__(self) -> str:
        """Say when it was; never who."""
        return f"{localtime(self.started_at):%Y-%m-%d %H:%M}"


class CallCandidate(models.Model):
    """A session that may have made a call, where more than one may."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="candidates")
    session = word(_("session"))
    weight = models.DecimalField(_("weight"), max_digits=4, decimal_places=3)

    class Meta:
        verbose_name = _("candidate")
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(fields=("call", "session"), name="calltrack_candidate_once"),
        )

    def __str__(self) -> str:
        """Give session and weight."""
        return f"{self.session} · {self.weight}"


class CallCredit(models.Model):
    """A part of a call that an attribution model gives to an origin; a call's parts are one."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="credits")
    model = word(_("attribution model"), choices=MODELS)
    origin = models.ForeignKey("Origin", on_delete=models.PROTECT, related_name="+")
    weight = models.DecimalField(_("weight"), max_digits=10, decimal_places=9)

    class Meta:
        verbose_name = _("credit")
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(
                fields=("call", "model", "origin"), name="calltrack_credit_once"
            ),
        )
        indexes = (models.Index(fields=("model", "origin"), name="ct_credit_origin"),)

    def __str__(self) -> str:
        """Give model and weight."""
        return f"{self.model} · {self.weight}"
