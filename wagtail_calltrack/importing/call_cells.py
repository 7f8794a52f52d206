"""Cells of a file with calls: moments, spans, and the words that phone systems have.

Rule 1: a moment without a zone is one by the clock that is set for whoever imports. An hour that
comes twice, when the clock is put back, is read as the first; one that the clock skips is refused.
Rule 2: a word that is not known is refused: taken for another it would make a report wrong.

Errors: CellError, with a sentence for the person who has the file.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta, timezone, tzinfo

from django.utils.translation import gettext as _

from calltrack.calls import CallStatus, Direction
from calltrack.planvalues import KEY, RefusedError
from wagtail_calltrack.importing.cells import CellError, day_doubt, day_of, number_of, text_of
from wagtail_calltrack.ingest.values import AHEAD, EARLIEST, LONGEST_SECONDS
from wagtail_calltrack.models.calls import LONGEST_CALL_ID
from wagtail_calltrack.models.words import CALL_STATES, DIRECTIONS

_MOMENT = re.compile(r"(\S+?)(?:T|,? +)(\d{1,2}:\d\d.*)", re.IGNORECASE)
_CLOCK = re.compile(
    r"(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?(?: ?([ap])\.?m\.?)?(?: ?(Z|[+-]\d\d:?\d\d))?",
    re.IGNORECASE,
)
_SPAN = re.compile(r"(?:(\d+):)?(\d+):([0-5]\d)")
_SECONDS = re.compile(r"(\d+)(?: ?(?:s|sec|seconds?|seconden|сек)\.?)?", re.IGNORECASE)
_ROUNDED = re.compile(r"[+-]?\d+(?:[.,]\d+)?E[+-]?\d+", re.IGNORECASE)
_NAMED = re.compile(r".*<([^<>]*)>|([+\d][\d\s()./-]*\d)\s*\(\D[^()]*\)")

STATUSES: Mapping[CallStatus, str] = {
    CallStatus.ANSWERED: "answered, answer, completed, connected, ok, success, successful, "
    "beantwoord, opgenomen, aangenomen, gesproken, "
    "отвечен, отвечено, отвеченный, принят, принято, принятый, успешный",
    CallStatus.MISSED: "missed, no answer, noanswer, not answered, unanswered, abandoned, "
    "cancelled, canceled, cancel, "
    "gemist, geen antwoord, geen gehoor, niet beantwoord, onbeantwoord, niet opgenomen, "
    "niet aangenomen, "
    "пропущен, пропущено, пропущенный, нет ответа, без ответа, не отвечен, не отвечено, "
    "неотвеченный, не принят",
    CallStatus.BUSY: "busy, user busy, bezet, in gesprek, занято, занят",
    CallStatus.FAILED: "failed, failure, fail, error, congestion, "
    "mislukt, fout, onbereikbaar, niet bereikbaar, ошибка, неуспешный, недоступен",
    CallStatus.VOICEMAIL: "voicemail, voice mail, answering machine, antwoordapparaat, "
    "голосовая почта, автоответчик",
}
DIRECTION_WORDS: Mapping[Direction, str] = {
    Direction.IN: "in, inbound, incoming, inkomend, binnenkomend, входящий, входящие, вх",
    Direction.OUT: "out, outbound, outgoing, uitgaand, исходящий, исходящие, исх",
}
_INTERNAL = {"internal", "intern", "внутренний", "local", "lokaal"}
WITHHELD = {
    *("", "-", "–", "0", "anonymous", "anonymous caller", "withheld", "private", "restricted"),
    *("unknown", "unavailable", "blocked", "no number", "anoniem", "onbekend", "privé", "prive"),
    *("geheim", "geheim nummer", "afgeschermd", "nummer afgeschermd"),
    *("аноним", "анонимный", "скрыт", "номер скрыт", "неизвестно", "неизвестен"),
}


def moment_of(cell: str, clock: str, zone: tzinfo, now: datetime) -> datetime:
    """Read when a call began; `clock` is the time of day, where it has a column of its own."""
    at = _moment(text_of(cell).lstrip("'’"), text_of(clock).lstrip("'’"), zone).astimezone(UTC)
    if at < EARLIEST:
        raise CellError(_("it is before %(year)s") % {"year": EARLIEST.year})
    if at > now + AHEAD:
        raise CellError(_("it is still to come"))
    return at


def _moment(text: str, clock: str, zone: tzinfo) -> datetime:
    found = None if clock else _MOMENT.fullmatch(text)
    day_text, clock_text = (found[1], found[2]) if found else (text, clock)
    day = day_of(day_text)
    if not clock_text:
        raise CellError(
            _("«%(text)s»: the time of day is missing, as in 2026-11-02 14:05") % {"text": text}
        )
    parts = _CLOCK.fullmatch(clock_text.strip())
    if parts is None:
        raise CellError(
            _("«%(text)s» is no time of day: write it as 14:05 or 14:05:30") % {"text": clock_text}
        )
    at = datetime.combine(day, _time_of(parts, clock_text))
    return at.replace(tzinfo=_zone(parts[5])) if parts[5] else _by_clock(at, zone)


def _time_of(parts: "re.Match[str]", text: str) -> time:
    hour, half = int(parts[1]), (parts[4] or "").lower()
    if half:
        hour = hour % 12 + (12 if half == "p" else 0) if 1 <= hour <= 12 else 99
    try:
        return time(hour, int(parts[2]), int(parts[3] or 0))
    except ValueError as error:
        raise CellError(_("«%(text)s»: there is no such time of day") % {"text": text}) from error


def _zone(text: str) -> tzinfo:
    if text in "zZ":
        return UTC
    hours, minutes = int(text[1:3]), int(text[-2:])
    offset = timedelta(hours=min(hours, 23), minutes=min(minutes, 59))
    return timezone(-offset if text[0] == "-" else offset)


def _by_clock(at: datetime, zone: tzinfo) -> datetime:
    """Read a moment by the clock of a zone."""
    found = at.replace(tzinfo=zone)
    if found.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != at:
        raise CellError(
            _("«%(text)s»: the clock was put forward, and skipped this time")
            % {"text": f"{at:%Y-%m-%d %H:%M}"}
        )
    return found


def moment_doubt(cell: str, zone: tzinfo) -> str:
    """Say how a moment is read that could be two; "" for any other. The cell was read before."""
    text = text_of(cell).lstrip("'’")
    found = _MOMENT.fullmatch(text)
    told = day_doubt(found[1] if found else text)
    if told or not found:
        return told
    at = _moment(text, "", zone)
    if at.tzinfo is not zone or at.utcoffset() == at.replace(fold=1).utcoffset():
        return ""
    return _("«%(text)s» came twice, as the clock was put back: the first is taken") % {
        "text": text
    }


def span_of(cell: str) -> int:
    """Read how long something took, in seconds: 65, 1:05 or 0:01:05."""
    text = text_of(cell).lstrip("'’")
    parts, plain = _SPAN.fullmatch(text), _SECONDS.fullmatch(text)
    if parts:
        hours, minutes, seconds = (int(one or 0) for one in parts.groups())
        found = hours * 3600 + minutes * 60 + seconds
    elif plain:
        found = int(plain[1])
    else:
        raise CellError(
            _("«%(text)s» is no span: write seconds, or 1:05, or 0:01:05") % {"text": text}
        )
    if found > LONGEST_SECONDS:
        raise CellError(_("«%(text)s» is longer than a week") % {"text": text})
    return found


def status_of(cell: str) -> str:
    """Read how a call ended."""
    words = {word: one.value for one, text in STATUSES.items() for word in text.split(", ")}
    shown = {str(label).casefold(): word for word, label in CALL_STATES if CallStatus(word).is_over}
    found = (shown | words).get(_plain(cell))
    if found is None:
        raise CellError(
            _("«%(text)s» is not known: write answered, missed, busy, failed or voicemail")
            % {"text": text_of(cell)[:40]}
        )
    return found


def direction_of(cell: str) -> str:
    """Read who called whom."""
    text = _plain(cell)
    if text in _INTERNAL:
        raise CellError(_("calls from one of your phones to another are left out"))
    words = {word: one.value for one, told in DIRECTION_WORDS.items() for word in told.split(", ")}
    shown = {str(label).casefold(): word for word, label in DIRECTIONS}
    found = (shown | words).get(text)
    if found is None:
        raise CellError(
            _("«%(text)s» is not known: write incoming or outgoing") % {"text": text_of(cell)[:40]}
        )
    return found


def caller_of(cell: str, region: str) -> str:
    """Read somebody's number; "" for one that is withheld."""
    if _plain(cell) in WITHHELD:
        return ""
    named = _NAMED.fullmatch(text_of(cell))
    text = (named[1] or named[2] or "") if named else cell
    return "" if _plain(text) in WITHHELD else number_of(text, region)


def reference_of(cell: str) -> str:
    """Read a call's own name."""
    text = " ".join(text_of(cell).lstrip("'’").split())
    if _ROUNDED.fullmatch(text):
        raise CellError(
            _(
                "«%(text)s»: the spreadsheet program took the reference for a number, and rounded "
                "it. Format the column as text, and take the file from the phone system again."
            )
            % {"text": text}
        )
    if len(text) > LONGEST_CALL_ID:
        raise CellError(
            _("«%(text)s…» is longer than %(most)s characters")
            % {"text": text[:30], "most": LONGEST_CALL_ID}
        )
    return text


def account_of(cell: str) -> str:
    """Read the word of a phone system."""
    try:
        return str(KEY.read(text_of(cell)))
    except RefusedError as error:
        raise CellError(
            _("«%(text)s»: write a word of letters, digits and hyphens")
            % {"text": text_of(cell)[:40]}
        ) from error


def _plain(cell: str) -> str:
    """Leave out what phone systems vary: case, hyphens, underscores."""
    text = text_of(cell).casefold().replace("_", " ")
    return " ".join((text if text.strip() in {"-", "–"} else text.replace("-", " ")).split())
