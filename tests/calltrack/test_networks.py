"""Which network an address is in: as much as one customer has, and none of our own."""

import pytest

from calltrack.networks import network_of
from tests.calltrack.network_pairs import PAIRS


@pytest.mark.parametrize(("one", "other", "is_same"), PAIRS)
def test_a_network_is_what_one_customer_has(one: str, other: str, is_same: bool) -> None:
    networks = network_of(one), network_of(other)

    assert None not in networks
    assert (networks[0] == networks[1]) is is_same


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "::1", "10.1.2.3", "100.64.0.1", "fe80::1%eth0", "", "a name", "1.2.3"]
)
def test_an_address_of_the_inside_and_what_is_none_are_in_no_network(address: str) -> None:
    assert network_of(address) is None
