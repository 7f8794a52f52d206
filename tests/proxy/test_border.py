"""Mistakes of our own are counted each time, logged once a reason, and survived."""

import logging

import pytest

from proxy.border import Border
from proxy.counters import Counters

NUMBER = "+31201234567"


def fail() -> int:
    empty: dict[str, int] = {}
    try:
        return empty[NUMBER]
    except KeyError as error:
        raise ValueError(f"{NUMBER} is no number") from error


async def fail_later() -> int:
    return fail()


async def test_a_mistake_is_counted_each_time_and_logged_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    counters = Counters()
    border = Border(counters)

    given = [border.attempt("fill", fail, 1), border.attempt("fill", fail, 2)]
    given.append(await border.attempt_async("numbers", fail_later, 3))

    assert given == [1, 2, 3]
    assert counters.snapshot() == {"failure.fill": 2, "failure.numbers": 1}
    assert [record.levelno for record in caplog.records] == [logging.ERROR] * 2


def test_the_log_tells_the_kind_and_the_place_of_a_mistake_and_not_its_words(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The words of an error may quote a phone number, or what a visitor sent."""
    Border(Counters()).attempt("fill", fail, 1)

    assert "ValueError" in caplog.text
    assert "KeyError" in caplog.text
    assert "in fail" in caplog.text
    assert "test_border.py" in caplog.text
    assert NUMBER not in caplog.text


async def test_what_is_not_ours_goes_on() -> None:
    border = Border(Counters())

    async def leave() -> int:
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await border.attempt_async("request", leave, 1, not_ours=(ConnectionError,))


def test_counts_are_named_by_kind_and_reason() -> None:
    counters = Counters()

    counters.add("page", "personal")
    counters.add("page", "personal", 2)
    counters.add("pool", "exhausted", 0)
    counters.add("answer", "2xx")

    assert list(counters.snapshot().items()) == [("answer.2xx", 1), ("page.personal", 3)]
