"""Events as values: their ids, and which of them may wait or be lost."""

import uuid
from datetime import UTC, datetime, timedelta

from calltrack.events import BATCHED, LOSS_ORDER, Event, Kind

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def test_two_events_never_share_an_id() -> None:
    ids = {Event(Kind.PAGE_VIEWED, NOW, {}).id for _ in range(1000)}

    assert len(ids) == 1000


def test_an_id_begins_with_the_moment_so_that_new_ones_stand_together() -> None:
    made = uuid.UUID(Event(Kind.PAGE_VIEWED, NOW, {}).id)

    begins = datetime.fromtimestamp((made.int >> 80) / 1000, UTC)
    assert abs(datetime.now(UTC) - begins) < timedelta(minutes=1)
    assert (made.version, made.variant) == (7, uuid.RFC_4122)


def test_page_views_are_lost_first_and_then_shown_numbers() -> None:
    assert LOSS_ORDER[:2] == (Kind.PAGE_VIEWED, Kind.NUMBER_SHOWN)


def test_each_kind_is_lost_at_most_once() -> None:
    assert len(set(LOSS_ORDER)) == len(LOSS_ORDER)


def test_what_may_wait_is_lost_before_what_may_not() -> None:
    assert set(LOSS_ORDER[: len(BATCHED)]) == BATCHED
