"""Import of numbers: new ones into the stock, known ones to another place, state or price.

Rule 1: a column that the file does not have is left as it is.
Rule 2: an empty cell empties the field; an empty state leaves the state.
Rule 3: a number is in one place. A file that names a pool, and has no column for campaigns, takes
the number out of its campaign; and the other way round.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from calltrack.plan import NumberState
from wagtail_calltrack.importing.cells import CellError, amount_doubt, amount_of, number_of, text_of
from wagtail_calltrack.importing.columns import Column, Reading
from wagtail_calltrack.importing.imports import Import
from wagtail_calltrack.importing.preview import NONE, Change, Fault, Kind, Outcome, Preview
from wagtail_calltrack.importing.reader import LineReader, short_text, told_doubts
from wagtail_calltrack.importing.texts import Line
from wagtail_calltrack.importing.words import Named
from wagtail_calltrack.models import Campaign, Pool, TrackingNumber, Vestiging, plan_change
from wagtail_calltrack.models.organisation import HOME, Organisation
from wagtail_calltrack.models.words import STATES

MOST_COST = Decimal("999999.99")

STATE_WORDS = {
    "active": NumberState.ACTIVE.value,
    "actief": NumberState.ACTIVE.value,
    "disabled": NumberState.DISABLED.value,
    "uitgeschakeld": NumberState.DISABLED.value,
}

COLUMNS = (
    Column(
        "number",
        gettext_lazy("number"),
        ("nummer", "phone", "phone number", "telefoonnummer", "telefoon", "tracking number"),
        is_required=True,
        meaning=gettext_lazy("As people write it: 020 765 43 01 or +31 20 765 43 01."),
        examples=("020 765 43 01", "020 765 43 02"),
    ),
    Column(
        "pool",
        gettext_lazy("pool"),
        meaning=gettext_lazy("Its key. Empty: the number is in no pool."),
        examples=("", ""),
    ),
    Column(
        "campaign",
        gettext_lazy("campaign"),
        ("campagne",),
        meaning=gettext_lazy("Key or name, for its static number. Then no pool."),
        examples=("", ""),
    ),
    Column(
        "vestiging",
        gettext_lazy("vestiging"),
        ("branch", "filiaal"),
        meaning=gettext_lazy("Key or name, for a campaign's static number."),
        examples=("", ""),
    ),
    Column(
        "state",
        gettext_lazy("state"),
        ("status", "toestand", "staat"),
        meaning=gettext_lazy("active or disabled. Empty: as it is; a new number is active."),
        examples=("active", "disabled"),
    ),
    Column(
        "carrier",
        gettext_lazy("carrier"),
        ("provider", "aanbieder", "telefonieaanbieder", "leverancier"),
        meaning=gettext_lazy("Of whom you rent it."),
        examples=("KPN", "KPN"),
    ),
    Column(
        "monthly_cost",
        gettext_lazy("monthly cost"),
        ("cost", "price", "kosten per maand", "maandkosten", "kosten", "prijs"),
        meaning=gettext_lazy("In euros, without VAT: 1,95 or 1.95."),
        examples=("1,95", "1,95"),
    ),
)

FIELDS = tuple(column.name for column in COLUMNS[1:])

Values = Mapping[str, Any]

STOCK: Values = {
    "pool": None,
    "campaign": None,
    "vestiging": None,
    "state": NumberState.ACTIVE.value,
    "carrier": "",
    "monthly_cost": None,
}
"""What a number is that nothing was said of."""


class NumberImport(Import):
    """Numbers."""

    model = TrackingNumber
    columns = COLUMNS
    locked = staticmethod(plan_change)

    def outcomes(self, lines: Sequence[Line], reading: Reading) -> Preview:
        """Say what would happen with each line."""
        desk = _Desk()
        found = tuple(desk.outcome(LineReader(line, reading, COLUMNS)) for line in lines)
        return Preview(found, told_doubts(desk.doubts))

    def save(self, rows: Sequence[TrackingNumber]) -> None:
        """Write them, whether the number is known or not."""
        TrackingNumber.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["number"], update_fields=FIELDS
        )

    def identity(self, row: TrackingNumber) -> str:
        """Give the number."""
        return row.number


class _Desk:
    """What there is, read once, and what each line makes of it."""

    def __init__(self) -> None:
        row = Organisation.objects.values_list("region", flat=True).first()
        self._region = row or HOME
        self._pools = Named(Pool.objects.all(), _("pool"))
        self._campaigns = Named(Campaign.objects.all(), _("campaign"))
        self._vestigingen = Named(Vestiging.objects.all(), _("vestiging"))
        numbers = TrackingNumber.objects.select_related("pool", "campaign", "vestiging")
        self._known = {number.number: number for number in numbers}
        self.doubts: list[str] = []
        self._kinds: dict[str, Callable[[str], Any]] = {
            "pool": lambda cell: self._pools.find(text_of(cell)),
            "campaign": lambda cell: self._campaigns.find(text_of(cell)),
            "vestiging": lambda cell: self._vestigingen.find(text_of(cell)),
            "state": _state_of,
            "carrier": short_text(100),
            "monthly_cost": lambda cell: amount_of(cell, MOST_COST),
        }

    def outcome(self, line: LineReader) -> Outcome:
        """Say what happens with a line."""
        number = line.need("number", lambda cell: number_of(cell, self._region))
        given = {
            name: line.read(name, kind) for name, kind in self._kinds.items() if line.has(name)
        }
        if line.faults or number is None:
            return line.error(number or line.text("number"))
        line.doubt("monthly_cost", amount_doubt)
        self.doubts += line.doubts
        known = self._known.get(number)
        before = {name: getattr(known, name) for name in FIELDS} if known else STOCK
        after = _after(before, given)
        changes = tuple(_changes(before, after, is_new=known is None))
        kind = Kind.ADD if known is None else Kind.CHANGE if changes else Kind.SAME
        row = TrackingNumber(number=number, **after)
        found = Outcome(line.row, number, kind, changes, instance=row)
        faults = _misplaced(after)
        return found.refused(faults) if faults else found


def _after(before: Values, given: Values) -> dict[str, Any]:
    """Lay what the file says over what there is."""
    told = {
        name: STOCK[name] if value is None else value
        for name, value in given.items()
        if not (name == "state" and value is None)
    }
    if told.get("pool"):
        told = {"campaign": None, "vestiging": None, **told}
    if told.get("campaign"):
        told = {"pool": None, **told}
    elif "campaign" in told:
        told = {"vestiging": None, **told}
    return {**before, **told}


def _misplaced(after: Values) -> list[Fault]:
    labels = {column.name: column.title for column in COLUMNS}
    if after["pool"] and after["campaign"]:
        text = _("a number is in one place: leave the pool empty, or the campaign")
        return [Fault(labels["campaign"], text)]
    if after["vestiging"] and not after["campaign"]:
        text = _("a vestiging is for a campaign's static number: name the campaign, too")
        return [Fault(labels["vestiging"], text)]
    return []


def _changes(before: Values, after: Values, *, is_new: bool) -> list[Change]:
    return [
        Change(
            column.title, "" if is_new else _shown(column.name, before), _shown(column.name, after)
        )
        for column in COLUMNS[1:]
        if before[column.name] != after[column.name]
    ]


def _shown(name: str, values: Values) -> str:
    value = values[name]
    if name == "state":
        return str(dict(STATES)[value])
    return NONE if value in {None, ""} else str(value)


def _state_of(cell: str) -> str:
    word = text_of(cell).casefold()
    own = {str(label).casefold(): value for value, label in STATES}
    found = {**STATE_WORDS, **own}.get(word)
    if found is None:
        raise CellError(_("«%(text)s» is not a state: write active or disabled") % {"text": word})
    return found
