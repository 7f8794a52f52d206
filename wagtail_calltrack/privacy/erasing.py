"""One person is forgotten, now: visits are deleted, and calls and leads are nobody's any more.

A number that is blocked stays blocked, without its note. The figures stay: of each unique visitor
and caller a word is left that leads nowhere, the same one everywhere. What is written down of it
says when, by whom and how many rows; never whose.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from wagtail.log_actions import log

from wagtail_calltrack.models import Lead, LeadVisitor, LeaseEvent, PrivacyRequest
from wagtail_calltrack.privacy import stripping
from wagtail_calltrack.privacy.person import Person
from wagtail_calltrack.privacy.words import for_one_person
from wagtail_calltrack.records import ERASED, HANDED_OUT
from wagtail_calltrack.settling.turns import alone

ACTIONS: Mapping[str, str] = {"erase": ERASED, "export": HANDED_OUT}


def erase(found: Person, user: Any) -> PrivacyRequest:
    """Forget them. Whoever is reckoning calls or leads at that moment ends before."""
    with alone():
        counts = found.counts()
        name = for_one_person()

        def by_day(who: str, _day: date) -> str:
            return name(who)

        stripping.rename_days(found.words, name)
        LeaseEvent.objects.filter(before__in=found.sessions).update(before="")
        found.told().delete()
        found.unknown().delete()
        stripping.strip_candidates(found.candidates(), name)
        stripping.strip_visitors(found.naming(), name)
        stripping.strip_forms(found.forms())
        stripping.strip_blocked(found.blocked())
        calls = found.calls()
        stripping.strip_visitors(calls, name)
        stripping.strip_callers(calls, by_day)
        stripping.strip_leads(Lead.objects.filter(pk__in=found.leads), by_day)
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
