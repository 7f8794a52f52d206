"""One line of a file with calls, read as a call, or with all that is wrong with it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Generic, TypeVar

from django.utils import timezone
from django.utils.translation import gettext as _

from calltrack.calls import CallStatus, Direction
from wagtail_calltrack.importing import call_cells as cells
from wagtail_calltrack.importing.call_columns import TITLES
from wagtail_calltrack.importing.call_rows import CallRow, title_of
from wagtail_calltrack.importing.cells import CellError, number_of, text_of
from wagtail_calltrack.importing.columns import Reading
from wagtail_calltrack.importing.preview import Fault, Kind, Outcome
from wagtail_calltrack.importing.reader import LineReader
from wagtail_calltrack.importing.words import Named
from wagtail_calltrack.ingest.own_calls import ACCOUNT
from wagtail_calltrack.models import Organisation, TrackingNumber, Vestiging
from wagtail_calltrack.models.organisation import HOME

Value = TypeVar("Value")

OPTIONAL = frozenset({"ring_seconds", "direction", "vestiging", "recording"})


class _Remembered(Generic[Value]):
    """A reader of cells that many rows have alike."""

    def __init__(self, read: Callable[[str], Value]) -> None:
        self._read = read
        self._found: dict[str, Value | CellError] = {}

    def __call__(self, cell: str) -> Value:
        """Give what the cell means. Errors: CellError."""
        if cell not in self._found:
            try:
                self._found[cell] = self._read(cell)
            except CellError as error:
                self._found[cell] = error
        found = self._found[cell]
        if isinstance(found, CellError):
            raise found
        return found


@dataclass(slots=True)
class Firm:
    """What cells are read with."""

    zone: Any = field(default_factory=timezone.get_current_timezone)
    now: datetime = field(default_factory=timezone.now)
    own: frozenset[str] = field(init=False)
    number: Callable[[str], str] = field(init=False)
    caller: Callable[[str], str] = field(init=False)
    vestiging: Callable[[str], str] = field(init=False)
    status: Callable[[str], str] = field(init=False)
    direction: Callable[[str], str] = field(init=False)

    def __post_init__(self) -> None:
        region = Organisation.objects.values_list("region", flat=True).first() or HOME
        vestigingen = list(Vestiging.objects.all())
        named = Named(vestigingen, _("vestiging"))
        stock = TrackingNumber.objects.values_list("number", flat=True)
        self.own = frozenset(stock) | {one.forwarding_number for one in vestigingen}
        self.number = _Remembered(partial(number_of, region=region))
        self.caller = _Remembered(partial(cells.caller_of, region=region))
        self.vestiging = _Remembered(lambda cell: str(named.find(text_of(cell)).key))
        self.status = _Remembered(cells.status_of)
        self.direction = _Remembered(cells.direction_of)


def read_call(line: LineReader, firm: Firm, doubts: list[str]) -> Outcome:
    """Read a line; its outcome is not known yet."""
    said = _said(line, firm)
    account = line.read("account", cells.account_of) or ACCOUNT
    title = title_of(said["reference"] or line.text("reference"), said["started_at"])
    if line.faults:
        return line.error(title)
    line.doubt("started_at", partial(cells.moment_doubt, zone=firm.zone))
    doubts += line.doubts
    said["started_at"] = said["started_at"].isoformat()
    return Outcome(line.row, title, Kind.ADD, instance=CallRow(account, said))


def _said(line: LineReader, firm: Firm) -> dict[str, Any]:
    """Give what a line tells of a call; what can not be read stands in the line's faults."""
    clock = line.text("time")
    status = line.need("status", firm.status)
    is_answered = status == CallStatus.ANSWERED
    talk = line.read("talk_seconds" if line.has("talk_seconds") else "duration", cells.span_of)
    if is_answered and talk is None:
        line.faults += _missing_talk(line)
    return {
        "reference": line.need("reference", cells.reference_of),
        "started_at": line.need(
            "started_at", lambda cell: cells.moment_of(cell, clock, firm.zone, firm.now)
        ),
        "number": line.need("number", firm.number),
        "caller": line.read("caller", firm.caller) or "",
        "status": status,
        "talk_seconds": talk if is_answered else None,
        "ring_seconds": line.read("ring_seconds", cells.span_of),
        "direction": line.read("direction", firm.direction) or Direction.IN.value,
        "vestiging": line.read("vestiging", firm.vestiging) or "",
        "recording": line.text("recording"),
    }


def _missing_talk(line: LineReader) -> list[Fault]:
    """Say that the talk time is missing, unless it stands there and is wrong."""
    titles = {TITLES[name].title for name in ("talk_seconds", "duration")}
    if any(fault.column in titles for fault in line.faults):
        return []
    return [Fault(TITLES["talk_seconds"].title, _("is empty, and the call was answered"))]


def unsaid(reading: Reading) -> frozenset[str]:
    """Give what a file says nothing of."""
    return (OPTIONAL - set(reading.places)) | {"forwarded_to"}
