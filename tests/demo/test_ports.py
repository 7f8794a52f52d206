"""Ports: what is free stays, what is taken is replaced."""

import socket

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
