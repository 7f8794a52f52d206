"""The numbers of a campaign in its form: vestiging → number.

- There is a row for each vestiging, also for those that the campaign does not cover: what it covers
  may change in the same form. Where a firm has very many, only those that it covers.
- Each row offers the free numbers, those of the vestiging's area first, and the campaign's own.
- A row that the browser did not send is left as it is: it may have been added meanwhile.
- A number without a vestiging is that of the one vestiging which the campaign covers. Where the
  form covers others, it gets its vestiging's name.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from calltrack.plan import NumberState
from wagtail_calltrack.campaigns import stock
from wagtail_calltrack.models import Campaign, TrackingNumber, Vestiging
from wagtail_calltrack.phones import at_home
from wagtail_calltrack.plan_out import Problem

MOST_ROWS = 50
"""Vestigingen up to which all of them are listed."""
MOST_OPTIONS = 5000
"""Numbers that all rows together offer: a page that browsers can show."""


@dataclass(frozen=True, slots=True)
class NumberRow:
    """A row: the vestiging, and the number that it has now."""

    name: str
    vestiging: Vestiging | None
    number: TrackingNumber | None = None


class NumberField(forms.ChoiceField):
    """A number to choose. Not all that may be chosen are offered."""

    def __init__(self, allowed: Mapping[str, TrackingNumber], offered: Sequence[str]) -> None:
        choices = [("", _("no number")), *((pk, _label(allowed[pk])) for pk in offered)]
        super().__init__(choices=choices, required=False)
        self.allowed = allowed
        self.error_messages["invalid_choice"] = _(
            "This number is not free any more: choose another one."
        )

    def valid_value(self, value: Any) -> bool:
        """Say whether it may be chosen."""
        return value in self.allowed


def _label(row: TrackingNumber) -> str:
    number = at_home(row.number)
    is_disabled = row.state == NumberState.DISABLED.value
    return _("%(number)s (disabled)") % {"number": number} if is_disabled else number


class NumbersForm(forms.Form):
    """The rows. It is a part of the campaign's form, and saved with it."""

    def __init__(self, data: Any, campaign: Campaign) -> None:
        super().__init__(data, prefix="numbers")
        self.campaign = campaign
        self.own = list(campaign.numbers.order_by("pk")) if campaign.pk else []
        self.free = stock.free_numbers()
        vestigingen = list(Vestiging.objects.all())
        self.covered = _of(vestigingen, self._ticked() if self.is_bound else self._saved())
        self.rows = list(self._rows(vestigingen))
        allowed = {str(row.pk): row for row in (*self.own, *self.free)}
        most = max(10, MOST_OPTIONS // max(len(self.rows), 1))
        for row in self.rows:
            self.fields[row.name] = NumberField(allowed, self._offered(row, most))
            self.initial[row.name] = str(row.number.pk) if row.number else ""
            label = str(row.vestiging) if row.vestiging else _("all vestigingen")
            self.fields[row.name].widget.attrs["aria-label"] = _("Number for %(vestiging)s") % {
                "vestiging": label
            }

    def _rows(self, vestigingen: Sequence[Vestiging]) -> Iterator[NumberRow]:
        before = _of(vestigingen, self._saved())
        only = before[0].pk if len(before) == 1 else None
        listed = self.covered if len(vestigingen) > MOST_ROWS else vestigingen
        for vestiging in listed:
            theirs = [one for one in self.own if (one.vestiging_id or only) == vestiging.pk]
            yield NumberRow(f"for_{vestiging.pk}", vestiging, theirs[0] if theirs else None)
            for one in theirs[1:]:
                yield NumberRow(f"for_{vestiging.pk}_{one.pk}", vestiging, one)
        shown = {one.pk for one in listed}
        for one in self.own:
            if (one.vestiging_id or only) not in shown:
                yield NumberRow(f"for_all_{one.pk}", one.vestiging, one)

    def _ticked(self) -> Collection[str]:
        data: Any = self.data  # of a browser: a QueryDict
        return set(data.getlist("vestigingen"))

    def _saved(self) -> Collection[str]:
        rows = self.campaign.vestigingen.all() if self.campaign.pk else ()
        return {str(one.pk) for one in rows}

    def _offered(self, row: NumberRow, most: int) -> Sequence[str]:
        free = stock.for_vestiging(self.free, row.vestiging) if row.vestiging else self.free
        return [str(one.pk) for one in (*self.own, *free[:most])]

    @property
    def lines(self) -> Iterator[tuple[NumberRow, forms.BoundField]]:
        """Give each row with its field."""
        return ((row, self[row.name]) for row in self.rows)

    def clean(self) -> Any:
        """Refuse a number that is chosen twice."""
        seen: set[str] = set()
        for row in self._sent():
            chosen = self.cleaned_data.get(row.name)
            if chosen and chosen in seen:
                self.add_error(row.name, _("This number is chosen in another row already."))
            seen.add(chosen or "")
        return super().clean()

    def _sent(self) -> Iterator[NumberRow]:
        return (row for row in self.rows if self.add_prefix(row.name) in self.data)

    @cached_property
    def chosen(self) -> Sequence[tuple[NumberRow, int | None]]:
        """Each row with the number that it shall have. Asked first when all of it is good."""
        sent = {row.name for row in self._sent()}
        return [
            (row, _pk(self.cleaned_data[row.name]))
            if row.name in sent
            else (row, row.number.pk if row.number else None)
            for row in self.rows
        ]

    def save(self, campaign: Campaign) -> None:
        """Take and give back numbers. Errors: NumberTakenError."""
        changed = [
            (row, pk) for row, pk in self.chosen if pk != (row.number.pk if row.number else None)
        ]
        stock.give_back([row.number.pk for row, _chosen in changed if row.number], campaign)
        for row, pk in changed:
            if pk is not None:
                stock.take(pk, campaign, row.vestiging)
        for row, pk in self.chosen:
            kept = row.number if row.number and row.number.pk == pk else None
            if kept and kept.vestiging_id is None and self.is_named(row):
                stock.name(kept, row.vestiging)

    def is_named(self, row: NumberRow) -> bool:
        """Say whether a row's number must name its vestiging: the campaign covers another, too."""
        return row.vestiging is not None and list(self.covered) != [row.vestiging]

    def tell(self, problem: Problem) -> bool:
        """Put what is wrong with a number at its row, if it is one of these."""
        if not isinstance(problem.row, TrackingNumber):
            return False
        for row, pk in self.chosen:
            if pk == problem.row.pk:
                self.add_error(row.name, capfirst(problem.text))
                return True
        return False

    def miss(self, covered: Sequence[Vestiging]) -> None:
        """Ask for a number in each row that needs one."""
        pks = {one.pk for one in covered}
        has = {row.vestiging.pk for row, pk in self.chosen if row.vestiging and pk}
        for row in self.rows:
            needs = row.vestiging and (not pks or row.vestiging.pk in pks)
            if needs and row.vestiging and row.vestiging.pk not in has:
                self.add_error(row.name, _("Choose a number for this vestiging."))


def _of(vestigingen: Sequence[Vestiging], named: Collection[str]) -> Sequence[Vestiging]:
    """Give those that are named; none is all."""
    return [one for one in vestigingen if str(one.pk) in named] or vestigingen


def _pk(value: str) -> int | None:
    return int(value) if value else None
