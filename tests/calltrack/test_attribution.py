"""Who gets the credit for a call."""

import re
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calltrack.attribution import LOOKBACK, Model, counting, credit
from calltrack.touch import Channel, Touch

DAY = timedelta(days=1)
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def touch(channel: Channel = Channel.PAID_SEARCH, *, at: datetime = NOON) -> Touch:
    return Touch(at=at, channel=channel)


def path(*channels: Channel) -> list[Touch]:
    """Give touches of these channels, a day apart."""
    return [touch(channel, at=NOON + n * DAY) for n, channel in enumerate(channels)]


def weights_of(text: str) -> tuple[Fraction, ...]:
    return tuple(Fraction(word) for word in text.split())


ADS, NEWS, DIRECT = Channel.PAID_SEARCH, Channel.EMAIL, Channel.DIRECT


@pytest.mark.parametrize(
    ("model", "channels", "weights"),
    [
        pytest.param(Model.FIRST, [ADS, NEWS, DIRECT], "1 0 0", id="first"),
        pytest.param(Model.FIRST, [DIRECT, ADS], "1 0", id="first-counts-a-direct-one"),
        pytest.param(Model.LAST, [ADS, NEWS, DIRECT], "0 0 1", id="last"),
        pytest.param(Model.LAST_NON_DIRECT, [ADS, NEWS, DIRECT], "0 1 0", id="last-known"),
        pytest.param(Model.LAST_NON_DIRECT, [DIRECT, DIRECT], "0 1", id="nothing-but-direct"),
        pytest.param(Model.POSITION, [ADS], "1", id="position-of-one"),
        pytest.param(Model.POSITION, [ADS, NEWS], "1/2 1/2", id="position-of-two"),
        pytest.param(Model.POSITION, [ADS, NEWS, ADS], "2/5 1/5 2/5", id="position-of-three"),
        pytest.param(
            Model.POSITION, [ADS, NEWS, DIRECT, ADS], "2/5 1/10 1/10 2/5", id="position-of-four"
        ),
        pytest.param(Model.LINEAR, [ADS, NEWS, DIRECT], "1/3 1/3 1/3", id="linear"),
        *[pytest.param(model, [], "", id=f"no-touch-{model}") for model in Model],
        *[pytest.param(model, [DIRECT], "1", id=f"one-touch-{model}") for model in Model],
    ],
)
def test_each_model_shares_the_credit_as_its_table_says(
    model: Model, channels: list[Channel], weights: str
) -> None:
    assert credit(path(*channels), model) == weights_of(weights)


def test_the_last_known_source_is_credited_where_no_model_is_named() -> None:
    assert credit(path(ADS, NEWS, DIRECT)) == weights_of("0 1 0")


@pytest.mark.parametrize(
    ("age", "weight"),
    [
        pytest.param(timedelta(0), 1, id="at-the-call"),
        pytest.param(LOOKBACK, 1, id="just-within"),
        pytest.param(LOOKBACK + timedelta(seconds=1), 0, id="too-old"),
        pytest.param(timedelta(seconds=-1), 0, id="after-the-call"),
    ],
)
@pytest.mark.parametrize("model", list(Model))
def test_only_touches_within_the_lookback_count(age: timedelta, weight: int, model: Model) -> None:
    assert credit([touch(at=NOON - age)], model, at=NOON) == (Fraction(weight),)


def test_a_touch_that_does_not_count_leaves_all_to_the_others() -> None:
    touches = [touch(at=NOON - 40 * DAY), touch(at=NOON - DAY), touch(at=NOON + DAY)]

    assert credit(touches, Model.LINEAR, at=NOON) == weights_of("0 1 0")
    longer = credit(touches, Model.LINEAR, at=NOON, lookback=60 * DAY)
    assert longer == weights_of("1/2 1/2 0")


def test_touches_may_come_in_any_order_and_a_tie_is_broken_by_it() -> None:
    late, early, tied = touch(at=NOON), touch(at=NOON - DAY), touch(at=NOON - DAY)

    assert credit([late, early, tied], Model.FIRST) == weights_of("0 1 0")
    assert credit([early, tied], Model.LAST) == weights_of("0 1")


@given(
    channels=st.lists(st.sampled_from(list(Channel)), min_size=1, max_size=12),
    model=st.sampled_from(list(Model)),
)
def test_weights_sum_to_exactly_one(channels: list[Channel], model: Model) -> None:
    weights = credit(path(*channels), model)

    assert len(weights) == len(channels)
    assert sum(weights) == 1


@given(channels=st.lists(st.sampled_from([ADS, NEWS, DIRECT]), min_size=1, max_size=12))
def test_a_session_that_notes_touches_as_they_come_ends_with_the_credited_one(
    channels: list[Channel],
) -> None:
    touches = path(*channels)

    noted: Touch | None = None
    for new in touches:
        noted = counting(noted, new)

    assert noted is touches[credit(touches).index(Fraction(1))]


@pytest.mark.parametrize(
    ("last", "new", "winner"),
    [
        pytest.param(None, DIRECT, "new", id="the-first-of-all"),
        pytest.param(ADS, DIRECT, "last", id="direct-takes-nothing-from-a-known-one"),
        pytest.param(ADS, NEWS, "new", id="a-known-one-replaces-a-known-one"),
        pytest.param(DIRECT, NEWS, "new", id="a-known-one-replaces-direct"),
        pytest.param(DIRECT, DIRECT, "new", id="direct-replaces-direct"),
    ],
)
def test_which_touch_counts_for_a_session(last: Channel | None, new: Channel, winner: str) -> None:
    before = touch(last, at=NOON - DAY) if last else None
    after = touch(new)

    assert counting(before, after) is {"new": after, "last": before}[winner]


def test_a_known_source_of_long_ago_gives_way_to_a_direct_visit() -> None:
    ad, later = touch(ADS, at=NOON), touch(DIRECT, at=NOON + LOOKBACK + DAY)

    assert counting(ad, later) is later
    assert counting(ad, later, lookback=60 * DAY) is ad


def test_the_example_of_the_docs_is_right() -> None:
    docs = Path(__file__).resolve().parents[2] / "docs" / "sources.md"
    section = docs.read_text(encoding="utf-8").split("## Who gets the credit\n")[1]
    rows = re.findall(r"^\| `(\w+)`[^|]*\|(.*)\|$", section, re.MULTILINE)
    anna = path(ADS, NEWS, Channel.REFERRAL, DIRECT)

    told = {name: [cell.strip() or "0" for cell in cells.split("|")] for name, cells in rows}
    assert told == {m.value: [str(weight) for weight in credit(anna, m)] for m in Model}
