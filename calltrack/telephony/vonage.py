"""Vonage: JSON under a signed token, answered with call control objects (NCCO).

The secret is the account's signature secret. Each webhook has a token (`Authorization: Bearer`, a
JWT under HS256) that says when it was made (`iat`), for whom (`api_key`, `application_id`) and the
SHA-256 of what it carries (`payload_hash`): of the body, or, where the answer address is asked by
GET, of the query as a JSON object.

A call is a conversation (`conversation_uuid`) with a leg for the caller (inbound) and one for the
phone that rings (outbound). The caller's leg says which number was called and who calls; the other
one says how it went: Vonage shows the firm's own number on the vestiging's phone, and no other.

Source: developer.vonage.com/en/voice/voice-api/webhook-reference, …/ncco-reference, and
…/getting-started/concepts/webhooks#decoding-signed-webhooks.
"""

import json
import warnings
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import jwt

from calltrack.calls import CallId, CallReport, CallStatus, Phase
from calltrack.plan import TelephonyAccount
from calltrack.telephony.fields import Fields, of_json, of_query
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

JSON = "application/json"

OUTCOMES = {
    "completed": CallStatus.ANSWERED,
    "busy": CallStatus.BUSY,
    "timeout": CallStatus.MISSED,
    "unanswered": CallStatus.MISSED,
    "cancelled": CallStatus.MISSED,  # the caller hung up first
    "rejected": CallStatus.FAILED,
    "failed": CallStatus.FAILED,
}

NEEDS_ADDRESS = True
"""It is told in the answer where to report."""


def check_secret(secret: str) -> str:
    """Say why no webhook can be checked with a secret; "" if one can."""
    if secret.startswith("-----BEGIN"):
        return "it is the key of an application; the signature secret is asked for"
    return ""


def verify(webhook: Webhook, account: TelephonyAccount, secret: str, *, now: datetime) -> Verdict:
    """Say whether Vonage sent this, just now."""
    scheme, _, token = webhook.header("authorization").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        return Verdict.UNSIGNED
    claims = _claims(token.strip(), secret)
    made_at = _moment(claims.get("iat"))
    said = claims.get("payload_hash")
    if made_at is None or not isinstance(said, str):
        return Verdict.FORGED
    if not any(is_same(said.lower(), one) for one in _hashes(webhook)):
        return Verdict.FORGED
    owners = claims.get("api_key"), claims.get("application_id")
    return judge(account, *owners, sent_at=made_at, now=now)


def read(webhook: Webhook, account: TelephonyAccount, *, now: datetime) -> Read:
    """Give what it says. Errors: WebhookError."""
    told = of_query(webhook.url) if webhook.method == "GET" else of_json(webhook.body)
    if told.has("recording_url"):
        link, part = told.link("recording_url"), told.text("recording_uuid")
        return Read((_report(told, account, Phase.RECORDED, now, recording=link, part=part),))
    if told.has("status"):
        return Read(tuple(_events(told, account, now)))
    if not told.has("to") and not told.has("from"):
        return Read(())  # what an app may be told besides: keys pressed, a transfer
    report = _report(told, account, Phase.OFFERED, now, **_ends(told))
    return Read((report,), asks=True)


def connect(
    webhook: Webhook,
    account: TelephonyAccount,  # noqa: ARG001 - as above
    route: Route,
) -> Answer:
    """Answer with the actions of the call. `from` must be a number rented from Vonage."""
    if route.is_loop:
        return thank(webhook)
    hooks = {"eventUrl": [route.callback_url]} if route.callback_url else {}
    dial: dict[str, Any] = {
        "action": "connect",
        "timeout": str(route.ring_seconds),
        "endpoint": [{"type": "phone", "number": route.forward_to.e164.removeprefix("+")}],
        **hooks,
    }
    if route.called:
        dial["from"] = route.called.removeprefix("+")
    record = {"action": "record", "split": "conversation", "channels": 2, **hooks}
    actions = [record, dial] if route.is_recorded else [dial]
    return Answer(body=json.dumps(actions).encode(), content_type=JSON)


def thank(webhook: Webhook) -> Answer:  # noqa: ARG001 - every carrier gets it
    """Answer one that only tells."""
    return Answer(status=204)


def _claims(token: str, secret: str) -> Mapping[str, Any]:
    """Give what a well signed token says; nothing of another. PyJWT's own clock is not asked."""
    try:
        with warnings.catch_warnings():
            # Vonage hands out the secret: that it is shorter than advised is no news to anybody.
            warnings.simplefilter("ignore")
            return jwt.decode(
                token,
                secret,
                algorithms=["HS256"],
                options={
                    "verify_exp": False,
                    "verify_nbf": False,
                    "verify_iat": False,
                    "verify_aud": False,
                },
            )
    except (jwt.PyJWTError, ValueError, TypeError, RecursionError):
        return {}


def _moment(iat: object) -> datetime | None:
    if isinstance(iat, bool) or not isinstance(iat, int | float) or not 0 < iat < 1e11:
        return None
    return datetime.fromtimestamp(iat, UTC)


def _hashes(webhook: Webhook) -> Iterator[str]:
    """Give the hashes that Vonage may mean: of the bytes, and of what they say, written tightly."""
    try:
        if webhook.method == "GET":
            said = of_query(webhook.url).values
        else:
            yield sha256(webhook.body).hexdigest()
            said = of_json(webhook.body).values
        tight = json.dumps(said, separators=(",", ":"), ensure_ascii=False)
        yield sha256(tight.encode()).hexdigest()
    except (WebhookError, ValueError, RecursionError):
        return


def _events(told: Fields, account: TelephonyAccount, now: datetime) -> Iterator[CallReport]:
    """Tell what happened to one leg."""
    status, leg = told.text("status"), told.text("uuid")
    at = told.moment("timestamp") or now
    part = f"{leg}:{status}"
    if told.text("direction") != "outbound":
        ends = _ends(told)
        if status in {"started", "ringing"}:
            yield _report(told, account, Phase.OFFERED, at, started_at=at, part=part, **ends)
        elif status in OUTCOMES:
            over = told.moment("end_time") or at
            yield _report(told, account, Phase.ENDED, at, ended_at=over, part=part, **ends)
        return
    phone = {"part": part, "forwarded_to": told.number("to"), "number": told.number("from")}
    if status == "ringing":
        yield _report(told, account, Phase.RINGING, at, **phone)
    elif status == "answered":
        yield _report(told, account, Phase.ANSWERED, at, answered_at=at, **phone)
    elif status == "machine":
        machine = CallStatus.VOICEMAIL
        yield _report(told, account, Phase.ANSWERED, at, status=machine, **phone)
    elif status in OUTCOMES:
        yield _report(told, account, Phase.ENDED, at, **_outcome(told, status, at), **phone)


def _outcome(told: Fields, status: str, at: datetime) -> dict[str, Any]:
    """Say how the phone's leg went. It is "completed" after a timeout too, with no time talked."""
    talk = told.seconds("duration") if status == "completed" else None
    is_empty = status == "completed" and not talk
    return {
        "status": None if is_empty else OUTCOMES[status],
        "talk_seconds": talk or None,
        "ended_at": told.moment("end_time") or at,
    }


def _ends(told: Fields) -> dict[str, Any]:
    return {"number": told.number("to"), "caller": told.number("from")}


def _report(
    told: Fields, account: TelephonyAccount, phase: Phase, at: datetime, **more: Any
) -> CallReport:
    return CallReport(
        account=account.key,
        provider=account.provider,
        call=CallId(told.needed("conversation_uuid")),
        phase=phase,
        at=at,
        **more,
    )
