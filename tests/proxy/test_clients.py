"""The word for a visitor's network: one for each, and an address cannot be read from it."""

import logging

import pytest

from proxy.clients import INSIDE, Clients
from tests.calltrack.network_pairs import PAIRS

CLIENTS = Clients(b"k" * 32)


@pytest.mark.parametrize(("one", "other", "is_same"), PAIRS)
def test_a_client_is_a_network(one: str, other: str, is_same: bool) -> None:
    names = CLIENTS.name(one), CLIENTS.name(other)

    assert INSIDE not in names
    assert (names[0] == names[1]) is is_same


def test_the_word_depends_on_the_key_and_tells_no_address() -> None:
    name = CLIENTS.name("203.0.113.1")

    assert Clients(b"k" * 32).name("203.0.113.1") == name
    assert Clients(b"j" * 32).name("203.0.113.1") != name
    assert "203" not in str(name)[:3]


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "::1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1", "169.254.1.1",
        "fd00::1", "fe80::1%eth0", "::ffff:10.0.0.1", "0.0.0.0", "::",
    ],
)  # fmt: skip
def test_an_address_of_the_inside_names_no_network(address: str) -> None:
    assert CLIENTS.name(address) == INSIDE


@pytest.mark.parametrize("address", ["", "unix:", "203.0.113", "a name", "203.0.113.1:80"])
def test_what_is_no_address_names_no_network(address: str) -> None:
    assert CLIENTS.name(address) == INSIDE


def test_ops_hear_once_of_a_front_that_nobody_declared(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    clients = Clients(b"k" * 32)

    for address in ("10.0.0.7", "203.0.113.1", "127.0.0.1", "10.0.0.7"):
        clients.name(address)

    assert ["--trust" in record.getMessage() for record in caplog.records] == [True]
    assert "10.0.0.7" not in caplog.text
