"""Calls as carriers tell of them: the same call comes of it in any order, twice, or with a gap."""

from collections.abc import Iterable
from itertools import islice, permutations
from typing import Any

import pytest

from calltrack.calls import CallReport, fold, from_event
from calltrack.telephony.carriers import CARRIERS
from calltrack.telephony.webhook import Verdict
from tests.calltrack.telephony import generic_calls, mango_calls, twiml_calls, vonage_calls
from tests.calltrack.telephony.recorded import Hook, Recorded
from tests.calltrack.telephony.signing import ACCOUNTS, SECRETS, account

CALLS = (
    *twiml_calls.CALLS,
    *vonage_calls.CALLS,
    *mango_calls.CALLS,
    mango_calls.CALLED_BACK,
    *generic_calls.CALLS,
)
ORDERS = 150
EVERY_CALL = pytest.mark.parametrize("recorded", [pytest.param(one, id=one.id) for one in CALLS])


def call_of(reports: Iterable[CallReport]) -> dict[str, Any]:
    """Make the call of what the store keeps: the first report of each id."""
    kept: dict[str, CallReport] = {}
    for report in reports:
        kept.setdefault(report.event_id, from_event(report.event()))
    told = fold(kept.values())
    return {name: getattr(told, name) for name in told.__slots__}


def told_by(recorded: Recorded, hooks: Iterable[Hook], *, delay: int = 0) -> list[CallReport]:
    return [one for hook in hooks for one in hook.reports(recorded.provider, delay=delay)]


@EVERY_CALL
def test_each_webhook_is_the_carriers(recorded: Recorded) -> None:
    provider = recorded.provider
    ours = account(provider, ACCOUNTS[provider])

    verdicts = {
        hook.name: CARRIERS[provider].verify(
            hook.signed(provider), ours, SECRETS[provider], now=hook.at
        )
        for hook in recorded.hooks
    }

    assert set(verdicts.values()) == {Verdict.GOOD}


@EVERY_CALL
def test_a_call_is_told(recorded: Recorded) -> None:
    call = call_of(told_by(recorded, recorded.hooks))

    assert {name: call[name] for name in recorded.call} == dict(recorded.call)


@EVERY_CALL
def test_all_legs_are_one_call(recorded: Recorded) -> None:
    reports = told_by(recorded, recorded.hooks)

    assert len({one.call for one in reports}) == 1
    assert {(one.account, one.provider) for one in reports} == {("main", recorded.provider)}


@EVERY_CALL
def test_the_order_does_not_matter(recorded: Recorded) -> None:
    reports = told_by(recorded, recorded.hooks)
    whole = call_of(reports)
    stride = islice(permutations(reports), 0, 5040, max(1, 5040 // ORDERS))

    assert all(call_of(order) == whole for order in (reports[::-1], *stride))


@EVERY_CALL
def test_a_webhook_that_comes_twice_counts_once(recorded: Recorded) -> None:
    first = told_by(recorded, recorded.hooks)

    again = told_by(recorded, recorded.hooks, delay=30)

    assert [one.event_id for one in again] == [one.event_id for one in first]
    assert call_of([*first, *again]) == call_of(first)


@EVERY_CALL
def test_no_webhook_shadows_another(recorded: Recorded) -> None:
    names = [report.event_id for report in told_by(recorded, recorded.hooks)]

    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("recorded", "missing"),
    [
        pytest.param(one, hook, id=f"{one.id}, without {hook.name}")
        for one in CALLS
        for hook in one.hooks
        if len(one.hooks) > 1
    ],
)
def test_a_lost_webhook_costs_no_more_than_it_must(recorded: Recorded, missing: Hook) -> None:
    left = [hook for hook in recorded.hooks if hook is not missing]

    call = call_of(told_by(recorded, left))

    assert {name: call[name] for name in recorded.call} == {
        **recorded.call,
        **recorded.lost.get(missing.name, {}),
    }
