"""One person is forgotten, now: visits are deleted, and calls and leads are nobody's any more.

The figures stay: of each unique visitor and caller a word is left that leads nowhere, the same one
everywhere. What is written down of it says when, by whom and how many rows; never whose.
"""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from wagtail_calltrack.models import Lead, LeadVisitor, LeaseEvent, PrivacyRequest
from wagtail_calltrack.privacy import stripping
from wagtail_calltrack.privacy.person import Person
from wagtail_calltrack.privacy.words import for_one_person
from wagtail_calltrack.records import ERASED, HANDED_OUT

ACTIONS: Mapping[str, str] = {"erase": ERASED, "export": HANDED_OUT}


def erase(found: Person, user: Any) -> PrivacyRequest:
    """Forget them."""
    with transaction.atomic():
        counts = found.counts()
        name = for_one_person()
        for rows in stripping.days_of(found.visitors):
            stripping.strip_days(rows, name)
        LeaseEvent.objects.filter(before__in=found.sessions).update(before="")
        found.told().delete()
        stripping.strip_visitors(found.naming())
        stripping.strip_forms(found.forms())
        calls = found.calls()
        stripping.strip_visitors(calls)
        stripping.strip_callers(calls, name)
        stripping.strip_leads(Lead.objects.filter(pk__in=found.leads), name)
        LeadVisitor.objects.filter(visitor__in=found.visitors).delete()
        for rows in found.visits():
            rows.delete()
        return note("erase", counts, user)


def note(kind: str, counts: Mapping[str, int], user: Any) -> PrivacyRequest:
    """Write down that it was done."""
    made = PrivacyRequest.objects.create(kind=kind, user=user, counts=dict(counts))
    total = sum(counts.values())
    sentence = (
        _("Erased one person: %(count)s rows")
        if kind == "erase"
        else _("Handed one person's data out: %(count)s rows")
    )
    said = sentence % {"count": total}
    log(made, ACTIONS[kind], user=user, title=said, data={"said": said})
    return made
