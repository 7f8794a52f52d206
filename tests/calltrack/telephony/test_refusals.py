"""What no carrier's check lets through: one table for all of them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from calltrack.plan import Provider
from calltrack.telephony.carriers import CARRIERS
from calltrack.telephony.webhook import Verdict, Webhook, WebhookError
from tests.calltrack.telephony.signing import (
    ACCOUNTS,
    OTHER_SECRETS,
    SECRETS,
    START,
    Sent,
    account,
    sign,
)

ASKED = {
    Provider.TWILIO: Sent({"AccountSid": ACCOUNTS[Provider.TWILIO], "CallSid": "CA1"}),
    Provider.TELNYX: Sent({"AccountSid": ACCOUNTS[Provider.TELNYX], "CallSid": "CA1"}),
    Provider.VONAGE: Sent({"to": "31850199999", "conversation_uuid": "CON-1"}),
    Provider.MANGO: Sent(
        {"entry_id": "1", "timestamp": int(START.timestamp())}, tail="events/call"
    ),
    Provider.GENERIC: Sent(
        {"event": "offered", "call": "1", "account": ACCOUNTS[Provider.GENERIC]}
    ),
}
EVERY = pytest.mark.parametrize("provider", list(Provider))
SIGNED_MOMENTS = pytest.mark.parametrize("provider", [p for p in Provider if p != Provider.TWILIO])


def verdict(
    provider: Provider,
    change: Callable[[Webhook], Webhook] = lambda same: same,
    *,
    secret: str | None = None,
    owner: str | None = None,
    late: timedelta = timedelta(0),
) -> Verdict:
    webhook = change(sign(provider, ASKED[provider], at=START))
    ours = account(provider, owner or ACCOUNTS[provider])
    key = SECRETS[provider] if secret is None else secret
    return CARRIERS[provider].verify(webhook, ours, key, now=START + late)


@EVERY
def test_a_carriers_own_webhook_is_good(provider: Provider) -> None:
    assert verdict(provider) is Verdict.GOOD


@EVERY
def test_a_changed_body_is_forged(provider: Provider) -> None:
    def change(webhook: Webhook) -> Webhook:
        body = webhook.body.replace(b"1", b"2", 1)
        assert body != webhook.body
        return replace(webhook, body=body)

    assert verdict(provider, change) is Verdict.FORGED


@EVERY
def test_another_key_is_forged(provider: Provider) -> None:
    assert verdict(provider, secret=OTHER_SECRETS[provider]) is Verdict.FORGED


@EVERY
@pytest.mark.parametrize("secret", ["", "ä", "no such key", "whsec_", ":", "key:"])
def test_a_secret_that_cannot_be_one_lets_nothing_through(provider: Provider, secret: str) -> None:
    assert verdict(provider, secret=secret) is Verdict.FORGED


@EVERY
def test_a_webhook_without_a_signature_is_unsigned(provider: Provider) -> None:
    def change(webhook: Webhook) -> Webhook:
        body = webhook.body.replace(b"sign=", b"nothing=")
        return replace(webhook, headers={}, body=body)

    assert verdict(provider, change) is Verdict.UNSIGNED


@EVERY
def test_a_webhook_for_another_account_is_refused(provider: Provider) -> None:
    assert verdict(provider, owner="somebody else's") is Verdict.OTHER_ACCOUNT


@EVERY
def test_an_account_without_an_id_takes_all_that_its_secret_signed(provider: Provider) -> None:
    webhook = sign(provider, ASKED[provider], at=START)

    found = CARRIERS[provider].verify(webhook, account(provider), SECRETS[provider], now=START)

    assert found is Verdict.GOOD


@SIGNED_MOMENTS
def test_one_replayed_late_is_refused(provider: Provider) -> None:
    window = timedelta(hours=1) if provider is Provider.MANGO else timedelta(minutes=5)
    just = timedelta(seconds=1)

    assert verdict(provider, late=window) is Verdict.GOOD
    assert verdict(provider, late=window + just) is Verdict.LATE


@SIGNED_MOMENTS
def test_one_from_the_future_is_refused(provider: Provider) -> None:
    assert verdict(provider, late=-timedelta(hours=2)) is Verdict.LATE


@SIGNED_MOMENTS
def test_a_moment_that_was_changed_is_forged(provider: Provider) -> None:
    later = sign(provider, ASKED[provider], at=START + timedelta(days=1))

    def change(webhook: Webhook) -> Webhook:
        moments = {
            name: value
            for name, value in later.headers.items()
            if name in {"telnyx-timestamp", "webhook-timestamp"}
        }
        return replace(webhook, headers={**webhook.headers, **moments})

    if provider in {Provider.TELNYX, Provider.GENERIC}:
        assert verdict(provider, change, late=timedelta(days=1)) is Verdict.FORGED
    else:  # the moment stands in what is signed
        assert verdict(provider, change, late=timedelta(days=1)) is Verdict.LATE


def test_twilio_signs_no_moment_so_a_replay_is_good_and_changes_nothing() -> None:
    webhook = sign(Provider.TWILIO, ASKED[Provider.TWILIO], at=START)
    twilio, ours = CARRIERS[Provider.TWILIO], account(Provider.TWILIO)
    later = START + timedelta(days=1)

    again = twilio.read(webhook, ours, now=later).reports

    assert verdict(Provider.TWILIO, late=timedelta(days=1)) is Verdict.GOOD
    first = twilio.read(webhook, ours, now=START).reports
    assert [one.event_id for one in again] == [one.event_id for one in first] != []


@EVERY
@pytest.mark.parametrize(
    "body", [b"\xff\xfe", b"{", b"[" * 100_000, b"null", b"&" * 1000, b"%ff=1"]
)
def test_a_body_that_is_none_says_nothing(provider: Provider, body: bytes) -> None:
    webhook = replace(sign(provider, ASKED[provider], at=START), body=body)

    with pytest.raises(WebhookError):
        CARRIERS[provider].read(webhook, account(provider), now=START)
