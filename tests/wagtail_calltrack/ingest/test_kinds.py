"""Each kind of event: what it must tell, and the row that it becomes."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from calltrack.events import Kind
from calltrack.planvalues import RefusedError
from calltrack.sources import CLICK_SITES
from tests.wagtail_calltrack.ingest.samples import DATA, KINDS, LEASE, event, minute, moment
from wagtail_calltrack.ingest.body import Doubled
from wagtail_calltrack.ingest.kinds import SHAPES, read_event
from wagtail_calltrack.models import (
    CallEvent,
    FormSent,
    LeaseEvent,
    NumberShown,
    PageView,
    PoolExhausted,
    SessionTouch,
    UnknownEvent,
)

NOW = minute(600)
OPTIONAL = {"before", "shared", "campaign"}
FREE = ["source", "medium", "campaign", "term", "content", "keyword", "referrer", "landing"]
REQUIRED = [
    *(
        (kind, name)
        for kind, data in DATA.items()
        for name in data
        if kind not in {"session.started", "touch.added", "call.reported", "form.sent"}
        and name not in OPTIONAL
    ),
    *(("call.reported", name) for name in ("account", "call", "provider", "phase")),
    *(("form.sent", name) for name in ("session", "site", "form", "path")),
]
SOURCE_REQUIRED = [("session.started", name) for name in ("visitor", "session", "site")]


def row(kind: str, **data: Any) -> Any:
    return read_event(event(kind, **data), NOW).row


def refusal(raw: object) -> str:
    with pytest.raises(RefusedError) as caught:
        read_event(raw, NOW)
    return str(caught.value)


def test_every_kind_there_is_has_a_shape() -> None:
    assert set(SHAPES) == set(Kind)
    assert set(KINDS) == set(DATA)


PROMISED: dict[str, Any] = {
    "promised_until": minute(33),
    "kept_until": minute(33),
    "until": minute(33),
}
LEASES: dict[str, dict[str, Any]] = {
    "lease.given": {**PROMISED, "before": "S0"},
    "lease.renewed": {**PROMISED, "given_at": minute(0), "is_shared": True},
    "lease.pinned": {"pinned_until": minute(60), "until": minute(60), "given_at": minute(0)},
    "lease.unpinned": {"promised_until": minute(40), "until": minute(40), "given_at": minute(0)},
    "lease.ended": {"reason": "released", "given_at": minute(0)},
}
ROWS = [
    pytest.param(
        "session.started",
        SessionTouch(
            session="S1",
            is_first=True,
            channel="paid_search",
            source="google",
            medium="cpc",
            campaign="autumn",
            term="plaster ceiling",
            content="b",
            keyword="ceiling",
            referrer="https://www.google.com/search",
            referrer_host="www.google.com",
            landing="/ceilings/?utm_source=google",
            landing_path="/ceilings/",
            region="NL-UT",
            device="mobile",
            click_ids={"gclid": "Cj0KCQ"},
            client_ids={"_ga": "123.456"},
        ),
        id="session.started",
    ),
    pytest.param(
        "page.viewed",
        PageView(session="S1", site="www", path="/ceilings/", status=200),
        id="page.viewed",
    ),
    pytest.param(
        "number.shown",
        NumberShown(
            session="S1",
            vestiging="utrecht",
            number="+31301234567",
            campaign="ads",
            path="/ceilings/",
        ),
        id="number.shown",
    ),
    pytest.param(
        "pool.exhausted",
        PoolExhausted(session="S1", vestiging="utrecht", pool="utrecht"),
        id="pool.exhausted",
    ),
    pytest.param(
        "call.reported",
        CallEvent(
            account="twilio",
            provider="twilio",
            call="CA123",
            phase="ended",
            direction="in",
            number="+31301234567",
            caller="+31612345678",
            vestiging="utrecht",
            forwarded_to="+31307654321",
            status="answered",
            talk_seconds=65,
            ring_seconds=7,
            started_at=minute(1),
            answered_at=minute(1.2),
            ended_at=minute(2.3),
            recording="https://api.example.com/recordings/RE1",
        ),
        id="call.reported",
    ),
    pytest.param("form.sent", FormSent(**DATA["form.sent"]), id="form.sent"),
    *(
        pytest.param(kind, LeaseEvent(kind=kind, **LEASE, **columns), id=kind)
        for kind, columns in LEASES.items()
    ),
]


@pytest.mark.parametrize(("kind", "expected"), ROWS)
def test_an_event_becomes_a_row(kind: str, expected: Any) -> None:
    sent = event(kind, 3)
    expected.id, expected.at = UUID(sent["id"]), minute(3)

    found = read_event(sent, NOW).row

    assert found is not None
    assert type(found) is type(expected)
    assert _columns(found) == _columns(expected)


def _columns(found: Any) -> dict[str, Any]:
    return {name: value for name, value in vars(found).items() if name != "_state"}


def test_a_touch_that_is_added_is_not_the_first() -> None:
    assert row("touch.added").is_first is False


def test_a_leave_has_no_row_of_its_own() -> None:
    assert row("session.left") is None


def test_only_what_is_known_of_a_source_need_be_told() -> None:
    only = dict.fromkeys(DATA["session.started"])
    found = row("session.started", **only | {"visitor": "V1", "session": "S1", "site": "www"})

    assert (found.session, found.channel, found.landing) == ("S1", "", "")
    assert found.click_ids == found.client_ids == {}


def test_every_click_id_there_is_is_kept_under_its_name() -> None:
    ids = {name: f"{name}-1" for name in CLICK_SITES}

    assert row("touch.added", **ids).click_ids == ids


def test_the_latest_of_three_moments_ends_a_lease() -> None:
    assert row("lease.given", kept_until=moment(50)).until == minute(50)


def test_what_a_newer_edge_tells_besides_is_ignored() -> None:
    sent = event("page.viewed", weather={"rain": [1, 2]}) | {"more": "x"}

    assert read_event(sent, NOW).row is not None


@pytest.mark.parametrize(("kind", "name"), [*REQUIRED, *SOURCE_REQUIRED])
def test_a_field_that_is_missing_is_named(kind: str, name: str) -> None:
    assert refusal(event(kind, **{name: None})) == f"data.{name}: is missing"


@pytest.mark.parametrize("name", ["id", "kind", "at", "data"])
def test_a_part_that_is_missing_is_named(name: str) -> None:
    sent = event("page.viewed")
    del sent[name]

    assert refusal(sent) == f"{name}: is missing"


NOT_TEXTS: list[Any] = [1, 1.5, True, ["x"], {"x": 1}]


@pytest.mark.parametrize("value", [*NOT_TEXTS, "\ud800", "x" * 1001, "\x00", ""], ids=repr)
@pytest.mark.parametrize(("kind", "name"), [*REQUIRED, *SOURCE_REQUIRED])
def test_nothing_but_a_right_value_is_taken(kind: str, name: str, value: Any) -> None:
    """For a free text some of these are right: it is cut and cleaned (see below)."""
    if name in {"path", "form"} and isinstance(value, str):
        assert len(getattr(row(kind, **{name: value}), name)) <= 1000
    else:
        assert refusal(event(kind, **{name: value})).startswith(f"data.{name}: must be ")


WRONG = [
    pytest.param("session", "S" * 65, "1 to 64 letters", id="a session too long"),
    pytest.param("session", "S 1", "1 to 64 letters", id="a session of two words"),
    pytest.param("session", "S1\n", "1 to 64 letters", id="a line break behind it"),
    pytest.param("session", "Sé", "1 to 64 letters", id="a letter that is not of ASCII"),
    pytest.param("vestiging", "-utrecht", "1 to 64 of the letters", id="no key"),
    pytest.param("vestiging", "u" * 65, "1 to 64 of the letters", id="a key too long"),
    pytest.param("number", "0301234567", "a phone number of the form", id="a national number"),
    pytest.param("number", "+31 30 1234567", "a phone number of the form", id="with spaces"),
    pytest.param("number", "+3130" + "1" * 20, "a phone number of the form", id="too long"),
    pytest.param("promised_until", "soon", "a moment of the form", id="no moment"),
    pytest.param("promised_until", 1772452800, "a moment of the form", id="seconds"),
    pytest.param("kept_until", "2026-03-02T12:00:00", "a moment of the form", id="naive"),
    pytest.param("kept_until", "2026-03-02", "a moment of the form", id="a day"),
    pytest.param("kept_until", "2026-02-30T12:00:00Z", "of the calendar", id="February 30th"),
    pytest.param(
        "kept_until", "0001-01-01T00:00:00+14:00", "of the calendar", id="before the year 1"
    ),
    pytest.param("shared", 2, "1, or left out", id="two"),
    pytest.param("shared", "1", "1, or left out", id="a flag in quotes"),
    pytest.param("shared", 10**400, "1, or left out", id="a huge number"),
    pytest.param("before", "", "1 to 64 letters", id="nobody before"),
]


@pytest.mark.parametrize(("name", "value", "wanted"), WRONG)
def test_a_wrong_value_is_refused_with_what_it_must_be(name: str, value: Any, wanted: str) -> None:
    problem = refusal(event("lease.given", **{name: value}))

    assert problem.startswith(f"data.{name}: must be ")
    assert wanted in problem


@pytest.mark.parametrize("status", [99, 1000, -1, 2**70, 200.0, "200", True])
def test_a_status_is_one_of_http(status: Any) -> None:
    assert "a whole number from 100 to 999" in refusal(event("page.viewed", status=status))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("gclid", "x" * 501, id="a click id too long"),
        pytest.param("gclid", "a b", id="a click id with a space"),
        pytest.param("_ga", "\x00", id="a client id that cannot be kept"),
        pytest.param("channel", "Paid search", id="a channel of two words"),
    ],
)
def test_what_names_something_is_not_cut(name: str, value: str) -> None:
    assert refusal(event("touch.added", **{name: value})).startswith(f"data.{name}: must be ")


@pytest.mark.parametrize("name", FREE)
def test_a_free_text_is_cut_and_cleaned(name: str) -> None:
    sent = event("touch.added", **{name: "é\x00\ud800" + "x" * 2000})

    found = getattr(read_event(sent, NOW).row, name)

    assert found == "é\ufffd\ufffd" + "x" * 997


@pytest.mark.parametrize("name", ["region", "device"])
def test_a_free_text_in_a_short_column_is_cut_to_it(name: str) -> None:
    assert getattr(row("touch.added", **{name: "x" * 99}), name) == "x" * 64


def test_a_number_may_be_shown_without_a_campaign() -> None:
    assert row("number.shown", campaign=None).campaign == row("number.shown", campaign="").campaign


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        pytest.param("2026-03-02T12:00:00Z", minute(0), id="Z"),
        pytest.param("2026-03-02T13:00:00+01:00", minute(0), id="another offset"),
        pytest.param("2026-03-02T12:00:00.5+00:00", minute(0.5 / 60), id="half a second"),
        pytest.param("2020-01-01T00:00:00+00:00", datetime(2020, 1, 1, tzinfo=UTC), id="2020"),
        pytest.param(
            (NOW + timedelta(hours=23)).isoformat(), NOW + timedelta(hours=23), id="ahead"
        ),
    ],
)
def test_a_moment_is_kept_as_utc(at: str, expected: datetime) -> None:
    found = read_event(event("page.viewed") | {"at": at}, NOW).at

    assert found == expected
    assert found.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("at", "problem"),
    [
        pytest.param("2019-12-31T23:59:59Z", "is before 2020", id="before 2020"),
        pytest.param(
            (NOW + timedelta(hours=25)).isoformat(), "is more than a day ahead", id="ahead"
        ),
        pytest.param("9999-12-31T23:59:59-14:00", "must be a moment", id="after the last year"),
        pytest.param("2026-03-02T12:00:00", "must be a moment", id="naive"),
        pytest.param("20260302T120000Z", "must be a moment", id="another form"),
        pytest.param(None, "must be a moment", id="nothing"),
    ],
)
def test_a_moment_that_cannot_be_is_refused(at: Any, problem: str) -> None:
    assert refusal(event("page.viewed") | {"at": at}).startswith(f"at: {problem}")


def test_a_promise_may_lie_ahead_but_not_for_years() -> None:
    far = (NOW + timedelta(days=400)).isoformat()

    assert row("lease.given", kept_until=(NOW + timedelta(days=300)).isoformat()).until > NOW
    assert refusal(event("lease.given", kept_until=far)).startswith("data.kept_until: is more than")


@pytest.mark.parametrize(
    "event_id", ["", "x" * 32, "A" * 32, "a" * 31, "a" * 33, 1, None, f"{'a' * 32}\n"], ids=repr
)
def test_an_id_is_32_hex_digits(event_id: Any) -> None:
    assert refusal(event("page.viewed") | {"id": event_id}).startswith("id: must be 32 hex digits")


@pytest.mark.parametrize("kind", ["", "page.viewed ", 5, None, ["x"], "x" * 99, "a\nb", "Ä"])
def test_what_is_no_kind_is_refused(kind: Any) -> None:
    assert refusal(event("page.viewed") | {"kind": kind}) == (
        "kind: must be a kind of event, as page.viewed"
    )


def test_a_kind_that_is_not_known_yet_is_kept_as_it_came() -> None:
    data = {"caller": "x", "deep": {"list": [1, 2.5, None]}}
    sent = event("page.viewed", 3) | {"kind": "call.rang", "data": data}

    told = read_event(sent, NOW)

    assert (told.kind, told.is_seen) == (None, False)
    assert isinstance(told.row, UnknownEvent)
    assert (told.row.kind, told.row.at, told.row.data, told.row.came_at) == (
        *("call.rang", minute(3), data, NOW),
    )


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        pytest.param({"x": "a\x00"}, "data: holds the character NUL", id="NUL"),
        pytest.param({"x": "\ud800"}, "data: cannot be kept as JSON", id="half of a pair"),
        pytest.param({"x": [["y" * 9_000]] * 2}, "data: is longer than 16384 bytes", id="long"),
        pytest.param({"x": json.loads("[" * 30 + "]" * 30)}, "data: is more than 20", id="deep"),
    ],
)
def test_what_cannot_be_kept_is_refused_of_an_unknown_kind_too(data: Any, problem: str) -> None:
    sent = event("page.viewed") | {"kind": "call.rang", "data": data}

    assert refusal(sent).startswith(problem)


@pytest.mark.parametrize("raw", [None, 1, "x", [], [{}]], ids=repr)
def test_what_is_no_object_is_no_event(raw: object) -> None:
    assert refusal(raw) == "the event: must be an object"
    assert refusal(event("page.viewed") | {"data": raw}) == "data: must be an object"


def test_a_name_that_stands_twice_is_told() -> None:
    sent = event("page.viewed")

    assert refusal(Doubled(sent)) == "the event: holds a name twice"
    assert refusal(sent | {"data": Doubled(sent["data"])}) == "data: holds a name twice"


def test_an_event_is_no_place_for_a_book() -> None:
    assert refusal(event("page.viewed", path="x" * 17_000)).startswith("data: holds more than")
