"""Tokens with which edges ask for the Plan.

A token is `calltrack_NAME_SECRET`. NAME is public and finds the row; of SECRET the database holds a
hash alone. It is 256 random bits, so a plain SHA-256 keeps it: there is nothing to guess at.
"""

import hashlib
import re
import secrets
from datetime import timedelta

from django.db import models
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

_TOKEN = re.compile(r"calltrack_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")

EDGE, CALLS = "edge", "calls"
PURPOSES = (
    (EDGE, _("An edge: asks for the Plan, and tells what happened")),
    (CALLS, _("A phone system: tells of its calls")),
)

SEEN_EVERY = timedelta(minutes=1)
"""A row is not written with each request."""


class EdgeToken(models.Model):
    """One edge's leave to ask."""

    name = models.CharField(
        _("name"), max_length=100, help_text=_("Which edge uses it: proxy 1, Amsterdam.")
    )
    public = models.CharField(max_length=12, unique=True, editable=False)
    digest = models.CharField(max_length=64, editable=False)
    purpose = models.CharField(
        _("what for"),
        max_length=20,
        choices=PURPOSES,
        default=EDGE,
        help_text=_("A token opens only what it is for."),
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, editable=False)
    is_revoked = models.BooleanField(
        _("revoked"),
        default=False,
        help_text=_("Refuses the token from now on. Its edge goes on with the last Plan it got."),
    )

    class Meta:
        verbose_name = _("edge token")
        verbose_name_plural = _("edge tokens")

    def __str__(self) -> str:
        """Give the edge's name."""
        return self.name

    def issue(self) -> str:
        """Make the token, to be shown once: only its hash is kept. The row is not saved yet."""
        self.public, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
        self.digest = _digest(secret)
        return f"calltrack_{self.public}_{secret}"

    def opens_with(self, token: str) -> bool:
        """Say whether this is the token, in a time that tells nothing."""
        found = _TOKEN.fullmatch(token)
        return found is not None and constant_time_compare(_digest(found[2]), self.digest)

    def saw(self) -> None:
        """Note that the token was used, a minute at most late."""
        now = timezone.now()
        if self.last_used_at is None or now - self.last_used_at >= SEEN_EVERY:
            EdgeToken.objects.filter(pk=self.pk).update(last_used_at=now)


def public_part(token: str) -> str | None:
    """Give the part of a token that finds its row, or None for what is no token."""
    found = _TOKEN.fullmatch(token)
    return found[1] if found else None


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("ascii")).hexdigest()
