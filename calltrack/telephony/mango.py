"""MANGO OFFICE: its own exchange routes the calls, and tells of them; nothing is asked.

The secret is two words with a colon between, `KEY:SALT`: the exchange's API key and the key for its
signatures. A webhook is a form with `vpbx_api_key`, `json` and `sign`, which is the SHA-256 of
key, json and salt after each other. The moment of the event stands in the JSON, and so under the
signature: an event of more than an hour ago is refused.

MANGO adds the kind of the event to the address: `events/call`, `events/summary`,
`events/recording`. A call is an `entry_id`; each of its legs has a `call_id`. How it went is told
by the summary alone: a leg that ends may be followed by another. MANGO gives no link to a
recording, only its id, to be asked for with the key: it is kept as `mango:ID`.

Source: MANGO OFFICE VPBX API v1.9, chapters on notifications.
"""

import json
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from calltrack.calls import CallId, CallReport, CallStatus, Direction, Phase
from calltrack.plan import TelephonyAccount
from calltrack.telephony.fields import Fields, number_in, of_form, of_json
from calltrack.telephony.webhook import (
    Answer,
    Read,
    Route,
    Verdict,
    Webhook,
    WebhookError,
    is_late,
    is_same,
    judge,
)

WINDOW = timedelta(hours=1)
"""Wider than the others': the moment is the event's own, and MANGO may tell of it later."""

MOMENTS = ("timestamp", "end_time")
INCOMING, OUTGOING = "1", "2"  # call_direction; 0 is a call inside of the firm

NEEDS_ADDRESS = False


def check_secret(secret: str) -> str:
    """Say why no webhook can be checked with a secret; "" if one can."""
    key, _, salt = secret.partition(":")
    return "" if key and salt else "key and salt are written as KEY:SALT"


def verify(webhook: Webhook, account: TelephonyAccount, secret: str, *, now: datetime) -> Verdict:
    """Say whether MANGO sent this, of an event of the last hour."""
    try:
        form = of_form(webhook.body).values
        key, told, sign = (str(form.get(name, "")) for name in ("vpbx_api_key", "json", "sign"))
        if not sign:
            return Verdict.UNSIGNED
        ours, _, salt = secret.partition(":")
        made = sha256(f"{key}{told}{salt}".encode()).hexdigest()
        if not salt or not is_same(sign.lower(), made):
            return Verdict.FORGED
    except (ValueError, WebhookError):
        return Verdict.FORGED
    if not is_same(key, ours):
        return Verdict.OTHER_ACCOUNT
    happened = _happened(told)
    is_old = happened is not None and is_late(happened, now=now, window=WINDOW)
    return Verdict.LATE if is_old else judge(account, key, now=now)


def read(webhook: Webhook, account: TelephonyAccount, *, now: datetime) -> Read:
    """Give what it says. Errors: WebhookError."""
    reader = _READERS.get(webhook.tail.strip("/"))
    if reader is None:
        return Read(())
    form = of_form(webhook.body)
    told = of_json(str(form.values.get("json", "")))
    found = reader(told, now)
    if found is None:
        return Read(())
    report = CallReport(
        account=account.key,
        provider=account.provider,
        call=CallId(told.needed("entry_id")),
        **found,
    )
    return Read((report,))


def connect(
    webhook: Webhook,
    account: TelephonyAccount,  # noqa: ARG001 - every carrier gets it
    route: Route,  # noqa: ARG001 - as above
) -> Answer:
    """Answer as to any other event: MANGO routes by itself and never asks."""
    return thank(webhook)


def thank(webhook: Webhook) -> Answer:  # noqa: ARG001 - every carrier gets it
    """Answer one that only tells."""
    return Answer(body=json.dumps({"result": 1000}).encode(), content_type="application/json")


def _happened(told: str) -> datetime | None:
    """Give the moment of an event; None where it names none."""
    try:
        fields = of_json(told)
        moments = [_moment(fields, name) for name in MOMENTS]
    except WebhookError:
        return None
    return next((one for one in moments if one is not None), None)


def _moment(told: Fields, name: str) -> datetime | None:
    """Read seconds since 1970, where 0 says that it never happened."""
    return None if told.text(name) in {"", "0"} else told.moment(name)


def _call(told: Fields, now: datetime) -> dict[str, Any] | None:
    """Read events/call: a leg rings, or is answered."""
    caller, called = told.inside("from"), told.inside("to")
    is_staff = caller.has("extension")
    if is_staff and called.has("extension"):
        return None  # inside of the firm
    at = _moment(told, "timestamp") or now
    state, is_menu = told.text("call_state"), told.text("location") in {"ivr", "queue"}
    found: dict[str, Any] = {"at": at, "part": told.text("call_id")}
    if is_staff:
        found["direction"] = Direction.OUT
        found["number"] = number_in(caller.text("line_number"))
        found["caller"] = called.number("number")
    else:
        found["number"] = called.number("line_number")
        found["caller"] = caller.number("number")
        found["forwarded_to"] = "" if is_menu else called.number("number")
    if state == "Appeared":
        return {"phase": Phase.OFFERED if is_menu else Phase.RINGING, **found}
    if state == "Connected" and not is_menu:
        return {"phase": Phase.ANSWERED, "answered_at": at, **found}
    return None


def _summary(told: Fields, now: datetime) -> dict[str, Any] | None:
    """Read events/summary: how the whole call went."""
    direction = told.text("call_direction")
    if direction not in {INCOMING, OUTGOING}:
        return None
    is_out = direction == OUTGOING
    created_at, ended_at = _moment(told, "create_time"), _moment(told, "end_time") or now
    talk_at = _moment(told, "talk_time") if told.text("entry_result") == "1" else None
    other = told.inside("to" if is_out else "from")
    return {
        "phase": Phase.ENDED,
        "at": ended_at,
        "number": told.number("line_number"),
        "caller": other.number("number"),
        "direction": Direction.OUT if is_out else Direction.IN,
        "forwarded_to": "" if is_out else told.inside("to").number("number"),
        "status": CallStatus.MISSED if talk_at is None else CallStatus.ANSWERED,
        "started_at": created_at,
        "answered_at": talk_at,
        "ended_at": ended_at,
        "talk_seconds": None
        if talk_at is None
        else max(0, int((ended_at - talk_at).total_seconds())),
        "ring_seconds": None,
    }


def _recording(told: Fields, now: datetime) -> dict[str, Any] | None:
    """Read events/recording: only a finished one counts."""
    if told.text("recording_state") != "Completed":
        return None
    name = told.needed("recording_id")
    at = _moment(told, "timestamp") or now
    return {"phase": Phase.RECORDED, "at": at, "recording": f"mango:{name}", "part": name}


_READERS = {"events/call": _call, "events/summary": _summary, "events/recording": _recording}
