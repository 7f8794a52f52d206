"""All that is stored of one person: found by a phone number, a visitor's id, or a lead.

What belongs together was decided when leads were made: the number's leads, and their calls, forms
and browsers. A call that was only credited to one of the browsers is not taken for the person's;
that it names the browser is.

Rows of the roll-ups are found by the visitor's word, as long as the visitor's id is known: by who
still has the cookie, or by a visit that is still there.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from wagtail_calltrack.models import (
    BlockedCaller,
    Call,
    CallCandidate,
    CallEvent,
    DailyShown,
    DailyVisitor,
    FormSent,
    Lead,
    LeadNote,
    LeadVisitor,
    LeaseEvent,
    NumberShown,
    PageView,
    PoolExhausted,
    SessionTouch,
    UnknownEvent,
    VisitorSession,
)
from wagtail_calltrack.rollups import in_calls, in_rollups

_ROUNDS = 3
"""A number leads to a lead, the lead to another number, and that to another lead."""


@dataclass(slots=True)
class Person:
    """The keys of what is a person's."""

    callers: set[str] = field(default_factory=set)
    visitors: set[str] = field(default_factory=set)
    leads: set[int] = field(default_factory=set)
    sessions: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=set)  # of visitors and sessions, in the roll-ups

    def calls(self) -> QuerySet[Call]:
        """Give the person's calls."""
        return Call.objects.filter(Q(caller__in=self.callers) | Q(lead__in=self.leads))

    def naming(self) -> QuerySet[Call]:
        """Give their calls, and those of whomever that name a browser or a visit of theirs."""
        return Call.objects.filter(
            Q(caller__in=self.callers)
            | Q(lead__in=self.leads)
            | Q(visitor__in=self.visitors)
            | Q(session__in=self.sessions)
        )

    def candidates(self) -> QuerySet[CallCandidate]:
        """Give that they may have made a call, whoever did."""
        return CallCandidate.objects.filter(session__in=self.sessions)

    def unknown(self) -> QuerySet[UnknownEvent]:
        """Give events that cannot be read yet and have a word of theirs anywhere."""
        words = self.callers | self.visitors | self.sessions
        rows = UnknownEvent.objects.values_list("pk", "data") if words else ()
        return UnknownEvent.objects.filter(
            pk__in=[pk for pk, data in rows if not words.isdisjoint(_texts(data))]
        )

    def forms(self) -> QuerySet[FormSent]:
        """Give the forms that they sent."""
        return FormSent.objects.filter(
            Q(phone__in=self.callers) | Q(lead__in=self.leads) | Q(session__in=self.sessions)
        )

    def told(self) -> QuerySet[CallEvent]:
        """Give what carriers told of their calls."""
        ids = self.calls().values_list("account", "call")
        by_account: dict[str, list[str]] = {}
        for account, call in ids:
            by_account.setdefault(account, []).append(call)
        meant = Q(caller__in=self.callers)
        for account, calls in by_account.items():
            meant |= Q(account=account, call__in=calls)
        return CallEvent.objects.filter(meant)

    def blocked(self) -> QuerySet[BlockedCaller]:
        """Give their entries in the list of blocked callers."""
        return BlockedCaller.objects.filter(number__in=self.callers)

    def visits(self) -> Sequence[QuerySet[Any]]:
        """Give what their browsers did."""
        return (
            VisitorSession.objects.filter(pk__in=self.sessions),
            *(
                model._default_manager.filter(session__in=self.sessions)  # noqa: SLF001 - Django's public API
                for model in (SessionTouch, PageView, NumberShown, LeaseEvent, PoolExhausted)
            ),
        )

    def rows(self) -> Mapping[type[Model], QuerySet[Any]]:
        """Give all that is stored, by the kind of rows."""
        every: Sequence[QuerySet[Any]] = (
            Lead.objects.filter(pk__in=self.leads),
            LeadNote.objects.filter(lead__in=self.leads),
            LeadVisitor.objects.filter(lead__in=self.leads),
            self.forms(),
            self.calls(),
            self.told(),
            self.candidates(),
            *self.visits(),
            self.unknown(),
            DailyVisitor.objects.filter(visitor__in=self.words),
            DailyShown.objects.filter(visitor__in=self.words),
            self.blocked(),
        )
        return {rows.model: rows for rows in every}

    def counts(self) -> Mapping[str, int]:
        """Count the rows, by the kind's name in the database."""
        return {
            model._meta.model_name or "": rows.count()  # noqa: SLF001 - Django's public API
            for model, rows in self.rows().items()
        }


LABELS: Mapping[str, Any] = {
    "lead": _("Leads"),
    "leadnote": _("Notes"),
    "leadvisitor": _("Browsers of the leads"),
    "formsent": _("Forms sent"),
    "call": _("Calls"),
    "callevent": _("Reports of carriers"),
    "callcandidate": _("Calls that they may have made"),
    "visitorsession": _("Visits"),
    "sessiontouch": _("Sources of visits"),
    "pageview": _("Pages seen"),
    "numbershown": _("Numbers shown"),
    "leaseevent": _("What happened to numbers lent to them"),
    "poolexhausted": _("Times that no number was free"),
    "unknownevent": _("Events that cannot be read yet"),
    "dailyvisitor": _("Days in the figures of visitors"),
    "dailyshown": _("Days in the figures of numbers shown"),
    "blockedcaller": _("Entries in the list of blocked callers"),
}


def _texts(value: Any) -> Iterator[str]:
    """Give all texts that JSON holds."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _texts(one)


def person(*, caller: str = "", visitor: str = "", lead: int | None = None) -> Person:
    """Find all that is one person's; an empty Person where nothing is."""
    forgotten, in_days = in_calls(), in_rollups()
    found = Person(
        callers={caller} if caller else set(),
        visitors={visitor, forgotten(visitor)} if visitor else set(),
        leads=set(Lead.objects.filter(pk=lead).values_list("pk", flat=True)) if lead else set(),
    )
    for _round in range(_ROUNDS):
        known = len(found.leads) + len(found.callers) + len(found.visitors)
        _follow(found)
        if known == len(found.leads) + len(found.callers) + len(found.visitors):
            break
    found.visitors.update([forgotten(one) for one in found.visitors])
    visits = VisitorSession.objects.filter(visitor__in=found.visitors)
    found.sessions.update(visits.values_list("pk", flat=True))
    found.words.update(in_days(one) for one in found.visitors | found.sessions)
    return found


def _follow(found: Person) -> None:
    """Go from what is known to leads, and from these to what they know."""
    for rows in (
        Lead.objects.filter(caller__in=found.callers).values_list("pk", flat=True),
        LeadVisitor.objects.filter(visitor__in=found.visitors).values_list("lead", flat=True),
        Call.objects.filter(caller__in=found.callers).values_list("lead", flat=True),
        FormSent.objects.filter(phone__in=found.callers).values_list("lead", flat=True),
    ):
        found.leads.update(pk for pk in rows if pk)
    for numbers in (
        Lead.objects.filter(pk__in=found.leads).values_list("caller", flat=True),
        Call.objects.filter(lead__in=found.leads).values_list("caller", flat=True),
        FormSent.objects.filter(lead__in=found.leads).values_list("phone", flat=True),
    ):
        found.callers.update(number for number in numbers if number)
    browsers = LeadVisitor.objects.filter(lead__in=found.leads)
    found.visitors.update(browsers.values_list("visitor", flat=True))
