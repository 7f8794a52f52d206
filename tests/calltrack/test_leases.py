"""The promise, when it is renewed, and what may be asked."""

from datetime import UTC, datetime, timedelta

import pytest

from calltrack.leases import (
    Ask,
    Lease,
    PoolKey,
    SessionId,
    VestigingKey,
    promise,
    renewal_due,
)
from calltrack.numbers import PhoneNumber

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HOLD = timedelta(minutes=30)


def test_a_number_is_promised_for_the_hold_and_a_tenth() -> None:
    assert promise(HOLD, now=NOW) == NOW + timedelta(minutes=33)


@pytest.mark.parametrize(
    ("passed", "is_due"),
    [
        pytest.param(timedelta(0), False, id="just given"),
        pytest.param(timedelta(minutes=3), False, id="the hold itself is left"),
        pytest.param(timedelta(minutes=3, microseconds=1), True, id="less than the hold is left"),
        pytest.param(timedelta(hours=1), True, id="the promise is over"),
    ],
)
def test_a_renewal_is_due_when_a_tenth_of_the_hold_has_passed(
    passed: timedelta, is_due: bool
) -> None:
    assert renewal_due(promise(HOLD, now=NOW), HOLD, now=NOW + passed) is is_due


@pytest.mark.parametrize(
    ("hold", "rest"),
    [
        pytest.param(timedelta(0), timedelta(0), id="no hold"),
        pytest.param(-HOLD, timedelta(0), id="a hold in the past"),
        pytest.param(HOLD, -HOLD, id="a rest in the past"),
    ],
)
def test_an_ask_that_promises_nothing_is_refused(hold: timedelta, rest: timedelta) -> None:
    with pytest.raises(ValueError, match="hold"):
        Ask(VestigingKey("utrecht"), PoolKey("utrecht"), hold, rest)


@pytest.mark.parametrize(
    ("kept", "is_confirmed"),
    [
        pytest.param(HOLD, True, id="the promise lasts as long as the keep"),
        pytest.param(2 * HOLD, False, id="kept for longer"),
    ],
)
def test_a_lease_kept_beyond_its_promise_is_unconfirmed(
    kept: timedelta, is_confirmed: bool
) -> None:
    lease = Lease(
        number=PhoneNumber("+31301234567"),
        pool=PoolKey("utrecht"),
        vestiging=VestigingKey("utrecht"),
        session=SessionId("a"),
        given_at=NOW,
        promised_until=NOW + HOLD,
        kept_until=NOW + kept,
    )

    assert lease.is_confirmed is is_confirmed
