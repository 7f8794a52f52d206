"""What edges tell: facts, which nobody adds, changes or deletes by hand.

Each row of an event has the event's id, so an event that comes twice is one row. Rows name each
other by the words that events do (session, pool, vestiging, number), without foreign keys: events
come in any order, from several edges, and speak of rows that editors may have deleted since.

Keys are 32 hex digits. Session and visitor are words of letters, digits, «-» and «_».

Words are looked up whole, so their indexes stand in `Meta`: `db_index` would give each a second one
on PostgreSQL, for LIKE, that every event pays for.
"""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

LONGEST_WORD = 64
LONGEST_TEXT = 1000


def word(label: Any = None, **options: Any) -> "models.CharField[Any, Any]":
    """Make a column for a key of the Plan, a session or a visitor."""
    return models.CharField(label, max_length=LONGEST_WORD, **options)


def text(label: Any = None) -> "models.CharField[Any, Any]":
    """Make a column for what was read of a request; "" for what is not known."""
    return models.CharField(label, max_length=LONGEST_TEXT, blank=True, default="")


class Fact(models.Model):
    """A row that may be looked at, and nothing else."""

    wagtail_reference_index_ignore = True

    class Meta:
        abstract = True
        default_permissions = ("view",)


class EventFact(Fact):
    """One event's row."""

    id = models.UUIDField(primary_key=True, editable=False)
    at = models.DateTimeField(_("at"), db_index=True)
    session = word(_("session"))

    class Meta(Fact.Meta):
        abstract = True
        indexes: ClassVar[tuple[models.Index, ...]] = (
            models.Index(fields=("session",), name="ct_%(class)s_session"),
        )


class VisitorSession(Fact):
    """A visit: from the first page to the last, with what may be told of it in one line."""

    id = models.CharField(primary_key=True, max_length=LONGEST_WORD)
    visitor = word(_("visitor"), blank=True, default="")
    site = word(_("site"), blank=True, default="")
    started_at = models.DateTimeField(_("started at"), null=True, db_index=True)
    seen_at = models.DateTimeField(_("last seen"), db_index=True)
    left_at = models.DateTimeField(_("left at"), null=True)

    class Meta(Fact.Meta):
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        indexes = (models.Index(fields=("visitor",), name="ct_session_visitor"),)

    def __str__(self) -> str:
        """Give the session's id."""
        return str(self.id)


class SessionTouch(EventFact):
    """Where a session came from: at its start, and each time a new source brought it back."""

    is_first = models.BooleanField(_("first"))
    channel = word(_("channel"), blank=True, default="")
    source = text(_("source"))
    medium = text(_("medium"))
    campaign = text(_("campaign"))
    term = text(_("term"))
    content = text(_("content"))
    keyword = text(_("keyword"))
    referrer = text(_("referrer"))
    referrer_host = text(_("referring site"))
    landing = text(_("landing page"))
    landing_path = text(_("landing path"))
    region = word(_("region"), blank=True, default="")
    device = word(_("device"), blank=True, default="")
    click_ids = models.JSONField(_("click ids"), default=dict)
    client_ids = models.JSONField(_("client ids"), default=dict)

    class Meta(EventFact.Meta):
        verbose_name = _("touch")
        verbose_name_plural = _("touches")

    def __str__(self) -> str:
        """Give its source and channel."""
        return f"{self.source or '-'} · {self.channel or '-'}"


class PageView(EventFact):
    """A page that a session saw."""

    site = word(_("site"), blank=True, default="")
    path = text(_("path"))
    status = models.PositiveSmallIntegerField(_("status"))

    class Meta(EventFact.Meta):
        verbose_name = _("page view")
        verbose_name_plural = _("page views")

    def __str__(self) -> str:
        """Give the path."""
        return str(self.path)


class NumberShown(EventFact):
    """A number that a page showed to a session, and the campaign that gave it."""

    vestiging = word(_("vestiging"))
    number = models.CharField(_("number"), max_length=16)
    campaign = word(_("campaign"), blank=True, default="")
    path = text(_("path"))

    class Meta(EventFact.Meta):
        verbose_name = _("number shown")
        verbose_name_plural = _("numbers shown")
        indexes = (
            *EventFact.Meta.indexes,
            models.Index(fields=("number",), name="ct_numbershown_number"),
        )

    def __str__(self) -> str:
        """Give the number."""
        return str(self.number)


class LeaseEvent(EventFact):
    """Something that happened to a lease: `calltrack.history` folds these into who held what."""

    kind = models.CharField(_("kind"), max_length=20)
    vestiging = word(_("vestiging"))
    pool = word(_("pool"))
    number = models.CharField(_("number"), max_length=16)
    given_at = models.DateTimeField(_("given at"), null=True)
    promised_until = models.DateTimeField(_("promised until"), null=True)
    kept_until = models.DateTimeField(_("kept until"), null=True)
    pinned_until = models.DateTimeField(_("pinned until"), null=True)
    until = models.DateTimeField(
        null=True, db_index=True, editable=False, help_text="The latest of these three."
    )
    before = word(_("session before"), blank=True, default="")
    is_shared = models.BooleanField(_("shared"), default=False)
    reason = word(_("reason"), blank=True, default="")

    class Meta(EventFact.Meta):
        verbose_name = _("lease event")
        verbose_name_plural = _("lease events")
        indexes = (
            *EventFact.Meta.indexes,
            models.Index(fields=("number", "at"), name="calltrack_lease_of_number"),
        )

    def __str__(self) -> str:
        """Give number and kind."""
        return f"{self.number} · {self.kind}"


class PoolExhausted(EventFact):
    """A visitor for whom a pool had no number."""

    vestiging = word(_("vestiging"))
    pool = word(_("pool"))

    class Meta(EventFact.Meta):
        verbose_name = _("pool without a free number")
        verbose_name_plural = _("pools without a free number")

    def __str__(self) -> str:
        """Give the pool."""
        return str(self.pool)
