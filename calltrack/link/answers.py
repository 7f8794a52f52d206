"""What an answer of the Plan's endpoint means.

===========  =====================================================================================
status       outcome
===========  =====================================================================================
200          Found; Refused where the body is no good Plan; Failed where it is a web page
304          Same; Failed where nothing was named that could be the same
401, 403     Failed: the token
404, 410     Failed: the address
all others   Failed, with the reason that the body gives: `error` and `problems`, or plain text
===========  =====================================================================================

What an answer says of itself is somebody else's writing: it is shortened and printed as one line.
"""

import json
import re

from calltrack import planfile
from calltrack.errors import PlanError
from calltrack.link.outcomes import Failed, Found, Outcome, Refused, Same

REASON_LIMIT = 300
TOKEN = "CALLTRACK_PLAN_TOKEN"  # noqa: S105 - the name of the variable

_WHY = {
    401: f"the token is not accepted (401); set {TOKEN} to one that Wagtail knows",
    403: f"the token is not accepted (403); set {TOKEN} to one that Wagtail knows",
    404: "there is no Plan at this address (404)",
    410: "there is no Plan at this address any more (410)",
}
_TOO_LARGE = f"it is larger than {planfile.LARGEST_BYTES >> 20} MB: no Plan is"
_LARGEST_REASON_BYTES = 64 * 1024


def read_answer(status: int, body: bytes, *, etag: str = "", asked: str = "") -> Outcome:
    """Say what an answer comes to. `asked`: the ETag that the request named."""
    if status == 304:
        return Same() if asked else Failed("it says that nothing changed (304), unasked")
    if status != 200:
        why = _WHY.get(status, f"it answers {status}")
        told = _reason(body)
        return Failed(f"{why}: {told}" if told else why)
    return _read_plan(body, etag)


def _read_plan(body: bytes, etag: str) -> Outcome:
    if len(body) > planfile.LARGEST_BYTES:
        return Failed(_TOO_LARGE)
    if body.lstrip()[:1] == b"<":
        return Failed("a web page came, and no Plan: is the address right?")
    try:
        return Found(planfile.loads(body.decode("utf-8-sig"), "json"), body, etag)
    except UnicodeDecodeError:
        return Refused(("it is not UTF-8",), etag)
    except PlanError as error:
        return Refused(error.problems, etag)


def _reason(body: bytes) -> str:
    """Give what an answer says of why it is none."""
    text = body[:_LARGEST_REASON_BYTES].decode("utf-8", "replace").strip()
    if text.startswith("<"):
        return ""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        said = text
    if isinstance(said, dict):
        problems = said.get("problems")
        listed = "; ".join(map(str, problems)) if isinstance(problems, list) else ""
        said = ": ".join(str(part) for part in (said.get("error"), listed) if part)
    return one_line(said) if isinstance(said, str) else ""


def one_line(text: str) -> str:
    """Make somebody else's words fit for a log."""
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    return re.sub(r"\s+", " ", printable).strip()[:REASON_LIMIT]
