"""Retention: who is forgotten when, slice by slice; `test_figures` says that the figures stay."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.apps import apps

from tests.wagtail_calltrack.calls import CALLER, call, visit
from tests.wagtail_calltrack.facts import exhausted, given
from wagtail_calltrack.leads import gather
from wagtail_calltrack.models import (
    Call,
    CallCandidate,
    CallEvent,
    DailyShown,
    DailyVisitor,
    FormSent,
    Lead,
    LeadNote,
    LeadVisitor,
    NumberShown,
    Origin,
    PageView,
    PrivacySettings,
    UnknownEvent,
    VisitorSession,
)
from wagtail_calltrack.privacy import retention
from wagtail_calltrack.privacy.retention import Bounds, forget, waiting
from wagtail_calltrack.rollups import in_calls, in_rollups

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
OLD, NEW = NOW - 400 * DAY, NOW - 5 * DAY
OLDEST = NOW - 800 * DAY
BOUNDS = Bounds.of(PrivacySettings(), NOW)
FACTS = ("VisitorSession", "SessionTouch", "PageView", "NumberShown", "LeaseEvent",
         "PoolExhausted", "UnknownEvent")  # fmt: skip


def everything(at: datetime, mark: str) -> Call:
    """Save a visit with all that may come of it; visitor and caller go by the mark."""
    session, word = f"{mark}-{at:%y%m%d}", in_rollups()(f"v-{mark}")
    visit(at, session)
    VisitorSession.objects.filter(pk=session).update(visitor=f"v-{mark}")
    given(at, session)
    exhausted(at, session)
    PageView.objects.create(id=uuid.uuid4(), at=at, session=session, path="/", status=200)
    shown = {"vestiging": "amsterdam", "number": "+31207654301"}
    NumberShown.objects.create(id=uuid.uuid4(), at=at, session=session, **shown)
    UnknownEvent.objects.create(id=uuid.uuid4(), kind="new", at=at, came_at=at, data={})
    for kind in ("a", "b"):
        origin, _made = Origin.objects.get_or_create(digest=kind, channel=kind)
        DailyVisitor.objects.create(day=at.date(), origin=origin, visitor=word)
    DailyShown.objects.create(day=at.date(), visitor=word, **shown)
    lead = Lead.objects.create(
        name="Jan", email="jan@example.nl", caller=CALLER, began_at=at, last_at=at, value=9
    )
    LeadVisitor.objects.create(lead=lead, visitor=f"v-{mark}")
    LeadNote.objects.create(lead=lead, text="Calls back")
    FormSent.objects.create(
        id=uuid.uuid4(),
        at=at,
        session=session,
        form="contact",
        lead=lead,
        name="Jan",
        phone=CALLER,
        email="jan@example.nl",
        reference="ORD-7",
    )
    made = call(at, session=session, visitor=f"v-{mark}", lead=lead, recording="https://x/1")
    CallCandidate.objects.create(call=made, session=session, weight=1)
    CallEvent.objects.create(
        id=uuid.uuid4(), at=at, account=made.account, call=made.call, caller=CALLER, phase="ended"
    )
    return made


def forget_all(bounds: Bounds = BOUNDS) -> int:
    place: int | None = 0
    done = 0
    while place is not None:
        place, count = forget(place, bounds)
        done += count
    return done


def count(name: str) -> int:
    return int(apps.get_model("wagtail_calltrack", name)._default_manager.count())


def test_facts_of_old_visits_are_deleted_and_new_ones_stay() -> None:
    everything(OLD, "a")
    everything(NEW, "b")

    forget_all()

    assert {name: count(name) for name in FACTS} == dict.fromkeys(FACTS, 1)
    assert VisitorSession.objects.get().visitor == "v-b"


def test_an_old_calls_visitor_is_forgotten_and_its_caller_is_kept_longer() -> None:
    old = everything(OLD, "a")
    new = everything(NEW, "b")

    forget_all()

    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.session, old.visitor, old.candidates.count()) == ("", in_calls()("v-a"), 0)
    assert (old.caller, old.recording) == (CALLER, "https://x/1")
    assert (new.visitor, new.candidates.count()) == ("v-b", 1)


def test_of_the_oldest_nothing_says_who_it_was() -> None:
    made = everything(OLDEST, "a")

    forget_all()

    made.refresh_from_db()
    lead = Lead.objects.get()
    assert made.caller.startswith("~")
    assert len(made.caller) == 16
    assert made.recording == ""
    assert (lead.name, lead.email, lead.notes.count()) == ("", "", 0)
    assert lead.caller.startswith("~")
    assert CallEvent.objects.count() == 0
    assert LeadVisitor.objects.count() == 0
    told = ("name", "phone", "email", "reference", "session")
    assert FormSent.objects.values_list(*told).get() == ("",) * 5
    assert made.visitor.startswith("~")


def test_no_table_holds_a_name_or_number_afterwards() -> None:
    everything(OLDEST, "secret")

    forget_all()

    left = [
        (model.__name__, row)
        for model in apps.get_app_config("wagtail_calltrack").get_models()
        for row in model._default_manager.values()
        if any(word in str(row) for word in ("Jan", CALLER, "secret", "jan@", "ORD-7"))
    ]
    assert left == []


def test_a_form_that_says_no_more_than_a_reference_is_forgotten_too() -> None:
    FormSent.objects.create(id=uuid.uuid4(), at=OLDEST, form="order", reference="ORD-7")

    forget_all()

    assert FormSent.objects.get().reference == ""


def test_the_key_of_a_month_that_is_done_is_thrown_away() -> None:
    everything(OLDEST, "a")

    forget_all()

    assert PrivacySettings.current().month_keys == {}
    assert PrivacySettings.current().forgotten_at is not None


def test_it_goes_on_where_it_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    for at in range(5):
        everything(OLDEST + at * DAY, f"m{at}")
    monkeypatch.setattr(retention, "SLICE", 2)
    total = waiting(BOUNDS)
    place: int | None = 0
    slices = 0
    while place is not None:
        place, done = forget(place, BOUNDS)
        slices += bool(done)

    assert slices > 25
    assert total > 0
    assert waiting(BOUNDS) == 0


def test_a_second_run_finds_nothing() -> None:
    everything(OLDEST, "a")
    forget_all()

    assert forget_all() == 0


def test_a_day_is_forgotten_whole() -> None:
    edge = Bounds.of(PrivacySettings(visitor_days=10), NOW).visits
    visit(edge - timedelta(seconds=1), "before")
    visit(edge, "after")

    forget_all(Bounds(edge, OLDEST))

    assert list(VisitorSession.objects.values_list("pk", flat=True)) == ["after"]
    assert edge == datetime(2026, 11, 9, 23, 0, tzinfo=UTC)


def test_calls_of_one_visitor_stay_one_lead_when_the_visit_is_forgotten() -> None:
    phones = (CALLER, "+31687654321")
    both = [call(OLD, caller=one, visitor="v-a", session="s-a", step="live") for one in phones]
    gather(both)
    before = set(Call.objects.values_list("lead", flat=True))

    forget_all()
    gather(list(Call.objects.order_by("pk")))

    assert set(Call.objects.values_list("lead", flat=True)) == before
    assert len(before) == 1
