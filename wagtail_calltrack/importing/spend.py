"""Import of spend: what campaigns and keywords have cost, over stretches of days.

Rule 1: campaign, keyword, first and last day together name an entry; one that is there gets the
file's amount.
Rule 2: without a last day the entry is for the first day alone.
Rule 3: stretches that overlap are written, with a warning: the same euro may be counted twice.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wagtail_calltrack.importing.cells import amount_doubt, amount_of, day_doubt, day_of, text_of
from wagtail_calltrack.importing.columns import Column, Reading
from wagtail_calltrack.importing.imports import Import
from wagtail_calltrack.importing.preview import NONE, Change, Fault, Kind, Outcome, Preview
from wagtail_calltrack.importing.reader import LineReader, short_text, told_doubts
from wagtail_calltrack.importing.texts import Line
from wagtail_calltrack.importing.words import Named
from wagtail_calltrack.models import Campaign, PlanSerial, SpendEntry

MOST_AMOUNT = Decimal("9999999999.99")

COLUMNS = (
    Column(
        "campaign",
        gettext_lazy("campaign"),
        ("campagne",),
        is_required=True,
        meaning=gettext_lazy("Key or name of a campaign."),
        examples=("", ""),
    ),
    Column(
        "keyword",
        gettext_lazy("keyword"),
        ("zoekwoord", "trefwoord"),
        meaning=gettext_lazy("Empty: the campaign as a whole."),
        examples=("", "plafond rotterdam"),
    ),
    Column(
        "starts_on",
        gettext_lazy("first day"),
        ("eerste dag", "from", "van", "start", "day", "dag", "date", "datum", "begin"),
        is_required=True,
        meaning=gettext_lazy("2026-11-01 or 1-11-2026: the day before the month."),
        examples=("2026-11-01", "2026-11-01"),
    ),
    Column(
        "ends_on",
        gettext_lazy("last day"),
        ("laatste dag", "until", "to", "tot en met", "t/m", "end", "einde", "eind"),
        meaning=gettext_lazy("Empty: the first day alone."),
        examples=("2026-11-30", "2026-11-30"),
    ),
    Column(
        "amount",
        gettext_lazy("amount"),
        ("bedrag", "cost", "kosten", "spend", "uitgaven"),
        is_required=True,
        meaning=gettext_lazy("In euros, without VAT: 1234,56 or 1.234,56."),
        examples=("1234,56", "250"),
    ),
    Column(
        "note",
        gettext_lazy("note"),
        ("notitie", "opmerking", "remark"),
        meaning=gettext_lazy("What you like."),
        examples=("", ""),
    ),
)

Identity = tuple[int, str, date, date]


class SpendImport(Import):
    """Spend."""

    model = SpendEntry
    columns = COLUMNS

    def __init__(self, campaigns: QuerySet[Campaign] | None = None) -> None:
        """Take spend for these campaigns; without any said, for all."""
        self._campaigns = Campaign.objects.all() if campaigns is None else campaigns

    def examples(self) -> list[list[str]]:
        """Name a campaign that there is."""
        key = self._campaigns.values_list("key", flat=True).first() or "flyer"
        return [[key, *row[1:]] for row in super().examples()]

    @staticmethod
    @contextmanager
    def locked() -> Iterator[None]:
        """Wait for every other import; spend is no part of the Plan, which is not checked."""
        with transaction.atomic():
            PlanSerial.locked()
            yield

    def outcomes(self, lines: Sequence[Line], reading: Reading) -> Preview:
        """Say what would happen with each line."""
        campaigns = Named(self._campaigns.all(), _("campaign"))
        doubts: list[str] = []
        read = [_read(LineReader(line, reading, COLUMNS), campaigns, doubts) for line in lines]
        known = _known([one.instance for one in read if one.instance is not None])
        found = [_compared(one, known, has_note="note" in reading.places) for one in read]
        return Preview(_with_overlaps(found, known), told_doubts(doubts))

    def save(self, rows: Sequence[SpendEntry]) -> None:
        """Write them, whether the entry is known or not."""
        SpendEntry.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["campaign", "keyword", "starts_on", "ends_on"],
            update_fields=["amount", "note"],
        )

    def identity(self, row: SpendEntry) -> Identity:
        """Give what names an entry."""
        return identity(row)


def identity(row: SpendEntry) -> Identity:
    """Give what names an entry."""
    return row.campaign_id, row.keyword, row.starts_on, row.ends_on


def _read(line: LineReader, campaigns: Named, doubts: list[str]) -> Outcome:
    campaign = line.need("campaign", lambda cell: campaigns.find(text_of(cell)))
    keyword = line.read("keyword", short_text(200)) or ""
    starts_on = line.need("starts_on", day_of)
    ends_on = line.read("ends_on", day_of) or starts_on
    amount = line.need("amount", lambda cell: amount_of(cell, MOST_AMOUNT))
    note = line.read("note", short_text(200)) or ""
    title = " · ".join(one for one in (line.text("campaign"), keyword) if one)
    if starts_on and ends_on and ends_on < starts_on:
        label = next(column.title for column in COLUMNS if column.name == "ends_on")
        line.faults.append(Fault(label, _("the last day comes before the first")))
    if line.faults or campaign is None or starts_on is None or ends_on is None or amount is None:
        return line.error(title)
    for name, kind in (("starts_on", day_doubt), ("ends_on", day_doubt), ("amount", amount_doubt)):
        line.doubt(name, kind)
    doubts += line.doubts[:1]
    row = SpendEntry(
        campaign=campaign,
        keyword=keyword,
        starts_on=starts_on,
        ends_on=ends_on,
        amount=amount,
        note=note,
    )
    title = " · ".join(one for one in (str(campaign), keyword, span_text(row)) if one)
    return Outcome(line.row, title, Kind.ADD, instance=row)


def _known(rows: Sequence[SpendEntry]) -> dict[Identity, SpendEntry]:
    """Give the entries that there are of these campaigns, in these days."""
    if not rows:
        return {}
    found = SpendEntry.objects.filter(
        campaign__in={row.campaign_id for row in rows},
        starts_on__lte=max(row.ends_on for row in rows),
        ends_on__gte=min(row.starts_on for row in rows),
    )
    return {identity(one): one for one in found}


def _compared(one: Outcome, known: dict[Identity, SpendEntry], *, has_note: bool) -> Outcome:
    row = one.instance
    if row is None:
        return one
    before = known.get(identity(row))
    labels = {column.name: column.title for column in COLUMNS}
    if before is None:
        told = [Change(labels["amount"], "", str(row.amount))]
        told += [Change(labels["note"], "", row.note)] if row.note else []
        return replace(one, changes=tuple(told))
    if not has_note:
        row.note = before.note
    changes = tuple(
        Change(labels[name], str(old or NONE), str(new or NONE))
        for name, old, new in (
            ("amount", before.amount, row.amount),
            ("note", before.note, row.note),
        )
        if old != new
    )
    return replace(one, kind=Kind.CHANGE if changes else Kind.SAME, changes=changes)


@dataclass(frozen=True, slots=True)
class _Span:
    row: SpendEntry
    told: str  # where it stands, for a warning


def _with_overlaps(
    outcomes: Sequence[Outcome], known: dict[Identity, SpendEntry]
) -> tuple[Outcome, ...]:
    """Warn of days that stand in two entries of the same campaign and keyword."""
    spans = {key: _Span(row, span_text(row)) for key, row in known.items()}
    for one in outcomes:
        if one.instance is not None:
            told = _("%(days)s (row %(row)s)") % {
                "days": span_text(one.instance),
                "row": one.row,
            }
            spans[identity(one.instance)] = _Span(one.instance, told)
    partners = _overlapping(spans)
    return tuple(
        replace(one, warnings=(_("overlaps %(days)s") % {"days": partner.told},))
        if one.instance is not None and (partner := partners.get(identity(one.instance)))
        else one
        for one in outcomes
    )


def _overlapping(spans: dict[Identity, _Span]) -> dict[Identity, _Span]:
    """Give for each stretch that overlaps others one of them."""
    found: dict[Identity, _Span] = {}
    alike: dict[tuple[int, str], list[Identity]] = defaultdict(list)
    for key in spans:
        alike[key[:2]].append(key)
    for keys in alike.values():
        latest: Identity | None = None  # of those before it, the one that ends last
        for key in sorted(keys, key=lambda one: one[2:]):
            if latest is not None and key[2] <= latest[3]:
                found[key] = spans[latest]
                found.setdefault(latest, spans[key])
            if latest is None or key[3] > latest[3]:
                latest = key
    return found


def span_text(row: SpendEntry) -> str:
    """Write an entry's days."""
    first = date_format(row.starts_on, "j M Y")
    last = date_format(row.ends_on, "j M Y")
    return first if first == last else f"{first} – {last}"
