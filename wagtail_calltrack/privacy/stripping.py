"""What makes a row somebody's is taken away; that there was a visit, a call or a lead stays.

All of it may be done twice. Whoever calls these has a transaction open.
"""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, QuerySet
from wagtail.models import ModelLogEntry

from wagtail_calltrack.models import (
    BlockedCaller,
    Call,
    CallCandidate,
    DailyShown,
    DailyVisitor,
    FormSent,
    Lead,
    LeadNote,
    LeadVisitor,
)
from wagtail_calltrack.models.privacy import FORGOTTEN
from wagtail_calltrack.privacy.words import Naming
from wagtail_calltrack.rollups.days import local_day

BATCH = 500


def rename_days(words: Collection[str], name: Callable[[str], str]) -> None:
    """Put other words in the place of visitors in the roll-ups."""
    for model in (DailyVisitor, DailyShown):
        for word in sorted(words):
            rows = model._default_manager.filter(visitor=word)  # noqa: SLF001 - Django's public API
            rows.update(visitor=name(word))


def strip_callers(calls: QuerySet[Call], name: Naming) -> int:
    """Take number and recording away. What carriers told of the calls is not touched here."""
    found = list(calls.only("caller", "started_at", "recording"))
    for call in found:
        call.caller, call.recording = _renamed(call.caller, call.started_at, name), ""
    Call.objects.bulk_update(found, ["caller", "recording"], batch_size=BATCH)
    return len(found)


def strip_visitors(calls: QuerySet[Call], name: Callable[[str], str]) -> int:
    """Put words in the place of who of the visitors called."""
    found = list(calls.only("visitor"))
    for call in found:
        call.session, call.visitor = "", name(call.visitor)
    CallCandidate.objects.filter(call__in=found).delete()
    Call.objects.bulk_update(found, ["session", "visitor"], batch_size=BATCH)
    return len(found)


def strip_candidates(rows: QuerySet[CallCandidate], name: Callable[[str], str]) -> None:
    """Put words in the place of sessions that may have made calls; the calls stay shared so."""
    for row in rows:
        row.session = name(row.session)
        row.save(update_fields=["session"])


def strip_leads(leads: QuerySet[Lead], name: Naming) -> int:
    """Take away who they are, what was noted of them, and their name in Wagtail's history."""
    found = list(leads)
    ids = [lead.pk for lead in found]
    for lead in found:
        lead.caller = _renamed(lead.caller, lead.last_at, name)
        lead.name = lead.email = ""
    Lead.objects.bulk_update(found, ["caller", "name", "email"], batch_size=BATCH)
    LeadNote.objects.filter(lead__in=ids).delete()
    LeadVisitor.objects.filter(lead__in=ids).delete()
    _strip_history(Lead, ids)
    return len(found)


def strip_blocked(rows: QuerySet[BlockedCaller]) -> None:
    """Take away what was noted of them, in Wagtail's history too. They stay blocked."""
    _strip_history(BlockedCaller, rows.values_list("pk", flat=True))
    rows.update(note="")


def strip_forms(forms: QuerySet[FormSent]) -> int:
    """Take away who sent them."""
    return forms.update(name="", phone="", email="", reference="", session="")


def _strip_history(model: type[Model], ids: Iterable[int]) -> None:
    """Let the history say that something was done with these rows, and no more."""
    kind = ContentType.objects.get_for_model(model)
    history = ModelLogEntry.objects.filter(content_type=kind, object_id__in=[str(pk) for pk in ids])
    history.update(label=str(model._meta.verbose_name), data={})  # noqa: SLF001 - Django's public API


def _renamed(caller: str, at: datetime, name: Naming) -> str:
    """Give a caller's word; who has one keeps it, and who withheld the number has none."""
    return caller if not caller or caller.startswith(FORGOTTEN) else name(caller, local_day(at))
