"""How often one network may ask: far more than people do, and never without bound."""

import pytest

from snippet_server.rates import ASKS, LEADS, Rate, Rates

HERE, THERE = "203.0.113.7", "198.51.100.7"


class Clock:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_so_many_may_ask_at_once_and_then_the_next_waits(clock: Clock) -> None:
    rates = Rates(Rate(5, 0.5), clock=clock)

    waits = [rates.wait_seconds(HERE) for _ in range(7)]

    assert waits == [0, 0, 0, 0, 0, 2, 2]
    assert rates.wait_seconds(THERE) == 0


def test_who_waits_as_long_as_told_may_ask(clock: Clock) -> None:
    rates = Rates(Rate(5, 0.3), clock=clock)
    wait = [rates.wait_seconds(HERE) for _ in range(6)][-1]

    clock.now += wait

    assert wait == 4
    assert rates.wait_seconds(HERE) == 0


def test_asking_in_vain_makes_no_wait_longer(clock: Clock) -> None:
    rates = Rates(Rate(1, 1), clock=clock)
    rates.wait_seconds(HERE)

    assert {rates.wait_seconds(HERE) for _ in range(1000)} == {1}


def test_after_a_rest_all_is_allowed_again_and_no_more(clock: Clock) -> None:
    rates = Rates(Rate(5, 1), clock=clock)
    for _ in range(5):
        rates.wait_seconds(HERE)

    clock.now += 3600

    assert [rates.wait_seconds(HERE) for _ in range(6)] == [0, 0, 0, 0, 0, 1]


def test_an_office_of_two_hundred_behind_one_address_is_never_refused(clock: Clock) -> None:
    rates = Rates(ASKS, clock=clock)
    waits = [rates.wait_seconds(HERE) for _ in range(200 * 5)]  # all open some pages at nine

    for _ in range(
        600
    ):  # ten hours, each with a page in sight that asks every minute, and some go on
        clock.now += 60
        waits += [rates.wait_seconds(HERE) for _ in range(200 * 2)]

    assert set(waits) == {0}


def test_forms_are_fewer_than_asks() -> None:
    assert LEADS.burst < ASKS.burst / 10
    assert LEADS.per_second < ASKS.per_second / 10


@pytest.mark.parametrize(
    ("first", "second", "is_one"),
    [
        pytest.param("203.0.113.7", "203.0.113.200", True, id="a network has one rate"),
        pytest.param("2001:db8::1", "2001:db8:0:ff::9", True, id="of IPv6, too"),
        pytest.param("203.0.113.7", "203.0.114.7", False, id="two networks have two"),
        pytest.param("10.0.0.1", "10.0.0.1", False, id="the inside is not counted"),
        pytest.param("", "", False, id="nor is what has no address"),
    ],
)
def test_a_rate_is_a_networks(first: str, second: str, is_one: bool, clock: Clock) -> None:
    rates = Rates(Rate(1, 1), clock=clock)
    rates.wait_seconds(first)

    assert (rates.wait_seconds(second) > 0) is is_one


def test_many_addresses_take_no_more_memory_than_the_bound(clock: Clock) -> None:
    rates = Rates(Rate(1, 1), most=100, clock=clock)

    for index in range(5_000):
        rates.wait_seconds(f"2001:db8:{index:x}::1")

    assert rates.known == 100


def test_who_is_refused_is_not_forgotten_for_those_who_came_before(clock: Clock) -> None:
    rates = Rates(Rate(1, 0.001), most=2, clock=clock)
    rates.wait_seconds(THERE)
    rates.wait_seconds(HERE)

    rates.wait_seconds("192.0.2.1")

    assert rates.wait_seconds(HERE) > 0
    assert rates.wait_seconds(THERE) == 0
