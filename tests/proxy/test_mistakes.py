"""A task that ends by what nobody foresaw says so, without the words of its error."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from calltrack.errors import StoreError
from proxy.mistakes import told_as

NUMBER = "+31201234567"


async def goes_well() -> None:
    return None


async def fails() -> None:
    sessions: dict[str, str] = {}
    try:
        sessions.pop(NUMBER)
    except KeyError as error:
        raise StoreError(f"nobody holds {NUMBER}") from error


async def is_ended() -> None:
    raise asyncio.CancelledError


@pytest.mark.parametrize(
    ("work", "told"),
    [
        pytest.param(goes_well, [], id="it goes well"),
        pytest.param(is_ended, [], id="somebody ends it"),
        pytest.param(fails, ["the pools stay as they are: StoreError"], id="a mistake"),
    ],
)
async def test_a_task_is_told_of_where_it_ends_by_a_mistake(
    work: Callable[[], Awaitable[None]], told: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    task = asyncio.ensure_future(work())
    task.add_done_callback(told_as("the pools stay as they are"))

    await asyncio.wait({task})

    assert [line.splitlines()[0] for line in caplog.messages] == told
    assert NUMBER not in caplog.text
    assert ("because of KeyError" in caplog.text) is bool(told)
