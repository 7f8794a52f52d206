"""What happened is told in order of time, and what one visit did stands together."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

from wagtail_calltrack.inbox.timeline import Happening, Visit, What, by_day, fold

START = datetime(2026, 11, 2, 23, 58, tzinfo=UTC)


def happening(minute: int, what: What, session: str = "") -> Happening:
    return Happening(START + timedelta(minutes=minute), what, f"{what} {minute}", session)


TOLD = [
    happening(0, What.TOUCH, "s"),
    happening(0, What.PAGE, "s"),
    happening(0, What.SHOWN, "s"),
    happening(1, What.PAGE, "s"),
    happening(3, What.CALL),
    happening(4, What.PAGE, "s"),
    happening(60, What.PAGE, "t"),
    happening(90, What.NOTE),
]


def test_a_visit_is_one_entry_until_something_else_happens() -> None:
    entries = list(fold(TOLD))

    told = [(one.pages, one.goes_on) if isinstance(one, Visit) else str(one.row) for one in entries]
    assert told == [
        (["page 0", "page 1"], False),
        "call 3",
        (["page 4"], True),
        (["page 60"], False),
        "note 90",
    ]
    first = entries[0]
    assert isinstance(first, Visit)
    assert (first.touches, first.shown) == (["touch 0"], ["shown 0"])


def test_the_order_in_which_things_are_read_changes_nothing() -> None:
    orders = {str(list(fold(order))) for order in permutations(TOLD[:6])}

    assert len(orders) == 1


def test_days_are_those_of_the_sites_clock() -> None:
    def an_hour_later(at: datetime) -> datetime:
        return at + timedelta(hours=1)

    utc = by_day(fold(TOLD), lambda at: at)
    local = by_day(fold(TOLD), an_hour_later)

    assert [len(one.entries) for one in utc] == [1, 4]
    assert [one.day.day for one in local] == [3]
