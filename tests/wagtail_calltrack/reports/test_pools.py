"""The report on pools: hours, shares, and how sure it is who called."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from tests.wagtail_calltrack.facts import exhausted, given
from tests.wagtail_calltrack.reports.month import N1, N2, make_month
from wagtail_calltrack.models import Call
from wagtail_calltrack.reports.periods import Period
from wagtail_calltrack.reports.pools import read_pools

pytestmark = pytest.mark.django_db
TEN = datetime(2026, 11, 5, 10, 0, tzinfo=UTC)
LATER = TEN + timedelta(days=9)
DAY = Period(date(2026, 11, 5), date(2026, 11, 5))


def test_a_pools_day_hour_by_hour() -> None:
    make_month()  # c1 calls N1 at 11:00 that day
    Call.objects.filter(call="c1").update(confidence=1, step="live")
    given(TEN + timedelta(minutes=5), "a", number=N1, pool="pool")
    given(TEN + timedelta(minutes=15), "b", number=N2, pool="pool")
    given(TEN + timedelta(minutes=65), "c", number=N2, pool="pool")
    exhausted(TEN + timedelta(minutes=20), "d", "pool")
    given(TEN - timedelta(days=1), "e", number=N1, pool="pool")

    pool = read_pools(DAY, LATER)[0]

    hours = {one.at: (one.given, one.called, one.without) for one in pool.hours}
    assert {at: one for at, one in hours.items() if any(one)} == {
        TEN: (2, 0, 1),
        TEN + timedelta(hours=1): (1, 1, 0),
    }
    assert (pool.given, pool.called, pool.without, pool.peak, pool.active) == (3, 1, 1, 2, 3)
    assert pool.lost_share == 0.25
    assert pool.sure == {"certain": 1}


@pytest.mark.parametrize(
    ("confidence", "step", "word"),
    [
        pytest.param("1", "live", "certain", id="certain"),
        pytest.param("0.9", "live", "certain", id="sure, though somebody else had it lately"),
        pytest.param("0.5", "candidates", "likely", id="half"),
        pytest.param("0.499", "candidates", "unsure", id="less"),
        pytest.param("0", "misdial", "nobodys", id="a wrong number"),
    ],
)
def test_a_call_is_as_sure_as_its_confidence(confidence: str, step: str, word: str) -> None:
    make_month()
    Call.objects.filter(call="c1").update(confidence=Decimal(confidence), step=step)

    assert read_pools(DAY, LATER)[0].sure == {word: 1}


def test_a_month_has_its_first_hour_also_when_it_has_an_hour_more() -> None:
    make_month()
    october = Period(date(2026, 10, 1), date(2026, 10, 31))
    given(october.starts_at + timedelta(minutes=5), "a", number=N1, pool="pool")
    given(october.starts_at - timedelta(minutes=5), "b", number=N2, pool="pool")

    assert read_pools(october, LATER)[0].given == 1
