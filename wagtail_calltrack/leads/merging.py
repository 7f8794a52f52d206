"""Leads that turn out to be one person's: all of them goes into the oldest."""

from collections.abc import Sequence

from django.contrib.contenttypes.models import ContentType
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from wagtail.models import ModelLogEntry

from wagtail_calltrack.leads.persons import RANKS
from wagtail_calltrack.models import Call, FormSent, Lead, LeadNote
from wagtail_calltrack.records import GATHERED, log_many

FIRST_GIVEN = ("name", "email", "assignee_id", "value")
"""What the older lead keeps, and else takes over."""


def merge(older: Lead, others: Sequence[Lead]) -> None:
    """Bring leads into another, with what people have done with them; they are deleted."""
    ids = [one.pk for one in others]
    for model in (Call, FormSent, LeadNote):
        model._default_manager.filter(lead__in=ids).update(lead=older)  # noqa: SLF001 - Django documents it
    entries = ModelLogEntry.objects.filter(content_type=ContentType.objects.get_for_model(Lead))
    entries.filter(object_id__in=[str(pk) for pk in ids]).update(object_id=str(older.pk))
    before = older.state
    for one in others:
        for name in FIRST_GIVEN:
            if getattr(older, name) in {None, ""}:
                setattr(older, name, getattr(one, name))
        older.state = max(older.state, one.state, key=RANKS.index)
    older.save()
    log_many([older], GATHERED, _said(older, others, before))
    Lead.objects.filter(pk__in=ids).delete()


def _said(older: Lead, others: Sequence[Lead], before: str) -> str:
    """Say for the history what happened."""
    moments = ", ".join(
        date_format(localtime(one.began_at), "SHORT_DATETIME_FORMAT") for one in others
    )
    sentence = _("The same person: the lead of %(moments)s is part of this one now.")
    said = sentence % {"moments": moments}
    if older.state != before:
        said += " " + _("State: %(state)s.") % {"state": older.get_state_display()}
    return said
