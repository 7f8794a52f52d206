"""Calls of a phone system from CSV: looked at first, then stored as the API stores them."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import GroupSitePermission, ModelLogEntry, Site

from tests.wagtail_calltrack.firm import make_firm
from tests.wagtail_calltrack.importing.uploads import (
    bring_in,
    confirm,
    faults,
    preview,
    upload,
    url,
)
from wagtail_calltrack.importing.calls import CallImport
from wagtail_calltrack.importing.preview import Kind
from wagtail_calltrack.ingest.own_calls import store_calls
from wagtail_calltrack.models import Call, CallEvent, Lead

pytestmark = pytest.mark.django_db

NUMBER, OTHER = "020 765 43 01", "020 765 43 02"
HEAD = "reference;started at;caller;number;status;talk time\n"
ANNA = "0612345678"


@pytest.fixture
def editor(db: None, admin_client: Client) -> Client:
    make_firm()
    return admin_client


def line(reference: str = "A-1", **cells: str) -> str:
    said = {
        "at": "2-11-2026 14:05:30",
        "caller": ANNA,
        "number": NUMBER,
        "status": "answered",
        "talk": "1:05",
        **cells,
    }
    return ";".join((reference, *said.values())) + "\n"


def kinds(editor: Client, text: str) -> list[str]:
    return [one.kind.value for one in preview(editor, "calls", text).outcomes]


def test_calls_are_stored_and_settled_as_previewed(editor: Client) -> None:
    text = (
        "uniqueid,calldate,src,dst,disposition,billsec,duration,vestiging\n"
        f"1762088730.12,2026-11-02 14:05:30,{ANNA},0207654301,ANSWERED,65,72,Utrecht\n"
        "1762088731.13,2026-11-02 14:06:00,anonymous,0207654302,NO ANSWER,0,25,\n"
    )

    found = preview(editor, "calls", text)
    assert not Call.objects.exists()
    done = bring_in(editor, "calls", text)

    assert [one.kind for one in found.outcomes] == [Kind.ADD, Kind.ADD]
    assert [(one.label, one.after) for one in found.outcomes[0].changes] == [
        ("Caller", "06 12345678"),
        ("Number called", "020 765 4301"),
        ("Status", "Answered"),
        ("Talk time", "1:05"),
        ("Vestiging", "utrecht"),
    ]
    assert [(one.label, one.after) for one in found.outcomes[1].changes] == [
        ("Caller", "withheld"),
        ("Number called", "020 765 4302"),
        ("Status", "Missed"),
    ]
    call = Call.objects.get(call="1762088730.12")
    assert (call.account, call.caller, call.number) == ("pbx", "+31612345678", "+31207654301")
    assert (call.status, call.talk_seconds, call.vestiging) == ("answered", 65, "utrecht")
    assert call.started_at == datetime(2026, 11, 2, 13, 5, 30, tzinfo=UTC)
    assert call.is_settled
    assert Lead.objects.filter(caller="+31612345678").exists()
    said = str(ModelLogEntry.objects.get(action="calltrack.import").data["said"])
    assert said == "2 new calls, 0 changed"
    assert done.url == "/cms/calltrack_calls/"


def test_the_same_file_again_changes_nothing(editor: Client) -> None:
    text = HEAD + line() + line("A-2", status="gemist", talk="")
    bring_in(editor, "calls", text)
    before = list(Call.objects.order_by("pk").values()), list(CallEvent.objects.values())

    found = preview(editor, "calls", text)
    again = confirm(editor, "calls", upload(editor, "calls", text))

    assert [one.kind for one in found.outcomes] == [Kind.SAME, Kind.SAME]
    assert again.status_code == 302
    assert (list(Call.objects.order_by("pk").values()), list(CallEvent.objects.values())) == before
    assert ModelLogEntry.objects.filter(action="calltrack.import").count() == 1


def test_a_call_that_is_there_is_changed_and_says_how(editor: Client) -> None:
    bring_in(editor, "calls", HEAD + line())
    text = HEAD + line(talk="2:00", at="2-11-2026 14:05:00")

    (one,) = preview(editor, "calls", text).outcomes
    bring_in(editor, "calls", text)

    assert one.kind is Kind.CHANGE
    assert [(change.label, change.before, change.after) for change in one.changes] == [
        ("Started at", "2 Nov 2026 14:05:30", "2 Nov 2026 14:05:00"),
        ("Talk time", "1:05", "2:00"),
    ]
    assert Call.objects.get().talk_seconds == 120


def test_what_the_file_has_no_column_for_stays_as_the_api_told_it(editor: Client) -> None:
    told = {
        "reference": "A-1",
        "started_at": "2026-11-02T13:05:30+00:00",
        "number": NUMBER,
        "caller": ANNA,
        "status": "answered",
        "talk_seconds": 65,
        "ring_seconds": 7,
        "vestiging": "utrecht",
        "forwarded_to": "030 123 45 67",
        "recording": "https://pbx.example/1",
    }
    store_calls([told], datetime(2026, 11, 3, tzinfo=UTC))

    assert kinds(editor, HEAD + line()) == ["same"]
    bring_in(editor, "calls", HEAD + line(talk="66"))

    call = Call.objects.get()
    assert (call.talk_seconds, call.ring_seconds, call.vestiging) == (66, 7, "utrecht")
    assert (call.recording, call.forwarded_to) == ("https://pbx.example/1", "+31301234567")


WRONG = [
    pytest.param(line(""), "Reference", "is empty", id="no reference"),
    pytest.param(line(at="yesterday"), "Started at", "not a date", id="no moment"),
    pytest.param(line(caller="201"), "Caller", "too short", id="an extension"),
    pytest.param(line(number=""), "Number called", "is empty", id="no number"),
    pytest.param(line(status="weird"), "Status", "«weird» is not known", id="a word"),
    pytest.param(line(talk=""), "Talk time", "is empty, and the call", id="no talk time"),
    pytest.param(line(talk="long"), "Talk time", "is no span", id="a wrong talk time"),
    pytest.param("A-1;x\n", "", "has 2 cells", id="too few cells"),
]


@pytest.mark.parametrize(("wrong", "column", "reason"), WRONG)
def test_a_row_that_is_wrong_is_left_out_with_the_reason(
    editor: Client, wrong: str, column: str, reason: str
) -> None:
    text = HEAD + wrong + line("A-2")

    shown = upload(editor, "calls", text)
    found = shown.context["preview"]
    done = confirm(editor, "calls", shown)

    assert [(row, name) for row, name, told in faults(found) if reason in told] == [(2, column)]
    assert "Rows with an error are left out" in shown.content.decode()
    assert "Import the others" in shown.content.decode()
    assert done.status_code == 302
    assert list(Call.objects.values_list("call", flat=True)) == ["A-2"]


def test_a_file_with_nothing_but_errors_is_not_confirmed(editor: Client) -> None:
    shown = upload(editor, "calls", HEAD + line(status="?"))

    text = shown.content.decode()
    assert "rows without an error are there already" in text
    assert 'value="confirm"' not in text


def test_of_a_call_that_stands_twice_the_last_row_counts(editor: Client) -> None:
    text = HEAD + line(status="missed", talk="") + line(talk="9")

    found = preview(editor, "calls", text)
    bring_in(editor, "calls", text)

    assert faults(found) == [(2, "Reference", "stands again in row 3: that one counts")]
    assert Call.objects.get().talk_seconds == 9


def test_a_forgotten_caller_is_named_as_the_reason(editor: Client) -> None:
    bring_in(editor, "calls", HEAD + line())
    Call.objects.update(caller="~gone")
    CallEvent.objects.all().delete()

    ((_row, column, told),) = faults(preview(editor, "calls", HEAD + line()))

    assert (column, "forgotten here by now" in told) == ("Reference", True)


OUTGOING = [
    pytest.param(NUMBER, ANNA, id="from us to them"),
    pytest.param(ANNA, NUMBER, id="them, and our number"),
]


@pytest.mark.parametrize(("source", "target"), OUTGOING)
def test_of_an_outgoing_call_our_own_number_is_found(
    editor: Client, source: str, target: str
) -> None:
    head = "id;datum;van;naar;status;duur;richting\n"
    row = f"A-1;2-11-2026 14:05;{source};{target};beantwoord;65;uitgaand\n"

    bring_in(editor, "calls", head + row)

    call = Call.objects.get()
    assert (call.direction, call.number, call.caller) == ("out", "+31207654301", "+31612345678")


def test_phone_systems_with_references_of_their_own_are_kept_apart(editor: Client) -> None:
    head = HEAD.replace("\n", ";centrale\n")
    text = head + line().replace("\n", ";utrecht\n") + line().replace("\n", ";\n")

    bring_in(editor, "calls", text)

    assert set(Call.objects.values_list("account", "call")) == {("utrecht", "A-1"), ("pbx", "A-1")}


def test_the_page_says_whose_clock_and_how_much(editor: Client) -> None:
    shown = editor.get(url("calls")).content.decode()

    assert "Times without a zone are those of Europe/Amsterdam." in shown
    assert "at most 10,000 rows and 2 MB" in shown
    assert "calltrack_import calls" in shown


def test_the_preview_tells_of_numbers_that_are_nobodys(editor: Client) -> None:
    found = preview(editor, "calls", HEAD + line(number="030 999 99 99") + line("A-2"))

    (note,) = found.notes
    assert note.startswith("1 call is on a number that is neither in the stock nor a vestiging's")


def test_a_call_told_meanwhile_is_previewed_anew(editor: Client) -> None:
    shown = upload(editor, "calls", HEAD + line())
    bring_in(editor, "calls", HEAD + line(talk="9"))

    again = confirm(editor, "calls", shown)

    assert again.status_code == 200
    assert "what is there was changed meanwhile" in again.content.decode()
    assert Call.objects.get().talk_seconds == 9


def test_the_example_can_be_imported(editor: Client) -> None:
    example = b"".join(editor.get(f"{url('calls')}example/"))

    found = preview(editor, "calls", example)

    assert [one.kind for one in found.outcomes] == [Kind.ADD, Kind.ADD], faults(found)


PERMISSIONS = [
    pytest.param(("view_call", "change_call"), False, id="may not see callers"),
    pytest.param(("view_call", "see_callers"), False, id="may not change calls"),
    pytest.param(("view_call", "change_call", "see_callers"), True, id="may do both"),
]


@pytest.mark.parametrize(("codes", "may"), PERMISSIONS)
def test_who_may_change_calls_and_see_callers_may_import(
    editor: Client, codes: tuple[str, ...], may: bool
) -> None:
    user = User.objects.create_user("reception")
    user.user_permissions.set(Permission.objects.filter(codename__in=("access_admin", *codes)))
    client = Client()
    client.force_login(user)

    listing: Any = client.get("/cms/calltrack_calls/")
    shown = client.get(url("calls"))
    told = upload(client, "calls", HEAD + line())

    assert listing.status_code == 200
    assert (f'href="{url("calls")}"' in listing.content.decode()) == may
    assert (shown.status_code, told.status_code) == ((200, 200) if may else (302, 302))


def test_an_editor_of_some_sites_does_not_import_the_firms_calls(editor: Client) -> None:
    group = Group.objects.create(name="editors of a site")
    codes = ("access_admin", "see_callers")
    group.permissions.set(Permission.objects.filter(codename__in=codes))
    change = Permission.objects.get(codename="change_trackedsite")
    GroupSitePermission.objects.create(group=group, site=Site.objects.get(), permission=change)
    user = User.objects.create_user("editor of a site")
    user.groups.add(group)
    client = Client()
    client.force_login(user)

    assert client.get("/cms/calltrack_calls/").status_code == 200
    assert upload(client, "calls", HEAD + line()).status_code == 302


def test_numbers_are_masked_where_nobody_looks(editor: Client) -> None:
    work = CallImport()
    table = work.table((HEAD + line()).encode())

    told = [change.after for one in work.preview(table).outcomes for change in one.changes]

    assert "06 •• •• •• 78" in told
    assert not any("12345678" in one for one in told)


@pytest.mark.parametrize("count", [2, 200])
def test_a_look_costs_the_same_queries_for_two_rows_and_for_many(
    editor: Client, count: int
) -> None:
    text = HEAD + "".join(line(f"A-{at}", caller=f"06{at:08}") for at in range(count))
    work = CallImport()
    table = work.table(text.encode())

    with CaptureQueriesContext(connection) as queries:
        found = work.preview(table)

    assert len(found.writes) == count
    assert len(queries) <= 9
