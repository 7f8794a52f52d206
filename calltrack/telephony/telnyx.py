"""Telnyx, as TeXML: forms signed with Telnyx' key, answered as Twilio is.

The secret is the account's public key from the portal (base64, 32 bytes): it proves who signed, and
is no secret in truth. Telnyx signs `TIMESTAMP|BODY` with Ed25519, and sends the signature in
`telnyx-signature-ed25519` and the moment in `telnyx-timestamp`. Only the body is signed, so what
stands in the address is not looked at.

Source: developers.telnyx.com, "Webhook signing", and the pages of its TeXML callbacks.
"""

import base64
from dataclasses import replace
from datetime import UTC, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from calltrack.plan import TelephonyAccount
from calltrack.telephony import twiml
from calltrack.telephony.fields import of_form
from calltrack.telephony.webhook import (
    Answer,
    Read,
    Route,
    Verdict,
    Webhook,
    WebhookError,
    judge,
)

SIGNATURE = "telnyx-signature-ed25519"
TIMESTAMP = "telnyx-timestamp"

NEEDS_ADDRESS = True
"""It is told in the answer where to report."""

PUBLIC_KEY_BYTES = 32


def check_secret(secret: str) -> str:
    """Say why no webhook can be checked with a secret; "" if one can."""
    try:
        length = len(base64.b64decode(secret, validate=True))
    except ValueError:
        length = 0
    return "" if length == PUBLIC_KEY_BYTES else "a public key of Telnyx is 32 bytes in base64"


def verify(webhook: Webhook, account: TelephonyAccount, secret: str, *, now: datetime) -> Verdict:
    """Say whether Telnyx sent this, just now."""
    signature, moment = webhook.header(SIGNATURE), webhook.header(TIMESTAMP)
    if not signature or not moment:
        return Verdict.UNSIGNED
    if not (moment.isascii() and moment.isdecimal() and len(moment) <= 11):
        return Verdict.FORGED
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(secret, validate=True))
        signed = moment.encode() + b"|" + webhook.body
        key.verify(base64.b64decode(signature, validate=True), signed)
        said = of_form(webhook.body).values.get("AccountSid")
    except (ValueError, InvalidSignature, WebhookError):
        return Verdict.FORGED
    return judge(account, said, sent_at=datetime.fromtimestamp(int(moment), UTC), now=now)


def read(webhook: Webhook, account: TelephonyAccount, *, now: datetime) -> Read:
    """Give what it says. Errors: WebhookError."""
    return twiml.read(of_form(webhook.body), account, now=now)


def connect(
    webhook: Webhook,
    account: TelephonyAccount,  # noqa: ARG001 - every carrier gets it
    route: Route,
) -> Answer:
    """Answer with TeXML. After dialling nothing is dialled, as with Twilio."""
    if twiml.has_rung(replace(webhook, method="POST")):  # the address is not signed
        return twiml.thank()
    return twiml.connect(route, recorded="record-from-answer-dual")


def thank(webhook: Webhook) -> Answer:  # noqa: ARG001 - every carrier gets it
    """Answer one that only tells; after dialling this ends the call."""
    return twiml.thank()
