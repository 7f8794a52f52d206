"""Calls and forms come into leads, and again whenever something about them changes."""

from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from tests.wagtail_calltrack.calls_made import ANNA, BERT, call, day, form, visit
from wagtail_calltrack.leads import gather, gather_forms
from wagtail_calltrack.models import (
    Call,
    CallCredit,
    CallSettings,
    FormSent,
    Lead,
    LeadNote,
    LeadVisitor,
    Origin,
)

pytestmark = pytest.mark.django_db


def groups() -> set[frozenset[str]]:
    """Give what is together in each lead, by the days."""
    rows: dict[int | None, set[str]] = {}
    for one in Call.objects.all():
        rows.setdefault(one.lead_id, set()).add(f"call {(one.started_at - day(0)).days}")
    for sent in FormSent.objects.all():
        rows.setdefault(sent.lead_id, set()).add(f"form {(sent.at - day(0)).days}")
    assert None not in rows
    return {frozenset(one) for one in rows.values()}


def test_a_call_becomes_a_lead_with_what_is_known_of_it() -> None:
    made = call(visitor="v", campaign="google-ads")

    gather([made])

    lead = Lead.objects.get()
    assert made.lead_id == lead.pk == Call.objects.get().lead_id
    assert (lead.state, lead.caller, lead.campaign) == ("new", ANNA, "google-ads")
    assert (lead.began_at, lead.last_at, lead.vestiging) == (day(0), day(0), "amsterdam")
    assert [one.visitor for one in lead.visitors.all()] == ["v"]


def test_calls_and_forms_of_one_person_make_one_lead_in_whatever_order_they_come() -> None:
    visit("v", day(1))
    told: list[Any] = [
        call(day(0), ANNA),
        call(day(1), ANNA, "v"),
        call(day(2), BERT, "v"),
        form(day(3), "s-v", email="Anna@example.nl"),
        form(day(4), email="anna@EXAMPLE.nl"),
        call(day(5), "+31600000000"),
    ]
    expected = {
        frozenset(("call 0", "call 1", "call 2", "form 3", "form 4")),
        frozenset(("call 5",)),
    }

    for order in list(permutations(told))[::30]:
        Lead.objects.all().delete()
        for one in order:
            one.refresh_from_db()
            if isinstance(one, Call):
                gather([one])
            else:
                gather_forms([one])
        assert groups() == expected

    assert Lead.objects.get(calls__started_at=day(5)).caller == "+31600000000"


def test_gathering_again_changes_nothing() -> None:
    calls = [call(day(0), ANNA, "v"), call(day(1), ANNA), call(day(2), "")]
    gather(calls)
    before = list(Lead.objects.order_by("pk").values())

    gather(list(Call.objects.all()))

    assert list(Lead.objects.order_by("pk").values()) == before
    assert len(before) == 2


def test_a_lead_begins_again_when_the_cycle_after_a_won_one_is_over() -> None:
    CallSettings.objects.create(cycle_days=10)
    gather([call(day(0))])
    Lead.objects.update(state="won")

    gather([call(day(10))])
    gather([call(day(21))])

    assert groups() == {frozenset(("call 0", "call 10")), frozenset(("call 21",))}
    assert sorted(Lead.objects.values_list("state", flat=True)) == ["new", "won"]


def test_two_leads_of_one_person_become_the_older_with_all_that_was_done() -> None:
    gather([call(day(0), ANNA), call(day(1), BERT, "v")])
    older, younger = Lead.objects.order_by("began_at")
    user = User.objects.create_user("jan")
    LeadNote.objects.create(lead=younger, user=user, text="Wants a quote")
    Lead.objects.filter(pk=younger.pk).update(state="open", assignee=user, value=1200)
    log(younger, "wagtail.edit")

    gather([call(day(2), ANNA, "v")])

    lead = Lead.objects.get()
    assert (lead.pk, lead.state, lead.assignee) == (older.pk, "open", user)
    assert lead.value == Decimal(1200)
    assert lead.notes.get().text == "Wants a quote"
    assert (lead.calls.count(), lead.caller, lead.last_at) == (3, ANNA, day(2))
    entries = ModelLogEntry.objects.filter(object_id=str(older.pk)).order_by("timestamp")
    assert [one.action for one in entries] == ["wagtail.edit", "calltrack.gather"]
    assert "the lead of" in entries[1].message
    assert not any(number[3:] in str(entries[1].data) for number in (ANNA, BERT))


