"""A route, and the answers to a carrier that asks for one."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from calltrack.numbers import PhoneNumber
from calltrack.plan import Provider
from calltrack.telephony.carriers import CARRIERS
from calltrack.telephony.webhook import Answer, Route
from tests.calltrack.telephony.signing import START, URL, Sent, account, sign

ROUTE = Route(
    forward_to=PhoneNumber("+31101234567"),
    vestiging="rotterdam",
    caller="+31612345678",
    called="+31850199999",
    ring_seconds=25,
    callback_url=URL,
)


def answer(provider: Provider, told: Mapping[str, Any] | None = None, **changes: Any) -> Answer:
    """Answer with a route."""
    webhook = sign(provider, Sent(told or {}), at=START)
    return CARRIERS[provider].connect(webhook, account(provider), replace(ROUTE, **changes))


def thanks(provider: Provider) -> Answer:
    """Answer one that only tells."""
    return CARRIERS[provider].thank(sign(provider, Sent({}), at=START))
