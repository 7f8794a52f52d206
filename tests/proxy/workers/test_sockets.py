"""Ports are bound once, and handed on."""

import socket
from contextlib import closing

import pytest

from calltrack.errors import ListenError
from proxy.workers.sockets import DEALS_OUT, adopted, bind


@pytest.mark.skipif(not DEALS_OUT, reason="the system deals nothing out: all have one socket")
def test_each_share_has_a_socket_on_the_same_port() -> None:
    with closing(bind("127.0.0.1", 0, shares=3)) as bound:
        ports = {one.getsockname()[1] for share in bound.shares for one in share}

        assert len(bound.shares) == 3
        assert ports == {bound.address[1]}


def test_nobody_is_let_in_before_somebody_listens() -> None:
    with closing(bind("127.0.0.1", 0, shares=2)) as bound, pytest.raises(ConnectionRefusedError):
        socket.create_connection(bound.address)


@pytest.mark.parametrize("shares", [1, 2])
def test_a_port_that_somebody_else_shares_with_himself_is_taken_all_the_same(shares: int) -> None:
    with closing(bind("127.0.0.1", 0, shares=2)) as bound:
        for share in bound.shares:
            share[0].listen()

        with pytest.raises(ListenError, match=f"port {bound.address[1]} of 127.0.0.1 is taken"):
            bind(*bound.address, shares=shares)


def test_a_name_that_is_none_is_told() -> None:
    with pytest.raises(ListenError, match="cannot listen on no name:0: "):
        bind("no name", 0)


def test_who_is_handed_a_socket_takes_what_waits_in_it() -> None:
    with closing(bind("127.0.0.1", 0)) as bound:
        bound.shares[0][0].listen()
        visitor = socket.create_connection(bound.address)
        numbers = [[one.dup().detach() for one in share] for share in bound.shares]

        with closing(adopted(numbers)) as handed:
            bound.close()
            accepted, _ = handed.shares[0][0].accept()

        with visitor, accepted:
            assert accepted.getpeername() == visitor.getsockname()
