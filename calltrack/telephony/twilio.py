"""Twilio: forms signed with the account's auth token, answered in TwiML.

The secret is the auth token of the account (or subaccount) that owns the numbers. Twilio signs the
address and all fields with HMAC-SHA1, in `X-Twilio-Signature`. There is no moment in what is
signed, so a replay cannot be told from the first time: it changes nothing, for a report that comes
twice is one. The account's id (`AC…`) is in the fields, and so under the signature.

Source: twilio.com/docs/usage/security, and their library's `RequestValidator`.
"""

import re
from datetime import datetime
from urllib.parse import urlparse

from twilio.request_validator import RequestValidator, add_port, remove_port

from calltrack.plan import TelephonyAccount
from calltrack.telephony import twiml
from calltrack.telephony.webhook import (
    Answer,
    Read,
    Route,
    Verdict,
    Webhook,
    WebhookError,
    is_same,
    judge,
)

SIGNATURE = "x-twilio-signature"

NEEDS_ADDRESS = True
"""Twilio signs the address that it called."""

_NAMES = re.compile(r"(AC|SK)[0-9a-f]{32}")


def check_secret(secret: str) -> str:
    """Say why no webhook can be checked with a secret; "" if one can."""
    if _NAMES.fullmatch(secret):
        return "it is the name of an account or of an API key; the auth token is asked for"
    return ""


def verify(
    webhook: Webhook,
    account: TelephonyAccount,
    secret: str,
    *,
    now: datetime,
) -> Verdict:
    """Say whether Twilio sent this. When, it does not say."""
    signature = webhook.header(SIGNATURE)
    if not signature:
        return Verdict.UNSIGNED
    try:
        form = twiml.form_of(webhook)
        signed = {} if webhook.method == "GET" else form.values
        good = [is_same(signature, one) for one in _signatures(webhook.url, signed, secret)]
    except (ValueError, WebhookError):
        return Verdict.FORGED
    if not any(good):
        return Verdict.FORGED
    return judge(account, form.values.get("AccountSid"), now=now)


def read(webhook: Webhook, account: TelephonyAccount, *, now: datetime) -> Read:
    """Give what it says. Errors: WebhookError."""
    return twiml.read(twiml.form_of(webhook), account, now=now)


def connect(
    webhook: Webhook,
    account: TelephonyAccount,  # noqa: ARG001 - every carrier gets it
    route: Route,
) -> Answer:
    """Answer with TwiML. The caller hears the vestiging's phone ring, not silence.

    After dialling nothing is dialled, also where the webhook could not be read.
    """
    if twiml.has_rung(webhook):
        return twiml.thank()
    return twiml.connect(route, recorded="record-from-answer-dual", answerOnBridge="true")


def thank(webhook: Webhook) -> Answer:  # noqa: ARG001 - every carrier gets it
    """Answer one that only tells; after dialling this ends the call."""
    return twiml.thank()


def _signatures(url: str, signed: object, secret: str) -> list[str]:
    """Give both: with the port in the address and without it; Twilio signs either."""
    validator = RequestValidator(secret)
    parts = urlparse(url)
    return [
        str(validator.compute_signature(one, signed))
        for one in (remove_port(parts), add_port(parts))
    ]
