"""How long an answer is good: a table out of the RFC's sections, in our own words."""

import pytest

from proxy.headers import Fields
from proxy.shared_cache.directives import MOST_SECONDS, directives, moment, span
from proxy.shared_cache.freshness import Freshness, Moment, Use, Wanted, age_on_arrival, freshness
from tests.proxy.shared_cache.conftest import NOW, date


def head(*lines: bytes) -> Fields:
    pairs = (line.partition(b": ") for line in (b"Date: " + date(), *lines))
    return [(name, value) for name, _, value in pairs]


@pytest.mark.parametrize(
    ("lines", "lifetime"),
    [
        pytest.param((), 0, id="nothing said"),
        pytest.param((b"Cache-Control: max-age=5",), 5, id="max-age"),
        pytest.param((b"Cache-Control: s-maxage=5, max-age=9",), 5, id="s-maxage comes first"),
        pytest.param((b"Cache-Control: max-age=9, s-maxage=5",), 5, id="in any order"),
        pytest.param((b"Cache-Control: s-maxage=0, max-age=9",), 0, id="s-maxage=0"),
        pytest.param((b"Expires: " + date(7),), 7, id="Expires"),
        pytest.param((b"Expires: " + date(-7),), 0, id="Expires long past"),
        pytest.param((b"Expires: 7",), 0, id="Expires, no date"),
        pytest.param((b"Cache-Control: max-age=x", b"Expires: " + date(7)), 0, id="unreadable"),
        pytest.param((b"Cache-Control: max-age", b"Expires: " + date(7)), 0, id="no number"),
        pytest.param((b"Cache-Control: no-cache, max-age=5",), 0, id="no-cache"),
        pytest.param((b'Cache-Control: no-cache="A", max-age=5',), 0, id="no-cache for a field"),
        pytest.param((b'Cache-Control: a="max-age=9", max-age=5',), 5, id="inside quotes"),
        pytest.param((b"Cache-Control: x-max-age=9",), 0, id="another word"),
    ],
)
def test_the_lifetime_is_what_the_site_says(lines: tuple[bytes, ...], lifetime: int) -> None:
    assert freshness(head(*lines)).lifetime == lifetime


@pytest.mark.parametrize(
    ("age", "wanted", "use"),
    [
        pytest.param(9, Wanted(), Use.FRESH, id="fresh"),
        pytest.param(10, Wanted(), Use.WHILE_ASKING, id="just over"),
        pytest.param(14.9, Wanted(), Use.WHILE_ASKING, id="a little longer"),
        pytest.param(15, Wanted(), Use.ASK, id="too old"),
        pytest.param(0, Wanted(asks_site=True), Use.ASK, id="asked for"),
        pytest.param(5, Wanted(most_age=5), Use.FRESH, id="young enough"),
        pytest.param(6, Wanted(most_age=5), Use.ASK, id="not young enough"),
        pytest.param(5, Wanted(least_left=4), Use.FRESH, id="good for long enough"),
        pytest.param(6, Wanted(least_left=4), Use.ASK, id="not for long enough"),
        pytest.param(12, Wanted(most_age=99), Use.ASK, id="who is strict gets nothing old"),
    ],
)
def test_what_a_page_is_good_for(age: float, wanted: Wanted, use: Use) -> None:
    assert Freshness(lifetime=10, while_asking=5, if_error=0).use(age, wanted) is use


@pytest.mark.parametrize(
    ("lines", "asked_at", "came_at", "age"),
    [
        pytest.param((), NOW, NOW, 0, id="new"),
        pytest.param((), NOW, NOW + 3, 3, id="long under way"),
        pytest.param((b"Age: 40",), NOW, NOW, 40, id="kept by another cache"),
        pytest.param((b"Age: 40",), NOW, NOW + 3, 43, id="kept, and long under way"),
        pytest.param((b"Age: x",), NOW, NOW, MOST_SECONDS, id="no number"),
        pytest.param((b"Age: 1", b"Age: 1"), NOW, NOW, MOST_SECONDS, id="two"),
        pytest.param((), NOW + 50, NOW + 50, 50, id="its Date is old"),
        pytest.param((), NOW - 50, NOW - 50, 0, id="its Date is to come"),
    ],
)
def test_the_age_of_what_comes(
    lines: tuple[bytes, ...], asked_at: float, came_at: float, age: float
) -> None:
    asked, came = Moment(asked_at, asked_at), Moment(came_at, came_at)

    assert age_on_arrival(head(*lines), asked_at=asked, came_at=came) == age


@pytest.mark.parametrize(
    ("text", "is_read"),
    [
        pytest.param(b"Sun, 06 Nov 1994 08:49:37 GMT", True, id="as today"),
        pytest.param(b"Sunday, 06-Nov-94 08:49:37 GMT", True, id="as in 1985"),
        pytest.param(b"Sun Nov  6 08:49:37 1994", True, id="as in C"),
        pytest.param(b"Sun, 06 Nov 1994 08:49:37 CET", False, id="another zone"),
        pytest.param(b"Sun, 06 Nov 1994 08:49:37", False, id="no zone"),
        pytest.param(b"Sun, 31 Feb 1994 08:49:37 GMT", False, id="no such day"),
        pytest.param(b"0", False, id="no date"),
        pytest.param(None, False, id="none"),
    ],
)
def test_dates_are_read_in_three_forms(text: bytes | None, is_read: bool) -> None:
    assert moment(text) == (784111777.0 if is_read else None)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        (b"0", 0),
        (b"007", 7),
        (b"2147483648", MOST_SECONDS),
        (b"9" * 400, MOST_SECONDS),
        (b"-1", None),
        (b"1.5", None),
        (b"", None),
        ("١".encode(), None),
    ],
)
def test_spans_are_whole_seconds(text: bytes, seconds: int | None) -> None:
    assert span(text) == seconds


def test_the_first_of_two_directives_counts() -> None:
    said = directives([(b"Cache-Control", b"A=1, a=2"), (b"cache-control", b' b="x, y" ,,c')])

    assert dict(said) == {b"a": b"1", b"b": b"x, y", b"c": b""}
