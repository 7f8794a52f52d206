"""All that belongs to some calls and forms: whatever shares a caller, visitor or address with them.

Rows are read in rounds, each with what the one before brought to light; two or three are usual.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from django.db.models import Q
from django.db.models.functions import Lower

from calltrack.calls import Direction, Step
from wagtail_calltrack.leads.persons import Contact, Ref
from wagtail_calltrack.models import Call, FormSent, VisitorSession

CALL, FORM = "call", "form"
PHONE, VISITOR, EMAIL, LEAD = "phone", "visitor", "email", "lead"

_CALL_FIELDS = (
    "caller", "visitor", "step", "direction", "started_at", "lead", "is_spam", "campaign",
    "vestiging", "site",
)  # fmt: skip


@dataclass(slots=True)
class Found:
    """Calls and forms, and whose they are."""

    calls: dict[int, Call] = field(default_factory=dict)
    forms: dict[Any, FormSent] = field(default_factory=dict)
    visitors: dict[str, str] = field(default_factory=dict)  # of sessions in which a form was sent

    def contacts(self) -> Sequence[Contact]:
        """Give them as contacts; spam is none."""
        calls = (self.of_call(one) for one in self.calls.values() if not one.is_spam)
        return [*calls, *(self.of_form(one) for one in self.forms.values())]

    def leads(self) -> set[int]:
        """Give the leads in which they have been."""
        both = [
            *(one.lead_id for one in self.calls.values()),
            *(one.lead_id for one in self.forms.values()),
        ]
        return {one for one in both if one is not None}

    def of_call(self, call: Call) -> Contact:
        """Make a call a contact."""
        keys = {(PHONE, call.caller)} if call.caller else set()
        if call.visitor and call.step != Step.CANDIDATES:
            keys.add((VISITOR, call.visitor))
        begins = call.direction != Direction.OUT
        ref = (CALL, f"{call.pk:020}")
        return Contact(ref, call.started_at, frozenset(keys), call.lead_id, begins)

    def of_form(self, form: FormSent) -> Contact:
        """Make a form a contact."""
        told = (
            (PHONE, form.phone),
            (EMAIL, form.email.lower()),
            (VISITOR, self.visitors.get(form.session, "")),
        )
        keys = frozenset((kind, value) for kind, value in told if value)
        return Contact((FORM, form.pk.hex), form.at, keys, form.lead_id)

    def row(self, contact: Contact) -> Call | FormSent:
        """Give a contact's row."""
        kind, key = contact.ref
        return self.calls[int(key)] if kind == CALL else self.forms[key]


def read(calls: Sequence[Call], forms: Sequence[FormSent]) -> Found:
    """Read what belongs to these, and these as they are given."""
    found, known = Found(), set[Ref]()
    new = _take(found, calls, forms)
    while new := new - known:
        known |= new
        new = _take(found, *_sharing(_by_kind(new)))
    return found


def _take(found: Found, calls: Iterable[Call], forms: Iterable[FormSent]) -> set[Ref]:
    """Take rows in, and give all that tells whose they are. Rows that were given stay."""
    fresh = {one.pk: one for one in calls if one.pk not in found.calls}
    sent = {one.pk.hex: one for one in forms if one.pk.hex not in found.forms}
    found.calls.update(fresh)
    found.forms.update(sent)
    sessions = {one.session for one in sent.values()} - found.visitors.keys()
    if sessions:
        rows = VisitorSession.objects.filter(pk__in=sessions).values_list("pk", "visitor")
        found.visitors.update(rows)
    contacts = [found.of_call(one) for one in fresh.values()]
    contacts += [found.of_form(one) for one in sent.values()]
    leads = {(LEAD, str(one.lead)) for one in contacts if one.lead is not None}
    return leads.union(chain.from_iterable(one.keys for one in contacts))


def _by_kind(refs: Iterable[Ref]) -> Mapping[str, list[str]]:
    kinds: dict[str, list[str]] = {PHONE: [], VISITOR: [], EMAIL: [], LEAD: []}
    for kind, value in refs:
        kinds[kind].append(value)
    return kinds


def _sharing(by: Mapping[str, Sequence[str]]) -> tuple[Iterable[Call], Iterable[FormSent]]:
    """Give the rows that share any of these: two queries, or three where a visitor is known.

    Each part of a condition has its index; sessions are read first, for a subquery beside others
    would have PostgreSQL read the whole table.
    """
    theirs = Q(caller__in=by[PHONE]) | Q(visitor__in=by[VISITOR]) | Q(lead__in=by[LEAD])
    calls = Call.objects.filter(theirs).only(*_CALL_FIELDS)
    visits = VisitorSession.objects.filter(visitor__in=by[VISITOR]).values_list("pk", flat=True)
    sessions = list(visits) if by[VISITOR] else []
    theirs = Q(phone__in=by[PHONE]) | Q(session__in=sessions) | Q(lead__in=by[LEAD])
    if by[EMAIL]:
        theirs |= Q(written__in=by[EMAIL])
    return calls, FormSent.objects.annotate(written=Lower("email")).filter(theirs)