def test_an_assignee_is_kept_when_another_lead_comes_in() -> None:
    jan, piet = (User.objects.create_user(name) for name in ("jan", "piet"))
    gather([call(day(0), ANNA), call(day(1), BERT, "v")])
    older, younger = Lead.objects.order_by("began_at")
    Lead.objects.filter(pk=older.pk).update(assignee=jan)
    Lead.objects.filter(pk=younger.pk).update(assignee=piet)

    gather([call(day(2), ANNA, "v")])

    assert Lead.objects.get().assignee == jan


def test_a_call_that_turns_out_to_be_another_visitors_goes_to_that_ones_lead() -> None:
    moved = call(day(1), BERT, "v")
    gather([call(day(0), ANNA, "v"), moved, call(day(0.5), "", "w")])
    Call.objects.filter(pk=moved.pk).update(visitor="w", session="s-w")

    gather([Call.objects.get(pk=moved.pk)])

    by_visitor = {one.visitor: one.lead for one in LeadVisitor.objects.select_related("lead")}
    assert Call.objects.get(pk=moved.pk).lead == by_visitor["w"]
    assert {name: lead.caller for name, lead in by_visitor.items()} == {"v": ANNA, "w": BERT}
    assert LeadVisitor.objects.count() == Lead.objects.count() == 2


def test_spam_makes_no_lead_and_a_lead_of_spam_alone_goes_unless_somebody_worked_with_it() -> None:
    first, second = call(day(0), ANNA), call(day(0), BERT)
    gather([first, second, call(day(0), "+31600000000", is_spam=True)])
    assert Lead.objects.count() == 2
    LeadNote.objects.create(lead=Lead.objects.get(caller=BERT), text="Robot")
    Call.objects.update(is_spam=True)

    gather(list(Call.objects.all()))

    assert [one.caller for one in Lead.objects.all()] == [BERT]
    assert not Call.objects.exclude(lead=None).exists()


def test_a_call_that_several_may_have_made_is_told_by_its_caller_alone() -> None:
    gather([call(day(0), ANNA, "v"), call(day(1), BERT, "v", step="candidates")])

    assert groups() == {frozenset(("call 0",)), frozenset(("call 1",))}


def test_withheld_numbers_come_together_by_visitor_alone() -> None:
    gather([call(day(0), "", "v"), call(day(1), "", "v"), call(day(2), ""), call(day(3), "")])

    assert groups() == {
        frozenset(("call 0", "call 1")),
        frozenset(("call 2",)),
        frozenset(("call 3",)),
    }


def test_a_call_back_comes_to_the_lead_and_makes_none() -> None:
    gather([call(day(0), ANNA), call(day(1), ANNA, direction="out")])
    gather([call(day(2), BERT, direction="out")])

    assert Lead.objects.get().calls.count() == 2


def test_a_form_gives_name_and_address_and_a_name_that_was_written_stays() -> None:
    sent = form(day(1), name="Anna de Vries", email="anna@example.nl", phone=ANNA)
    gather([call(day(0), ANNA)])

    gather_forms([sent])

    lead = Lead.objects.get()
    assert (lead.name, lead.email, sent.lead_id) == ("Anna de Vries", "anna@example.nl", lead.pk)
    Lead.objects.update(name="Mrs De Vries")
    gather([call(day(2), ANNA)])
    assert Lead.objects.get().name == "Mrs De Vries"


def test_the_origin_is_what_the_firms_model_says_of_the_first_call() -> None:
    made = [call(day(0)), call(day(1))]
    origins = [Origin.objects.create(digest=str(at), source=f"s{at}") for at in range(3)]
    for row, model, origin, weight in (
        (made[0], "linear", origins[0], 0.4),
        (made[0], "linear", origins[1], 0.6),
        (made[0], "last", origins[0], 1),
        (made[1], "linear", origins[2], 1),
    ):
        CallCredit.objects.create(call=row, model=model, origin=origin, weight=weight)
    CallSettings.objects.create(model="linear")

    gather(made)

    assert Lead.objects.get().origin == origins[1]


def test_many_calls_cost_the_queries_of_a_few() -> None:
    def cost(count: int, mark: int) -> int:
        calls: list[Any] = [
            call(day(at / 100), f"+316{mark}{at:07}", f"v{mark}-{at}") for at in range(count)
        ]
        with CaptureQueriesContext(connection) as queries:
            gather(calls)
        return len(queries)

    cost(1, 1)

    assert cost(60, 2) == cost(5, 3)
