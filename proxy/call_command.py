"""`calltrack-proxy call`: a call that no carrier made, to try out where calls go and what is told.

It speaks the generic format (docs/telephony.md), signed with the account's own secret, and tells of
the call as it goes: offered, ringing, answered, ended.
"""

import argparse
import asyncio
import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
from standardwebhooks.webhooks import EmptyWebhookSecretError
from standardwebhooks.webhooks import Webhook as Signer

from calltrack.calls import CallStatus, Phase
from calltrack.errors import ConfigError, TheirError
from calltrack.numbers import PhoneNumber, parse
from proxy.quantities import some_seconds
from proxy.run_arguments import web_address
from snippet_server.account_secrets import PREFIX, AccountSecrets

CALL = """\
Make believe that a carrier has a call: an edge is told of it, as by webhooks in the generic format.

  export CALLTRACK_SECRET_TRIAL=whsec_$(openssl rand -base64 24)
  calltrack-proxy run … &        # with [[telephony]] key = "trial", provider = "generic",
                                 # secret = "TRIAL" in its Plan
  calltrack-proxy call http://127.0.0.1:8080/_calltrack/calls/trial/ --secret TRIAL \\
      --to 020-7654301 --from 06-12345678 --seconds 20

Nobody's phone rings. It takes as long as a real call would; at once: --ring 0 --seconds 0.
A number that a visitor's page shows makes it that visitor's call.
"""

TOTAL_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Step:
    """What is told, and how long after the step before."""

    phase: Phase
    after: timedelta
    data: dict[str, Any]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe `call`."""
    add = parser.add_argument
    add("url", type=web_address, metavar="URL", help="the account's address on the edge")
    add("--secret", required=True, metavar="NAME", help=f"its name: it is in {PREFIX}NAME")
    add("--to", required=True, metavar="NUMBER", help="the number that is called")
    add(
        "--from",
        dest="caller",
        default="",
        metavar="NUMBER",
        help="the caller's (default: withheld)",
    )
    add("--region", default="NL", metavar="CC", help="of national numbers (default: %(default)s)")
    for option, default, words in (
        ("--ring", "1", "how long it rings"),
        ("--seconds", "3", "how long they talk"),
    ):
        add(option, type=some_seconds, default=default, metavar="N", help=f"{words} (%(default)s)")
    add(
        "--status",
        choices=[CallStatus.ANSWERED, CallStatus.MISSED, CallStatus.BUSY],
        default=CallStatus.ANSWERED,
        help="what becomes of it (default: %(default)s)",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Tell an edge of a call, step by step."""
    number = parse(args.to, region=args.region)
    caller = parse(args.caller, region=args.region) if args.caller else None
    steps = list(_steps(args.status, args.ring, args.seconds))
    asyncio.run(_tell(args.url, args.secret, steps, _of(number, caller)))
    return 0


def _of(number: PhoneNumber, caller: PhoneNumber | None) -> dict[str, Any]:
    told = {"call": uuid.uuid4().hex, "number": number.e164}
    return told | ({"caller": caller.e164} if caller is not None else {})


def _steps(status: CallStatus, ring: timedelta, talk: timedelta) -> Iterator[Step]:
    """Give what a carrier tells of a call that goes so."""
    at_once = timedelta(0)
    yield Step(Phase.OFFERED, at_once, {})
    told: dict[str, Any] = {"status": status, "ring_seconds": int(ring.total_seconds())}
    if status is CallStatus.BUSY:
        yield Step(Phase.ENDED, at_once, told | {"ring_seconds": 0})
        return
    yield Step(Phase.RINGING, at_once, {})
    if status is CallStatus.MISSED:
        yield Step(Phase.ENDED, ring, told)
        return
    yield Step(Phase.ANSWERED, ring, {})
    yield Step(Phase.ENDED, talk, told | {"talk_seconds": int(talk.total_seconds())})


async def _tell(url: str, name: str, steps: list[Step], told: dict[str, Any]) -> None:
    secrets = AccountSecrets()
    found = await secrets.of(name)
    if not found:
        raise ConfigError(f"--secret: {secrets.problem(name)}")
    secret = found[-1]
    limit = aiohttp.ClientTimeout(total=TOTAL_SECONDS)
    async with aiohttp.ClientSession(timeout=limit) as client:
        for step in steps:
            await asyncio.sleep(step.after.total_seconds())
            now = datetime.now(UTC)
            body = {"event": step.phase, "at": now.isoformat(), **told, **step.data}
            print(f"{step.phase}: {await _send(client, url, secret, body, now)}", flush=True)


async def _send(
    client: aiohttp.ClientSession, url: str, secret: str, body: dict[str, Any], now: datetime
) -> str:
    """Send one webhook, signed; give what came back."""
    name, text = f"msg_{uuid.uuid4().hex}", json.dumps(body)
    try:
        signature = Signer(secret).sign(name, now, text)
    except (ValueError, EmptyWebhookSecretError) as error:
        raise ConfigError("--secret: it is no secret of the form whsec_ and base64") from error
    headers = {
        "Content-Type": "application/json",
        "webhook-id": name,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": signature,
    }
    try:
        async with client.post(url, data=text, headers=headers, allow_redirects=False) as answer:
            if answer.status not in {200, 204}:
                raise TheirError(
                    f"{url} answers {answer.status}: {_MEANING.get(answer.status, '')}"
                )
            said = await answer.text()
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise TheirError(f"{url} does not answer: {type(error).__name__}") from error
    return said or "taken"


_MEANING = {
    403: "the signature is not good; is it the secret that the edge has?",
    404: "no account of the Plan stands there",
    503: "the account is not set up; the edge's log and status page say what is missing",
}
