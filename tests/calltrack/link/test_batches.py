"""As many of the oldest events as fit, in one body."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from calltrack.events import Event, EventId, Kind
from calltrack.link.batches import (
    LARGEST_EVENT_BYTES,
    LEAST_BYTES,
    MOST_BYTES,
    MOST_EVENTS,
    WHOLE,
    Size,
    is_too_large,
    make_batch,
)

NOW = datetime(2026, 3, 2, 12, 0, 0, 123456, tzinfo=UTC)
EDGE = {"id": "e" * 32, "name": "proxy één", "version": "1", "serial": 7, "report": {}}


def event(n: int = 0, **data: str | int) -> Event:
    return Event(Kind.PAGE_VIEWED, NOW, data or {"path": "/"}, EventId(f"{n:032x}"))


def read(body: bytes) -> Any:
    return json.loads(body)


def test_a_body_tells_of_the_edge_and_of_each_event_in_its_order() -> None:
    events = [event(2, path="/straße", status=200), event(1, query="q=\udc80")]

    batch = make_batch(EDGE, events)

    told = read(batch.body)
    assert told["edge"] == EDGE
    assert told["events"][0] == {
        "id": events[0].id,
        "kind": "page.viewed",
        "at": "2026-03-02T12:00:00.123456+00:00",
        "data": {"path": "/straße", "status": 200},
    }
    assert [row["id"] for row in told["events"]] == list(batch.ids) == [e.id for e in events]
    assert told["events"][1]["data"] == {"query": "q=\udc80"}


def test_no_events_are_a_sign_of_life() -> None:
    batch = make_batch(EDGE, [])

    assert read(batch.body) == {"edge": EDGE, "events": []}
    assert batch.ids == ()


@pytest.mark.parametrize(
    ("count", "size", "expected"),
    [
        pytest.param(MOST_EVENTS + 5, WHOLE, MOST_EVENTS, id="a thousand"),
        pytest.param(9, Size(events=4), 4, id="as many as the size says"),
        pytest.param(3, Size(events=4), 3, id="all there are"),
    ],
)
def test_a_batch_has_so_many_events(count: int, size: Size, expected: int) -> None:
    events = [event(n) for n in range(count)]

    batch = make_batch(EDGE, events, size)

    assert batch.events == tuple(events[:expected])


@pytest.mark.parametrize("most", [500, 1_000, 1_001, 7_777])
def test_a_body_is_never_larger_than_it_may_be(most: int) -> None:
    events = [event(n, path="/" * (n % 90)) for n in range(100)]

    batch = make_batch(EDGE, events, Size(bytes=most))
    one_more = make_batch(EDGE, events[: len(batch.events) + 1])

    assert len(batch.body) <= most < len(one_more.body)


def test_one_event_larger_than_a_body_may_be_stands_alone() -> None:
    """The receiver is asked all the same: it may take more."""
    large = event(1, path="/" * MOST_BYTES)

    first, alone = make_batch(EDGE, [event(0), large]), make_batch(EDGE, [large, event(2)])

    assert first.events == (event(0),)
    assert alone.events == (large,)


@pytest.mark.parametrize(
    ("letters", "expected"),
    [
        pytest.param(LARGEST_EVENT_BYTES - 200, False, id="just fits"),
        pytest.param(LARGEST_EVENT_BYTES, True, id="too large"),
    ],
)
def test_an_event_has_a_largest_size(letters: int, expected: bool) -> None:
    assert is_too_large(event(0, path="x" * letters)) is expected


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        pytest.param(WHOLE.smaller(1000), Size(500), id="half of what was sent"),
        pytest.param(WHOLE.smaller(9), Size(4), id="half of a few"),
        pytest.param(Size(3).smaller(1), Size(1), id="one at least"),
        pytest.param(WHOLE.smaller(0), Size(1), id="one after none"),
        pytest.param(WHOLE.smaller(1000, most_events=50), Size(50), id="what is taken"),
        pytest.param(WHOLE.smaller(1000, most_events=900), Size(500), id="half, when that is less"),
        pytest.param(
            WHOLE.smaller(1000, most_bytes=100_000), Size(500, 100_000), id="bytes that are taken"
        ),
        pytest.param(
            WHOLE.smaller(1000, most_bytes=1), Size(500, LEAST_BYTES), id="bytes that none takes"
        ),
        pytest.param(Size(1).larger(), Size(101), id="larger after it went well"),
        pytest.param(Size(950).larger(), WHOLE, id="never larger than a batch may be"),
    ],
)
def test_a_size_follows_how_it_went(size: Size, expected: Size) -> None:
    assert size == expected
