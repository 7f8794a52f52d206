"""What an answer to a batch of events means.

===========  =====================================================================================
status       outcome
===========  =====================================================================================
200          Settled, where it accounts for each event of the batch; else Failed
413          TooLarge
429, 503     Later, when `Retry-After` says
400, 422,    Choked: it did not get through with the batch; one of its events may be why
500
401, 403     Failed: the token; a web page: the address, for a site without it has its own 403
404, 410     Failed: the address, or a plugin that is older than this
all others   Failed, with the reason that the body gives
===========  =====================================================================================

What is not settled is sent again: the receiver knows an event by its id, so once too often does no
harm, and once too few would be a call that nobody is credited with. So a receipt is not believed
unless it is whole.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, TypeGuard

from calltrack.events import EventId
from calltrack.link.outcomes import Failed
from calltrack.link.reasons import is_web_page, one_line, why_not, without_ids

LARGEST_BYTES = 1_000_000
"""Longer than the longest receipt: a thousand refusals of a few hundred letters each."""

SOONEST = timedelta(seconds=1)
LATEST = timedelta(minutes=5)
"""However long a receiver wants to be left alone: it is asked again after this."""

_NOBODY = "nobody takes events"
_OLDER = "is the plugin there older than this proxy?"


@dataclass(frozen=True, slots=True)
class Settled:
    """Each event of the batch is stored, was known, or is refused for ever: by id, and why."""

    stored: int = 0
    known: int = 0
    refused: Mapping[EventId, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TooLarge:
    """The batch is larger than the receiver takes; what it does take, where it says so."""

    most_events: int | None = None
    most_bytes: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Later:
    """The receiver is busy: the same again, after a while. None: it does not say when."""

    after: timedelta | None
    reason: str


@dataclass(frozen=True, slots=True)
class Choked:
    """The receiver does not get through with the batch: with all of it, or with one event."""

    reason: str


Receipt = Settled | TooLarge | Later | Choked | Failed


def read_receipt(
    status: int, body: bytes, *, sent: Sequence[EventId], now: datetime, retry_after: str = ""
) -> Receipt:
    """Say what the answer to a batch of these events comes to."""
    if status == 200:
        return _read_settled(body, sent)
    if status == 403 and is_web_page(body):
        return Failed(f"{_NOBODY} at this address (403); {_OLDER}")
    why = why_not(status, body, nothing=_NOBODY, clean=without_ids)
    if status == 413:
        said = _object(body)
        return TooLarge(_positive(said.get("most_events")), _positive(said.get("most_bytes")), why)
    if status in {429, 503}:
        return Later(_span(retry_after, now), why)
    if status in {400, 422, 500}:
        return Choked(why)
    return Failed(f"{why}; {_OLDER}" if status in {404, 410} else why)


def _read_settled(body: bytes, sent: Sequence[EventId]) -> Receipt:
    if is_web_page(body):
        return Failed("a web page came, and no receipt: is the address right?")
    said = _object(body)
    stored, known, rows = said.get("stored"), said.get("known"), said.get("refused")
    if not (_is_count(stored) and _is_count(known) and isinstance(rows, list)):
        return Failed("what came is no receipt: is the address right?")
    refused: dict[EventId, str] = {}
    for row in rows:
        event = _refused_event(row, sent)
        if event is None:
            return Failed("its receipt refuses an event that was not sent")
        refused[event] = one_line(str(row.get("problem") or "it does not say why"))
    told = stored + known + len(refused)
    if told != len(sent):
        return Failed(f"its receipt accounts for {told} of {len(sent)} events")
    return Settled(stored, known, refused)


def _refused_event(row: Any, sent: Sequence[EventId]) -> EventId | None:
    """Give the event that a row of `refused` means: by its place; its id, if told, must agree."""
    at = row.get("at") if isinstance(row, dict) else None
    if not _is_count(at) or at >= len(sent):
        return None
    return sent[at] if row.get("id") in (None, sent[at]) else None


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        said = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _is_count(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _positive(value: Any) -> int | None:
    return value if _is_count(value) and value > 0 else None


def _span(text: str, now: datetime) -> timedelta | None:
    """Read `Retry-After`: seconds, or a moment. Source: RFC 9110, section 10.2.3."""
    text = text.strip()
    try:
        if text.isascii() and text.isdecimal():
            span = timedelta(seconds=int(text))
        else:
            moment = parsedate_to_datetime(text)
            span = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now
    except OverflowError:
        span = LATEST
    except ValueError:  # it is neither
        return None
    return max(SOONEST, min(span, LATEST))
