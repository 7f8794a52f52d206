"""Figures as blocks."""

from collections.abc import Sequence

import pytest

from proxy.sparkline import sparkline


@pytest.mark.parametrize(
    ("values", "encoding", "drawn"),
    [
        pytest.param([0, 1, 4, 8], "utf-8", " ▂▅█", id="steps"),
        pytest.param([0.001, 7.99], "utf-8", "▁█", id="more than nothing is seen"),
        pytest.param([0, 1, 8], "ascii", " .@", id="an output without Unicode"),
        pytest.param([8], "latin-1", "@", id="another one"),
        pytest.param([8], None, "@", id="an output that does not say"),
        pytest.param([8], "no-such-code", "@", id="a word that is no encoding"),
        pytest.param([], "utf-8", "", id="no values"),
    ],
)
def test_values_are_drawn_as_steps(
    values: Sequence[float], encoding: str | None, drawn: str
) -> None:
    assert sparkline(values, top=8, encoding=encoding) == drawn


def test_nothing_at_all_is_blank() -> None:
    assert sparkline([0, 0], top=0, encoding="utf-8") == "  "
