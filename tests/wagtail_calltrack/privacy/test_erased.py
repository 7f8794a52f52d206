"""Who is erased stays so: whatever is told late, and however often calls are reckoned anew."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.test import Client
from wagtail.models import ModelLogEntry

from tests.wagtail_calltrack.settling.story import (
    ANNA,
    BERT,
    again,
    by_ad,
    called,
    came,
    channels,
    leased,
    outcome,
    shown,
    tell,
    the_call,
)
from wagtail_calltrack.models import BlockedCaller, Call, CallEvent, UnknownEvent
from wagtail_calltrack.models.privacy import FORGOTTEN
from wagtail_calltrack.privacy.erasing import erase
from wagtail_calltrack.privacy.handing_out import exported
from wagtail_calltrack.privacy.person import person
from wagtail_calltrack.settling import settle_these

pytestmark = pytest.mark.django_db


def restate() -> None:
    settle_these(list(Call.objects.values_list("pk", flat=True)))


def test_what_is_told_late_of_an_erased_callers_call_is_not_kept() -> None:
    *before, ended = called(5)
    tell(by_ad(0), leased(0), shown(0), *before)
    erase(person(caller=ANNA), None)

    tell(ended, again(before[0]))

    assert not CallEvent.objects.exists()
    assert the_call().caller.startswith(FORGOTTEN)
    assert ANNA not in str(outcome())


@pytest.mark.parametrize("caller", ["", BERT], ids=["withheld", "not one of theirs"])
def test_a_call_of_an_erased_visitor_stays_credited_as_it_was(caller: str) -> None:
    tell(came(-60, "S0", "V0"), leased(-60, "S0"), by_ad(0), leased(0), *called(5, caller=caller))
    Call.objects.update(lead=None)
    before = (the_call().step, the_call().confidence, channels())
    erase(person(visitor="V1"), None)

    restate()

    assert before == ("live", the_call().confidence, {"paid_search": "1"})
    assert (the_call().step, the_call().confidence, channels()) == before
    assert the_call().session == ""
    assert not {"V0", "V1"} & {the_call().visitor}


def test_a_call_that_an_erased_visitor_may_have_made_stays_shared() -> None:
    tell(by_ad(0), leased(0), came(1, "S2", "V2"), leased(1, "S2"), *called(50))
    before = channels()
    assert (the_call().step, len(before)) == ("candidates", 2)
    erase(person(visitor="V2"), None)

    restate()

    assert (the_call().step, channels()) == ("candidates", before)
    assert the_call().caller == ANNA


@pytest.mark.parametrize("value", [ANNA, "V1", "S1"])
def test_events_that_cannot_be_read_yet_are_the_persons_too(value: str) -> None:
    tell(by_ad(0), leased(0), shown(0), *called(5))
    at = datetime(2026, 3, 2, tzinfo=UTC)
    theirs, others = (
        UnknownEvent.objects.create(id=uuid4(), kind="call.rated", at=at, came_at=at, data=data)
        for data in ({"of": {"who": [value]}, "stars": 5}, {"of": BERT, "stars": 1})
    )
    found = person(caller=ANNA)

    assert [row["id"] for row in exported(found)["unknownevent"]] == [theirs.pk]
    erase(found, None)
    assert list(UnknownEvent.objects.all()) == [others]


def test_a_blocked_number_stays_blocked_and_what_was_noted_of_it_goes(admin_client: Client) -> None:
    notes = {ANNA: "Jan de Vries", BERT: "Dialler"}
    for number, note in notes.items():
        page = "/cms/calltrack_blocked_callers/new/"
        admin_client.post(page, {"number": number, "note": note})
    found = admin_client.post("/cms/calltrack_privacy/person/", {"action": "find", "caller": ANNA})

    erase(person(caller=ANNA), None)

    assert "stays in the list of blocked callers, without its note" in found.content.decode()
    assert dict(BlockedCaller.objects.values_list("number", "note")) == {ANNA: "", BERT: "Dialler"}
    history = str(list(ModelLogEntry.objects.values_list("label", "data")))
    assert "Jan de Vries" not in history
    assert "Dialler" in history
