"""How accounts fare: those of the Plan in force, a bounded number of them in a report."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

from calltrack.plan import AccountKey, Provider
from snippet_server.standing import MOST_TOLD, CallsNow, Standing, Standings, together
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


def test_what_several_processes_saw_is_added_up() -> None:
    early, late = (datetime(2026, 3, 2, hour, tzinfo=UTC) for hour in (9, 10))
    here = Standing(CARRIER.key, CARRIER.provider, 2, Counter(forged=1), 1, late, "no secret")
    there = Standing(CARRIER.key, CARRIER.provider, 3, Counter(forged=2, late=1), 0, early)

    found = together([CallsNow(2, 1, [here]).told(), CallsNow(2, 0, [there]).told()])

    expected = Standing(
        CARRIER.key, CARRIER.provider, 5, Counter(forged=3, late=1), 1, late, "no secret"
    )
    assert found == {"under_way": 2, "pins_owed": 1, "accounts": [expected.told()]}
