"""Quantities on a command line."""

import argparse
from collections.abc import Callable
from datetime import timedelta

import pytest

from proxy import quantities


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        pytest.param(quantities.visitors, "200", 200, id="visitors"),
        pytest.param(quantities.visitors, "0", 0, id="nobody"),
        pytest.param(quantities.minutes, "0", timedelta(0), id="no time"),
        pytest.param(quantities.minutes, "2.5", timedelta(seconds=150), id="minutes"),
        pytest.param(quantities.some_minutes, "5", timedelta(minutes=5), id="some minutes"),
        pytest.param(quantities.hours, "24", timedelta(days=1), id="hours"),
        pytest.param(quantities.share, "0.01", 0.01, id="a share"),
        pytest.param(quantities.money, "1.50", 1.5, id="money"),
        pytest.param(quantities.pool_size, "60", 60, id="a pool"),
    ],
)
def test_a_quantity_is_read(read: Callable[[str], object], text: str, value: object) -> None:
    assert read(text) == value


@pytest.mark.parametrize(
    ("read", "text"),
    [
        pytest.param(quantities.visitors, "-1", id="fewer than none"),
        pytest.param(quantities.visitors, "1000001", id="more than a country"),
        pytest.param(quantities.minutes, "nan", id="not a number"),
        pytest.param(quantities.minutes, "inf", id="for ever"),
        pytest.param(quantities.some_minutes, "0", id="no time where some is needed"),
        pytest.param(quantities.hours, "0", id="a run of no time"),
        pytest.param(quantities.hours, "24h", id="a unit"),
        pytest.param(quantities.share, "0", id="none"),
        pytest.param(quantities.share, "1", id="all"),
        pytest.param(quantities.money, "€ 5", id="a currency"),
        pytest.param(quantities.pool_size, "0", id="an empty pool"),
        pytest.param(quantities.pool_size, "1.5", id="half a number"),
        pytest.param(quantities.pool_size, "100001", id="too large a pool"),
    ],
)
def test_a_refusal_repeats_the_text_and_gives_an_example(
    read: Callable[[str], object], text: str
) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match=r"is not .*, as ") as refused:
        read(text)

    assert f"«{text}»" in str(refused.value)
