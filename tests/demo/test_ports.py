"""Ports: what is free stays, what is taken is replaced."""

import socket

import pytest

from demo import ports


def test_ports_wanted_and_free_are_given_as_they_are() -> None:
    free = ports.choose([0])[0]

    assert ports.choose([free]) == [free]


def test_a_port_that_is_taken_is_replaced_by_one_above_all_that_are_wanted() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]

        first, second = ports.choose([taken, 0])

        assert not ports.is_free(taken)
    assert first != taken
    assert len({first, second, taken}) == 3
    assert ports.is_free(first)


def test_a_port_that_is_held_goes_to_nobody_who_asks_for_any_and_a_server_may_have_it() -> None:
    port = ports.choose([0])[0]

    with ports.hold([port]), socket.socket() as stranger, socket.socket() as server:
        with pytest.raises(OSError, match="in use"):
            stranger.bind(("127.0.0.1", port))
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind(("127.0.0.1", port))
        server.listen()

        assert not ports.is_free(port)


def test_a_port_that_is_taken_is_left_to_who_has_it() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()

        with ports.hold([other.getsockname()[1]]):
            assert not ports.is_free(other.getsockname()[1])
