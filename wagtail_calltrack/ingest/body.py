"""A request's body as JSON, with limits that hold before anything is read or unpacked.

Lengths are announced, so that a body too long is refused unread; what is packed is unpacked up to
the limit and no further. A name that stands twice in an object makes it a `Doubled`: of an event
that is this event's fault alone. A number with more digits than any number of ours is no reason to
refuse everybody else's events either; it becomes one that fits nowhere.

Errors: BodyError with the status to answer.
"""

import json
import zlib
from typing import Any

from django.http import HttpRequest

MOST_BYTES = 2_000_000

_GZIP = 16 + zlib.MAX_WBITS
_LONGEST_NUMBER = 19
_TOO_LONG = f"the body is longer than {MOST_BYTES} bytes; send less at once"


class BodyError(Exception):
    """Why nothing of a body can be used."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


class Doubled(dict[str, Any]):
    """An object in which a name stands twice."""


def read_json(request: HttpRequest) -> object:
    """Give what the body says."""
    is_packed = _is_packed(request)
    sent = _sent(request)
    return _parsed(_unpacked(sent) if is_packed else sent)


def _is_packed(request: HttpRequest) -> bool:
    """Say whether the body is packed, and refuse what is no JSON by its own account."""
    charset = (request.content_params or {}).get("charset", "utf-8")
    if request.content_type != "application/json" or charset.lower() not in {"utf-8", "utf8"}:
        raise BodyError(415, "send it as Content-Type: application/json, in UTF-8")
    packing = request.headers.get("Content-Encoding", "").strip().lower()
    if packing not in {"", "identity", "gzip"}:
        raise BodyError(415, "send it as it is, or with Content-Encoding: gzip")
    return packing == "gzip"


def _sent(request: HttpRequest) -> bytes:
    """Read the body, if its length is told and fits."""
    told = str(request.META.get("CONTENT_LENGTH") or "")
    if not told:
        raise BodyError(411, "tell the body's length: Content-Length")
    if not (told.isascii() and told.isdecimal()):
        raise BodyError(400, "Content-Length is no number")
    if len(told) > _LONGEST_NUMBER or int(told) > MOST_BYTES:
        raise BodyError(413, _TOO_LONG)
    try:
        sent = request.read(MOST_BYTES + 1)
    except OSError as error:
        raise BodyError(400, "the body broke off") from error
    if len(sent) > MOST_BYTES:
        raise BodyError(413, _TOO_LONG)
    return bytes(sent)


def _unpacked(packed: bytes) -> bytes:
    stream = zlib.decompressobj(_GZIP)
    try:
        found = stream.decompress(packed, MOST_BYTES + 1)
    except zlib.error as error:
        raise BodyError(400, "the body is not the gzip that its header says") from error
    if len(found) > MOST_BYTES:
        raise BodyError(413, _TOO_LONG)
    if not stream.eof or stream.unused_data:
        raise BodyError(400, "the body's gzip is cut off, or followed by something else")
    return found


def _parsed(text: bytes) -> object:
    if not text.strip():
        raise BodyError(400, "the body is empty")
    try:
        return json.loads(
            text.decode("utf-8"),
            object_pairs_hook=_object,
            parse_int=_whole_number,
            parse_constant=_constant,
        )
    except RecursionError as error:
        raise BodyError(
            400, "the body's lists and objects stand too deep in one another"
        ) from error
    except UnicodeDecodeError as error:
        raise BodyError(400, "the body is not UTF-8") from error
    except json.JSONDecodeError as error:
        raise BodyError(400, f"the body is no JSON: {error}") from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    return found if len(found) == len(pairs) else Doubled(pairs)


def _whole_number(digits: str) -> int | float:
    return int(digits) if len(digits) <= _LONGEST_NUMBER + 1 else float(digits)


def _constant(name: str) -> object:
    raise BodyError(400, f"the body is no JSON: {name} is no value of it")
