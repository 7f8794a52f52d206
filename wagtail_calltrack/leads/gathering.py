"""What came in, read with all that belongs to it and written into leads.

Doing it again changes nothing. A lead that is left without calls and forms is deleted, unless
somebody has worked with it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import chain

from django.db import transaction
from django.utils import timezone

from wagtail_calltrack.leads.merging import merge
from wagtail_calltrack.leads.persons import Contact, Deal, Known, deals
from wagtail_calltrack.leads.reading import VISITOR, Found, read
from wagtail_calltrack.leads.reckoned import COLUMNS, Origins, moment, reckon, sites
from wagtail_calltrack.models import Call, CallSettings, FormSent, Lead, LeadNote, LeadVisitor

BATCH = 500


def gather(calls: Sequence[Call]) -> None:
    """Bring calls into their leads.

    They stand saved, with who called and whether they are spam. Each call's `lead` is written to
    the database and to the rows given; those of the same persons' other calls to the database.
    """
    _gather(calls, ())


def gather_forms(forms: Sequence[FormSent]) -> None:
    """Bring forms, which stand saved, into their leads; the same is written as of calls."""
    _gather((), forms)


@dataclass(slots=True)
class _Leads:
    """The leads at hand."""

    rules: CallSettings
    rows: dict[int, Lead]
    contacts: dict[int, Sequence[Contact]] = field(default_factory=dict)


def _gather(calls: Sequence[Call], forms: Sequence[FormSent]) -> None:
    if not calls and not forms:
        return
    with transaction.atomic():
        found = read(calls, forms)
        rules = CallSettings.current()
        contacts = found.contacts()
        rows = Lead.objects.select_for_update().order_by("pk").in_bulk(found.leads())
        leads = _Leads(rules, rows)
        known = {pk: Known(pk, one.began_at, one.state) for pk, one in rows.items()}
        made = deals(contacts, known, timedelta(days=rules.cycle_days))
        _settle_deals(made, leads)
        _move(leads, found)
        _write_columns(leads, found)
        _write_visitors(leads)
        _clear(leads)


def _settle_deals(made: Sequence[Deal], leads: _Leads) -> None:
    """Give each deal its lead: the oldest that there is, or a new one."""
    new = [one for one in made if not one.leads]
    fresh = [Lead(began_at=one.contacts[0].at, last_at=one.last_at) for one in new]
    for lead, deal in zip(Lead.objects.bulk_create(fresh, batch_size=BATCH), new, strict=True):
        leads.rows[lead.pk] = lead
        deal.takes_in(Known(lead.pk, lead.began_at))
    for deal in made:
        older, *others = (leads.rows[one.id] for one in deal.leads)
        if others:
            merge(older, others)
            for one in others:
                del leads.rows[one.pk]
        leads.contacts[older.pk] = deal.contacts


def _move(leads: _Leads, found: Found) -> None:
    """Write into which lead each call and form goes."""
    place = {contact.ref: lead for lead, contacts in leads.contacts.items() for contact in contacts}
    now = timezone.now()
    calls, forms = [], []
    for call in found.calls.values():
        lead = None if call.is_spam else place.get(found.of_call(call).ref)
        if call.lead_id != lead:
            call.lead_id, call.updated_at = lead, now
            calls.append(call)
    for form in found.forms.values():
        lead = place.get(found.of_form(form).ref)
        if form.lead_id != lead:
            form.lead_id = lead
            forms.append(form)
    Call.objects.bulk_update(calls, ["lead", "updated_at"], batch_size=BATCH)
    FormSent.objects.bulk_update(forms, ["lead"], batch_size=BATCH)


def _write_columns(leads: _Leads, found: Found) -> None:
    """Reckon the leads' own columns."""
    rows = {
        pk: sorted((found.row(one) for one in contacts), key=moment)
        for pk, contacts in leads.contacts.items()
    }
    origins = Origins(chain.from_iterable(rows.values()), leads.rules)
    places = sites()
    now = timezone.now()
    changed = [
        lead
        for pk, lead in leads.rows.items()
        if pk in rows and reckon(lead, rows[pk], origins, places)
    ]
    for lead in changed:
        lead.updated_at = now
    Lead.objects.bulk_update(changed, [*COLUMNS, "updated_at"], batch_size=BATCH)


def _write_visitors(leads: _Leads) -> None:
    """Write whose browsers each lead has."""
    wanted = {
        (pk, value)
        for pk, contacts in leads.contacts.items()
        for kind, value in chain.from_iterable(one.keys for one in contacts)
        if kind == VISITOR
    }
    there = LeadVisitor.objects.filter(lead__in=leads.rows)
    had = {(lead, visitor): pk for pk, lead, visitor in there.values_list("pk", "lead", "visitor")}
    gone = [pk for pair, pk in had.items() if pair not in wanted]
    LeadVisitor.objects.filter(pk__in=gone).delete()
    LeadVisitor.objects.bulk_create(
        (
            LeadVisitor(lead_id=lead, visitor=visitor)
            for lead, visitor in sorted(wanted - had.keys())
        ),
        batch_size=BATCH,
        ignore_conflicts=True,
    )


def _clear(leads: _Leads) -> None:
    """Delete what is left without a call or form, if nobody has worked with it."""
    empty = [lead for pk, lead in leads.rows.items() if pk not in leads.contacts]
    if not empty:
        return
    noted = set(_noted(empty))
    idle = [one.pk for one in empty if _is_untouched(one) and one.pk not in noted]
    Lead.objects.filter(pk__in=idle).delete()


def _noted(leads: Iterable[Lead]) -> Iterable[int]:
    return LeadNote.objects.filter(lead__in=leads).values_list("lead", flat=True)


def _is_untouched(lead: Lead) -> bool:
    return lead.state == "new" and lead.assignee_id is None and lead.value is None
