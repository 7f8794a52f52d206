"""Which numbers are in use now, and who holds them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.wagtail_calltrack.facts import ended, given, renewed
from wagtail_calltrack.live.held import Search, holder_of, holders_of, numbers_held

pytestmark = pytest.mark.django_db

NOW = timezone.now()
MINUTE = timedelta(minutes=1)
FIRST, SECOND, THIRD = "+31207654301", "+31207654302", "+31107654301"


def found(search: Search | None = None) -> list[str]:
    return [row["held"] for row in numbers_held(search or Search(), NOW)]


def test_a_number_is_in_use_until_its_promise_is_over() -> None:
    given(NOW - 40 * MINUTE, "over", number=FIRST)
    given(NOW - 20 * MINUTE, "held", number=SECOND)

    assert found() == [SECOND]


def test_the_one_given_last_comes_first() -> None:
    given(NOW - 3 * MINUTE, "a", number=FIRST)
    given(NOW - MINUTE, "b", number=SECOND)
    given(NOW - 2 * MINUTE, "c", number=THIRD)

    assert found() == [SECOND, THIRD, FIRST]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("020 765 43 01", id="at home"),
        pytest.param("+31 20 765 4301", id="from abroad"),
        pytest.param("0031207654301", id="dialled"),
        pytest.param("+31 (0)20-765 43 01", id="with the trunk zero"),
        pytest.param("4301", id="a part"),
    ],
)
def test_a_number_is_found_however_it_is_written(text: str) -> None:
    given(NOW, "a", number=FIRST)
    given(NOW, "b", number=SECOND)

    assert found(Search(text=text)) == [FIRST]


@pytest.mark.parametrize("text", ["amsterdam", "0", "   -"])
def test_what_is_no_number_finds_none(text: str) -> None:
    given(NOW, "a", number=FIRST)

    assert found(Search(text=text)) == []


def test_pool_and_vestiging_narrow_the_list() -> None:
    given(NOW, "a", number=FIRST)
    given(NOW, "b", number=SECOND, pool="utrecht", vestiging="utrecht")

    assert found(Search(pool="utrecht")) == [SECOND]
    assert found(Search(vestiging="amsterdam")) == [FIRST]


def test_a_renewal_keeps_the_moment_the_number_was_given() -> None:
    first = given(NOW - 50 * MINUTE, "a")
    renewed(NOW - 25 * MINUTE, first)

    held = holder_of(FIRST, NOW)

    assert held is not None
    assert held.holding.given_at == first.at
    assert held.holding.promised_until == NOW + 8 * MINUTE


def test_a_lease_whose_beginning_was_lost_is_known_by_its_renewal() -> None:
    first = given(NOW - 20 * MINUTE, "a")
    renewed(NOW - 5 * MINUTE, first)
    first.delete()

    held = holder_of(FIRST, NOW)

    assert held is not None
    assert held.holding.given_at == NOW - 20 * MINUTE


def test_a_number_taken_back_and_given_on_is_the_others() -> None:
    first = given(
        NOW - 5 * MINUTE, "a", promised_until=NOW - 4 * MINUTE, kept_until=NOW + 28 * MINUTE
    )
    ended(NOW - 2 * MINUTE, first, "taken_back")
    given(NOW - 2 * MINUTE, "b")

    held = holder_of(FIRST, NOW)

    assert held is not None
    assert held.holding.session == "b"
    assert held.sharers == 0


def test_those_who_share_are_counted_beside_the_holder() -> None:
    given(NOW - 5 * MINUTE, "a")
    given(NOW - 2 * MINUTE, "b", is_shared=True)

    held = holder_of(FIRST, NOW)

    assert held is not None
    assert (held.holding.session, held.sharers) == ("a", 1)


def test_one_who_shares_alone_is_shown() -> None:
    given(NOW - 2 * MINUTE, "b", is_shared=True)

    held = holder_of(FIRST, NOW)

    assert held is not None
    assert (held.holding.session, held.sharers) == ("b", 0)


def test_nobody_holds_a_number_that_is_free() -> None:
    given(NOW - 60 * MINUTE, "a")

    assert holder_of(FIRST, NOW) is None
    assert holder_of("+31207654399", NOW) is None


def test_a_page_of_numbers_costs_one_query(
    django_assert_num_queries: Callable[[int], object],
) -> None:
    for at in range(20):
        given(NOW - MINUTE, f"s{at}", number=f"+312076543{at:02}")
    began = {row["held"]: row["began"] for row in numbers_held(Search(), NOW)}

    with django_assert_num_queries(1):  # type: ignore[attr-defined] # a context manager
        held = holders_of(began, NOW)

    assert len(held) == 20
