"""How accounts fare: those of the Plan in force, a bounded number of them in a report."""

from dataclasses import replace

from calltrack.plan import AccountKey, Provider
from snippet_server.standing import MOST_TOLD, CallsNow, Standing, Standings
from tests.calltrack.plans import CARRIER, make_plan


def test_an_account_that_left_the_plan_is_forgotten_and_begins_anew() -> None:
    standings = Standings()
    standings.of(CARRIER.key, CARRIER.provider).seen = 3

    without = standings.of_plan(make_plan())
    again = standings.of_plan(make_plan(telephony={CARRIER.key: CARRIER}))

    assert (list(without), [one.seen for one in again]) == ([], [0])


def test_an_account_that_went_to_another_carrier_begins_anew() -> None:
    standings = Standings()
    standings.of(CARRIER.key, CARRIER.provider).seen = 3
    moved = replace(CARRIER, provider=Provider.TWILIO)

    (found,) = standings.of_plan(make_plan(telephony={moved.key: moved}))

    assert (found.provider, found.seen) == (Provider.TWILIO, 0)


def test_a_report_tells_of_a_bounded_number_of_accounts() -> None:
    rows = [Standing(AccountKey(f"a{n}"), Provider.GENERIC) for n in range(MOST_TOLD + 1)]

    assert len(CallsNow(0, 0, rows).told()["accounts"]) == MOST_TOLD
