"""What is known of a lead, from the first touch to the outcome, read in a few queries.

Of visitors that were on other sites than those of whoever looks, these visits are left out. A lead
with very many pages shows the latest `MOST`.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from wagtail.models import ModelLogEntry

from wagtail_calltrack.access.policies import POLICIES, SEE, sites_of
from wagtail_calltrack.calllog.rows import with_names
from wagtail_calltrack.calllog.sources import Source, source_of
from wagtail_calltrack.inbox.timeline import Happening, Visit, What, fold
from wagtail_calltrack.models import (
    Call,
    FormSent,
    Lead,
    LeadNote,
    NumberShown,
    PageView,
    SessionTouch,
    TrackedSite,
    Vestiging,
    VisitorSession,
)

MOST = 2000
"""Pages, and numbers shown, of one lead."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A number that a visit showed."""

    number: str
    vestiging: str


@dataclass(frozen=True, slots=True)
class Journey:
    """All of it, in order of time."""

    entries: Sequence[Visit | Happening]
    first: Source | None
    is_cut: bool

    @property
    def visit_count(self) -> int:
        """Count the visits."""
        return sum(isinstance(one, Visit) and not one.goes_on for one in self.entries)


def journey(lead: Lead, user: Any) -> Journey:
    """Read a lead's journey, as somebody may see it."""
    sites = _sites(user)
    sessions = _sessions(lead, sites)
    touches = [
        Happening(one.at, What.TOUCH, source_of(one), one.session)
        for one in SessionTouch.objects.filter(session__in=sessions).order_by("at", "id")[:MOST]
    ]
    pages = list(PageView.objects.filter(session__in=sessions).order_by("-at", "-id")[:MOST])
    entries = fold(
        [
            *touches,
            *(Happening(one.at, What.PAGE, one, one.session) for one in pages),
            *_numbers(sessions),
            *_contacts(lead, user, sites),
            *_done(lead),
        ]
    )
    first = touches[0].row if touches else None
    return Journey(list(entries), first, len(pages) == MOST)


def _sites(user: Any) -> Collection[str] | None:
    """Give the sites whose visits somebody may see; None is all."""
    if POLICIES[Lead].has_all(user, SEE):
        return None
    mine = TrackedSite.objects.filter(site__in=sites_of(user, ["view"]))
    return set(mine.values_list("key", flat=True))


def _sessions(lead: Lead, sites: Collection[str] | None) -> list[str]:
    visitors = list(lead.visitors.values_list("visitor", flat=True))
    found = VisitorSession.objects.filter(visitor__in=visitors)
    if sites is not None:
        found = found.filter(site__in=sites)
    return list(found.order_by("-seen_at").values_list("pk", flat=True)[:MOST])


def _numbers(sessions: Sequence[str]) -> Iterator[Happening]:
    """Give the numbers that each session was shown, each once."""
    rows = NumberShown.objects.filter(session__in=sessions).order_by("-at", "-id")[:MOST]
    first = {(row.session, row.number): row for row in rows}
    names = dict(Vestiging.objects.values_list("key", "name"))
    for (session, number), row in first.items():
        told = Shown(number, names.get(row.vestiging, row.vestiging))
        yield Happening(row.at, What.SHOWN, told, session)


def _contacts(lead: Lead, user: Any, sites: Collection[str] | None) -> Iterator[Happening]:
    policy = POLICIES[Call]
    calls = Call.objects.filter(lead=lead)
    forms = FormSent.objects.filter(lead=lead)
    if sites is not None:
        mine = policy.instances_user_has_any_permission_for(user, SEE)
        calls, forms = calls.filter(pk__in=mine.values("pk")), forms.filter(site__in=sites)
    for call in with_names(calls, user).order_by("-started_at")[:MOST]:
        yield Happening(call.started_at, What.CALL, call)
    for form in forms.order_by("-at")[:MOST]:
        yield Happening(form.at, What.FORM, form)


def _done(lead: Lead) -> Iterator[Happening]:
    """Give what people did with the lead, and what was brought together."""
    for note in LeadNote.objects.filter(lead=lead).select_related("user"):
        yield Happening(note.at, What.NOTE, note)
    entries = ModelLogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Lead), object_id=str(lead.pk)
    )
    for entry in entries.select_related("user").order_by("timestamp")[:MOST]:
        if entry.data.get("said"):
            yield Happening(entry.timestamp, What.LOG, entry)
