"""Why an answer of Wagtail is not what was asked for: one line for ops.

What an answer says of itself is somebody else's writing: it is shortened and printed as one line.
What is said of events may name a visitor or a phone number, and goes into no log so: `without_ids`.
"""

import json
import re
from collections.abc import Callable

REASON_LIMIT = 300
TOKEN = "CALLTRACK_PLAN_TOKEN"  # noqa: S105 - the name of the variable

_WHY = {
    401: f"the token is not accepted (401); set {TOKEN} to one that Wagtail knows",
    403: f"the token is not accepted (403); set {TOKEN} to one that Wagtail knows",
    404: "{nothing} at this address (404)",
    410: "{nothing} at this address any more (410)",
}
_LARGEST_REASON_BYTES = 64 * 1024
_DIGITS = re.compile(r"\+?\d(?:[\s().\-/]*\d){4,}")
_LONG_WORD = re.compile(r"(?<![\w-])(?:[\w-]{20,}|(?=[\w-]*\d)[\w-]{8,})(?![\w-])")


def why_not(
    status: int, body: bytes, *, nothing: str, clean: Callable[[str], str] = str.strip
) -> str:
    """Say why an answer is none.

    `nothing`: what a wrong address lacks, as "there is no Plan". `clean`: what to leave out of what
    the answer itself says.
    """
    why = _WHY.get(status, f"it answers {status}").format(nothing=nothing)
    told = clean(_told(body))
    return f"{why}: {told}" if told else why


def is_web_page(body: bytes) -> bool:
    """Say whether somebody answered who talks to people, not to programs."""
    return body.lstrip()[:1] == b"<"


def one_line(text: str) -> str:
    """Make somebody else's words fit for a log."""
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    return re.sub(r"\s+", " ", printable).strip()[:REASON_LIMIT]


def without_ids(text: str) -> str:
    """Leave out what may be a phone number, or the id of a visitor or a session."""
    return _LONG_WORD.sub("…", _DIGITS.sub("…", text))


def _told(body: bytes) -> str:
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
