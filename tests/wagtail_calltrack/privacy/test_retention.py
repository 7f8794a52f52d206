"""Retention: who is forgotten when, and that the figures stay."""

import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db.models import Count

from tests.wagtail_calltrack.calls import CALLER, call, visit
from tests.wagtail_calltrack.facts import exhausted, given
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
    session = f"{mark}-{at:%y%m%d}"
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
        DailyVisitor.objects.create(day=at.date(), origin=origin, visitor=f"v-{mark}")
    DailyShown.objects.create(day=at.date(), visitor=f"v-{mark}", **shown)
    lead = Lead.objects.create(
        name="Jan", email="jan@example.nl", caller=CALLER, began_at=at, last_at=at, value=9
    )
    LeadVisitor.objects.create(lead=lead, visitor=f"v-{mark}")
    LeadNote.objects.create(lead=lead, text="Calls back")
    FormSent.objects.create(
        id=uuid.uuid4(), at=at, session=session, form="contact", name="Jan", phone=CALLER, lead=lead
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


def figures() -> dict[str, Any]:
    """Give what reports count: visitors and callers of days, months and all."""
    calls = Call.objects.order_by()
    return {
        "visitors": DailyVisitor.objects.aggregate(n=Count("visitor", distinct=True)),
        "days": list(
            DailyVisitor.objects.order_by("day")
            .values_list("day")
            .annotate(n=Count("visitor", distinct=True), rows=Count("pk"))
        ),
        "origins": sorted(
            DailyVisitor.objects.order_by()
            .values_list("origin__digest")
            .annotate(n=Count("visitor", distinct=True))
        ),
        "shown": DailyShown.objects.aggregate(n=Count("visitor", distinct=True), r=Count("pk")),
        "callers": calls.aggregate(n=Count("caller", distinct=True), rows=Count("pk")),
        "leads": sorted(Lead.objects.order_by().values_list("state", "value", "began_at")),
        "forms": FormSent.objects.count(),
    }


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
    assert (old.session, old.visitor, old.candidates.count()) == ("", "", 0)
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
    assert FormSent.objects.values_list("name", "phone", "session").get() == ("", "", "")
    assert not DailyVisitor.objects.exclude(visitor__startswith="~").exists()


def test_no_table_holds_a_name_or_number_afterwards() -> None:
    everything(OLDEST, "secret")

    forget_all()

    left = [
        (model.__name__, row)
        for model in apps.get_app_config("wagtail_calltrack").get_models()
        for row in model._default_manager.values()
        if any(word in str(row) for word in ("Jan", CALLER, "secret", "jan@"))
    ]
    assert left == []


def test_all_figures_are_what_they_were() -> None:
    for at in (OLDEST, OLDEST + DAY, NEW):
        everything(at, "a")
    everything(OLDEST, "b")
    Call.objects.filter(visitor="v-b").update(caller="+31687654321")
    before = figures()
    before_callers = sorted(
        Call.objects.filter(started_at__lt=OLD)
        .values_list("started_at__date")
        .annotate(n=Count("caller", distinct=True))
    )

    forget_all()

    after = figures()
    # Who came in a month that is forgotten and comes still is counted in each.
    assert after.pop("visitors") == {"n": before.pop("visitors")["n"] + 1}
    assert after.pop("callers")["rows"] == before.pop("callers")["rows"]
    for name in ("origins", "shown"):
        after.pop(name), before.pop(name)
    assert after == before
    assert before_callers == sorted(
        Call.objects.filter(started_at__lt=OLD)
        .values_list("started_at__date")
        .annotate(n=Count("caller", distinct=True))
    )


def test_a_month_that_is_forgotten_day_by_day_keeps_its_unique_visitors() -> None:
    for day in (date(2025, 9, 3), date(2025, 9, 20)):
        everything(datetime(day.year, day.month, day.day, 12, tzinfo=UTC), "a")
        everything(datetime(day.year, day.month, day.day, 12, tzinfo=UTC), "b")
    before = figures()

    for at in (datetime(2025, 9, 10, tzinfo=UTC), datetime(2025, 9, 25, tzinfo=UTC)):
        forget_all(Bounds(at, at))

    assert figures() == before
    assert set(PrivacySettings.current().month_keys) == {"visitor 2025-09", "caller 2025-09"}


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

    assert slices > 30
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
