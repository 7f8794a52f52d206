"""Webhooks as carriers send them, signed with keys of the tests.

Each signature is made by the provider's own library, or another than the one that checks it.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from standardwebhooks.webhooks import Webhook as Standard
from twilio.request_validator import RequestValidator

from calltrack.plan import AccountKey, Provider, TelephonyAccount
from calltrack.telephony.webhook import Webhook

START = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)
URL = "https://www.example.nl/_calltrack/calls/main/"

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))


def public(key: Ed25519PrivateKey) -> str:
    """Write a public key as the portal of Telnyx does."""
    return base64.b64encode(key.public_key().public_bytes_raw()).decode()


SECRETS: Mapping[Provider, str] = {
    Provider.TWILIO: "0123456789abcdef0123456789abcdef",
    Provider.TELNYX: public(KEY),
    Provider.VONAGE: "a signature secret of thirty-two+",
    Provider.MANGO: "vpbx-key:vpbx-salt",
    Provider.GENERIC: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
}
OTHER_SECRETS: Mapping[Provider, str] = {
    Provider.TWILIO: "fedcba9876543210fedcba9876543210",
    Provider.TELNYX: public(OTHER_KEY),
    Provider.VONAGE: "another signature secret, as long",
    Provider.MANGO: "vpbx-key:another-salt",
    Provider.GENERIC: "whsec_" + base64.b64encode(b"another secret, as long").decode(),
}
ACCOUNTS: Mapping[Provider, str] = {
    Provider.TWILIO: "AC00000000000000000000000000000001",
    Provider.TELNYX: "f5586561-8ff0-4291-a51b-c7dfe4139ff9",
    Provider.VONAGE: "abcd1234",
    Provider.MANGO: "vpbx-key",
    Provider.GENERIC: "exchange-1",
}


def account(provider: Provider, owner: str | None = None) -> TelephonyAccount:
    """Make an account of the Plan; without an owner it takes webhooks of any."""
    return TelephonyAccount(AccountKey("main"), provider, "MAIN", account=owner)


@dataclass(frozen=True, slots=True)
class Sent:
    """What a carrier tells, before it signs it."""

    told: Mapping[str, Any]
    tail: str = ""
    method: str = "POST"
    query: str = ""

    @property
    def url(self) -> str:
        return URL + self.tail + (f"?{self.query}" if self.query else "")


def sign(provider: Provider, sent: Sent, *, at: datetime) -> Webhook:
    """Sign as the carrier does."""
    headers, body = _SIGNERS[provider](sent, int(at.timestamp()))
    return Webhook(sent.method, sent.url, sent.tail, headers, body)


def _twilio(sent: Sent, moment: int) -> tuple[dict[str, str], bytes]:
    signer = RequestValidator(SECRETS[Provider.TWILIO])
    fields = {} if sent.method == "GET" else dict(sent.told)
    made = signer.compute_signature(sent.url, fields)
    return {"x-twilio-signature": made}, urlencode(fields).encode()


def _telnyx(sent: Sent, moment: int) -> tuple[dict[str, str], bytes]:
    body = urlencode(sent.told).encode()
    made = base64.b64encode(KEY.sign(f"{moment}|".encode() + body)).decode()
    return {"telnyx-signature-ed25519": made, "telnyx-timestamp": str(moment)}, body


def _vonage(sent: Sent, moment: int) -> tuple[dict[str, str], bytes]:
    text = json.dumps(sent.told, separators=(",", ":"))
    claims = {
        "iat": moment,
        "jti": "c5ba8f24-1a14-4c10-bfdf-3fbe8ce511b5",
        "iss": "Vonage",
        "payload_hash": sha256(text.encode()).hexdigest(),
        "api_key": ACCOUNTS[Provider.VONAGE],
        "application_id": "aaaaaaaa-bbbb-cccc-dddd-0123456789ab",
    }
    token = jwt.encode(claims, SECRETS[Provider.VONAGE], algorithm="HS256")
    body = b"" if sent.method == "GET" else text.encode()
    return {"authorization": f"Bearer {token}"}, body


def _mango(sent: Sent, moment: int) -> tuple[dict[str, str], bytes]:
    key, _, salt = SECRETS[Provider.MANGO].partition(":")
    text = json.dumps(sent.told)
    form = {
        "vpbx_api_key": key,
        "sign": sha256(key.encode() + text.encode() + salt.encode()).hexdigest(),
        "json": text,
    }
    return {}, urlencode(form).encode()


def _generic(sent: Sent, moment: int) -> tuple[dict[str, str], bytes]:
    text = json.dumps(sent.told)
    signer = Standard(SECRETS[Provider.GENERIC])
    made = signer.sign("msg_1", datetime.fromtimestamp(moment, UTC), text)
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(moment),
        "webhook-signature": made,
    }
    return headers, text.encode()


_SIGNERS = {
    Provider.TWILIO: _twilio,
    Provider.TELNYX: _telnyx,
    Provider.VONAGE: _vonage,
    Provider.MANGO: _mango,
    Provider.GENERIC: _generic,
}
