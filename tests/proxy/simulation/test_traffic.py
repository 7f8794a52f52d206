"""Visitors as the simulator lets them behave."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from calltrack.sources import read_arrival
from calltrack.touch import Channel
from proxy.simulation.traffic import HOST, Act, Habits, Happening, happenings
from proxy.visitor import is_bot, is_navigation

START = datetime(2026, 3, 2, tzinfo=UTC)
DAY = timedelta(days=1)


def a_day(habits: Habits, *, seed: int = 1, length: timedelta = DAY) -> list[Happening]:
    return list(happenings(habits, start=START, length=length, seed=seed))


BUSY = a_day(Habits(200))


def landings(day: list[Happening]) -> list[Happening]:
    return [one for one in day if one.request and one.act is Act.PAGE]


def test_visits_come_at_the_rate_asked_for() -> None:
    visits = [one for one in landings(BUSY) if one.request and not one.request.is_internal]

    assert len(visits) == pytest.approx(200 * 24, rel=0.05)


def test_everything_happens_in_order_and_inside_the_time() -> None:
    moments = [one.at for one in BUSY]

    assert all(first <= second for first, second in pairwise(moments))
    assert START <= moments[0] <= moments[-1] < START + DAY
    assert all(moment.microsecond == 0 for moment in moments)


def test_the_same_seed_is_the_same_day_and_another_is_another() -> None:
    def told(day: list[Happening]) -> list[tuple[object, ...]]:
        return [(one.at, one.visitor.id, one.act, one.request) for one in day]

    assert told(a_day(Habits(20), seed=7)) == told(a_day(Habits(20), seed=7))
    assert told(a_day(Habits(20), seed=7)) != told(a_day(Habits(20), seed=8))


def test_nobody_calls_or_fetches_a_picture_before_a_page() -> None:
    seen: set[int] = set()
    early = []
    for one in BUSY:
        if one.act is Act.PAGE:
            seen.add(one.visitor.id)
        elif one.visitor.id not in seen:
            early.append(one)

    assert early == []


def test_some_return_some_see_one_page_and_some_call_at_once_later_or_never() -> None:
    last_page: dict[int, datetime] = {}
    visits: Counter[int] = Counter()
    pages: Counter[int] = Counter()
    quiet = []
    for one in BUSY:
        if one.act is Act.PAGE and one.request:
            last_page[one.visitor.id] = one.at
            pages[one.visitor.id] += 1
            visits[one.visitor.id] += not one.request.is_internal
        elif one.act is Act.CALL:
            quiet.append(one.at - last_page[one.visitor.id])

    people = len(visits)
    assert 0.03 < sum(times > 1 for times in visits.values()) / people < 0.3
    assert 0.2 < sum(times == 1 for times in pages.values()) / people < 0.45
    assert 0.05 < len(quiet) / visits.total() < 0.12
    assert sum(span < timedelta(minutes=5) for span in quiet) > len(quiet) / 3
    assert sum(span > timedelta(hours=1) for span in quiet) > len(quiet) / 10


def test_a_visit_is_as_long_as_asked_for() -> None:
    long = a_day(Habits(20, visit=timedelta(minutes=12), returning=0))
    pages: dict[int, list[datetime]] = {}
    for one in landings(long):
        pages.setdefault(one.visitor.id, []).append(one.at)
    spans = [seen[-1] - seen[0] for seen in pages.values()]

    mean = sum(spans, timedelta()) / len(spans)
    assert mean == pytest.approx(timedelta(minutes=8), rel=0.2)  # the last page is read, too


def test_sources_are_read_as_the_proxy_reads_them() -> None:
    channels = Counter(
        read_arrival(one.request, own_hosts=(HOST,), cookie_domain=None, now=one.at).touch.channel
        for one in landings(BUSY)
        if one.request and not one.request.is_internal
    )

    assert set(channels) == {
        Channel.PAID_SEARCH,
        Channel.ORGANIC_SEARCH,
        Channel.PAID_SOCIAL,
        Channel.EMAIL,
        Channel.REFERRAL,
        Channel.DIRECT,
    }


def test_the_proxy_takes_them_for_people_on_pages() -> None:
    for one in BUSY:
        if one.request is not None:
            assert not is_bot(one.request.headers["User-Agent"])
            assert is_navigation(one.request.headers) == (one.act is Act.PAGE)


@pytest.mark.parametrize(
    ("habits", "acts"),
    [
        pytest.param(Habits(0), set(), id="nobody comes"),
        pytest.param(Habits(50, assets=0), {Act.PAGE, Act.CALL}, id="all pictures blocked"),
        pytest.param(
            Habits(50, calls_at_once=0, calls_soon=0, calls_late=0),
            {Act.PAGE, Act.ASSET},
            id="nobody calls",
        ),
    ],
)
def test_a_habit_can_be_left_out(habits: Habits, acts: set[Act]) -> None:
    assert {one.act for one in a_day(habits)} == acts


def test_a_visit_of_no_length_is_one_page() -> None:
    one_page = a_day(Habits(50, visit=timedelta(0)))

    assert not any(one.request.is_internal for one in landings(one_page) if one.request)
