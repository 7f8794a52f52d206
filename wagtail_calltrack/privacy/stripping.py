"""What makes a row somebody's is taken away; that there was a visit, a call or a lead stays.

All of it may be done twice. Whoever calls these has a transaction open.
"""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.utils import timezone
from wagtail.models import ModelLogEntry

from wagtail_calltrack.models import (
    Call,
    CallCandidate,
    DailyShown,
    DailyVisitor,
    FormSent,
    Lead,
    LeadNote,
    LeadVisitor,
)
from wagtail_calltrack.privacy.words import Naming

BATCH = 500


def day_of(at: datetime) -> date:
    """Give a moment's day by the firm's clock, whoever's clock is set for a page."""
    return timezone.localtime(at, timezone.get_default_timezone()).date()


def strip_days(rows: QuerySet[Any], name: Naming) -> int:
    """Put words in the place of visitors in rows of DailyVisitor or DailyShown."""
    found = list(rows.only("day", "visitor"))
    for row in found:
        row.visitor = name(row.visitor, row.day)
    rows.model._default_manager.bulk_update(found, ["visitor"], batch_size=BATCH)  # noqa: SLF001 - Django's public API
    return len(found)


def days_of(visitors: Collection[str]) -> tuple[QuerySet[DailyVisitor], QuerySet[DailyShown]]:
    """Give the rows of the roll-ups that name these visitors."""
    return (
        DailyVisitor.objects.filter(visitor__in=visitors),
        DailyShown.objects.filter(visitor__in=visitors),
    )


def strip_callers(calls: QuerySet[Call], name: Naming) -> int:
    """Take number and recording away. What carriers told of the calls is not touched here."""
    found = list(calls.only("caller", "started_at", "recording"))
    for call in found:
        call.caller, call.recording = name(call.caller, day_of(call.started_at)), ""
    Call.objects.bulk_update(found, ["caller", "recording"], batch_size=BATCH)
    return len(found)


def strip_visitors(calls: QuerySet[Call]) -> int:
    """Take away who of the visitors called."""
    ids = list(calls.values_list("pk", flat=True))
    CallCandidate.objects.filter(call__in=ids).delete()
    return Call.objects.filter(pk__in=ids).update(session="", visitor="")


def strip_leads(leads: QuerySet[Lead], name: Naming) -> int:
    """Take away who they are, what was noted of them, and their name in Wagtail's history."""
    found = list(leads)
    ids = [lead.pk for lead in found]
    for lead in found:
        lead.caller = name(lead.caller, day_of(lead.last_at))
        lead.name = lead.email = ""
    Lead.objects.bulk_update(found, ["caller", "name", "email"], batch_size=BATCH)
    LeadNote.objects.filter(lead__in=ids).delete()
    LeadVisitor.objects.filter(lead__in=ids).delete()
    kind = ContentType.objects.get_for_model(Lead)
    history = ModelLogEntry.objects.filter(content_type=kind, object_id__in=map(str, ids))
    history.update(label=str(Lead._meta.verbose_name), data={})  # noqa: SLF001 - Django's public API
    return len(found)


def strip_forms(forms: QuerySet[FormSent]) -> int:
    """Take away who sent them."""
    return forms.update(name="", phone="", email="", session="")
