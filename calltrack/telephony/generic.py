"""A format of our own, for exchanges and carriers that have no module here: docs/telephony.md.

JSON objects, one an event, signed as Standard Webhooks says: `webhook-id`, `webhook-timestamp` and
`webhook-signature` in the head; the secret is `whsec_` and base64. An `offered` call that comes in
is answered with where to connect it.

Source: github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md.
"""

import base64
import json
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeVar

from standardwebhooks.webhooks import EmptyWebhookSecretError
from standardwebhooks.webhooks import Webhook as Signer

from calltrack.calls import CallId, CallReport, CallStatus, Direction, Phase
from calltrack.plan import TelephonyAccount
from calltrack.telephony.fields import Fields, of_json
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

Word = TypeVar("Word", bound=StrEnum)

NEEDS_ADDRESS = False

SHORTEST_SECRET = 16
"""In bytes. The standard wants 24; fewer than these can be guessed."""


def check_secret(secret: str) -> str:
    """Say why no webhook is to be checked with a secret; "" if one can be."""
    try:
        length = len(base64.b64decode(secret.removeprefix("whsec_") + "=="))
    except ValueError:
        length = 0
    return "" if length >= SHORTEST_SECRET else "it is not whsec_ and 24 to 64 bytes in base64"


def verify(webhook: Webhook, account: TelephonyAccount, secret: str, *, now: datetime) -> Verdict:
    """Say whether somebody who has the secret sent this, just now."""
    name, moment = webhook.header("webhook-id"), webhook.header("webhook-timestamp")
    given = webhook.header("webhook-signature")
    if not (name and moment and given):
        return Verdict.UNSIGNED
    if not (moment.isascii() and moment.isdecimal() and len(moment) <= 11):
        return Verdict.FORGED
    sent_at = datetime.fromtimestamp(int(moment), UTC)
    try:
        # The library's own `verify` looks at its clock; ours is an argument.
        made = Signer(secret).sign(name, sent_at, webhook.body.decode())
        said = of_json(webhook.body).values.get("account")
    except (ValueError, EmptyWebhookSecretError, WebhookError):
        return Verdict.FORGED
    # Several may be given, of an old key and a new one.
    if not any(is_same(one, made) for one in given.split(" ")):
        return Verdict.FORGED
    return judge(account, said, sent_at=sent_at, now=now)


def read(webhook: Webhook, account: TelephonyAccount, *, now: datetime) -> Read:
    """Give what it says. Errors: WebhookError."""
    told = of_json(webhook.body)
    if told.needed("event") not in set(Phase):
        return Read(())  # of a later version of the format
    phase = Phase(told.needed("event"))
    direction = _word(told, "direction", Direction) or Direction.IN
    report = CallReport(
        account=account.key,
        provider=account.provider,
        call=CallId(told.needed("call")),
        phase=phase,
        at=told.moment("at") or now,
        number=told.number("number"),
        caller=told.number("caller"),
        direction=direction,
        status=_word(told, "status", CallStatus),
        forwarded_to=told.number("forwarded_to"),
        talk_seconds=told.seconds("talk_seconds"),
        ring_seconds=told.seconds("ring_seconds"),
        started_at=told.moment("started_at"),
        answered_at=told.moment("answered_at"),
        ended_at=told.moment("ended_at"),
        recording=told.link("recording"),
        part=told.text("part"),
    )
    return Read((report,), asks=phase is Phase.OFFERED and direction is Direction.IN)


def connect(
    webhook: Webhook,  # noqa: ARG001 - every carrier gets it
    account: TelephonyAccount,  # noqa: ARG001 - as above
    route: Route,
) -> Answer:
    """Say where to connect the call."""
    said = {
        "connect": route.forward_to.e164,
        "vestiging": route.vestiging,
        "caller": route.caller,
        "number": route.called,
        "ring_seconds": route.ring_seconds,
        "record": route.is_recorded,
        "callback_url": route.callback_url,
    }
    return Answer(body=json.dumps(said).encode(), content_type=JSON)


def thank(webhook: Webhook) -> Answer:  # noqa: ARG001 - every carrier gets it
    """Answer one that only tells."""
    return Answer(status=204)


def _word(told: Fields, name: str, words: type[Word]) -> Word | None:
    """Give one of a few words; None where there is none."""
    found = told.text(name)
    if not found:
        return None
    try:
        return words(found)
    except ValueError as wrong:
        raise told.wrong(name, f"is none of {', '.join(words)}") from wrong
