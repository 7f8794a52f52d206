"""Who takes connections from which socket."""

from collections.abc import Sequence

import pytest

from proxy.workers.shares import shares


@pytest.mark.parametrize(
    ("sockets", "ready", "expected"),
    [
        pytest.param(2, [], {}, id="nobody is there yet"),
        pytest.param(2, [0, 1], {0: [0], 1: [1]}, id="each its own"),
        pytest.param(2, [1], {1: [0, 1]}, id="one for both"),
        pytest.param(4, [1, 0], {0: [0, 2], 1: [1, 3]}, id="those of nobody go round"),
        pytest.param(3, [0, 1, 2, 3], {0: [0], 1: [1], 2: [2], 3: []}, id="more than sockets"),
        pytest.param(1, [0, 1], {0: [0], 1: [0]}, id="one socket for all"),
    ],
)
def test_every_socket_is_somebodys(
    sockets: int, ready: Sequence[int], expected: dict[int, list[int]]
) -> None:
    assert shares(sockets, ready) == expected
