"""Visitors and calls of each row, counted by the database in a few queries.

- A visitor counts once in a row, and once in the total: who came in two ways stands in two rows.
- A call counts for as much as the attribution model gives the row. What it gives to nobody, as a
  call to a number that was nobody's, stands in the row of what is not known; so the parts of all
  rows are all calls.
- Calls that are spam, and those that the firm made itself, do not count.
- A caller is a visitor, or a telephone that no visitor is known of; who withholds the number is one
  each time.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    DecimalField,
    F,
    FilteredRelation,
    Func,
    Min,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Concat

from calltrack.callbacks import MISSED
from calltrack.calls import CallStatus, Direction
from wagtail_calltrack.models import Call, DailyShown, DailyVisitor
from wagtail_calltrack.reports.asked import Asked
from wagtail_calltrack.reports.figures import NOTHING, Figures

_MISSED = sorted(one.value for one in MISSED)
_SMALLEST = Decimal("1E-9")  # SQLite adds up in floats
_PARTS = DecimalField(max_digits=19, decimal_places=9)
_WHOLE = Value(Decimal(1), output_field=_PARTS)
PART = Coalesce(F("part__weight"), _WHOLE, output_field=_PARTS)
"""What of a call stands in a row; all of it where no model gives it to anything."""


class Tally(Func):
    """A text that is only counted: PostgreSQL sorts numbers of 64 bits several times as fast.

    That two of a million visitors have the same number is as likely as one in thirty million.
    """

    arity = 1
    template = "%(expressions)s"

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Make a number of it."""
        template = "hashtextextended(%(expressions)s, 0)"
        return super().as_sql(compiler, connection, template=template, **context)


_CALLER = Case(
    When(~Q(visitor=""), then=Concat(Value("v"), F("visitor"))),
    When(~Q(caller=""), then=Concat(Value("c"), F("caller"))),
    default=Concat(Value("i"), Cast("pk", CharField())),
    output_field=CharField(),
)
_CALLERS = Count(Tally(_CALLER), distinct=True)
_IS_ANSWERED = Q(status=CallStatus.ANSWERED.value)
_COUNTED: Mapping[str, Any] = {
    "callers": _CALLERS,
    "calls": Sum(PART),
    "target_calls": Sum(PART, filter=Q(is_target=True)),
    "missed": Sum(PART, filter=Q(status__in=_MISSED)),
    "answered": Sum(PART, filter=_IS_ANSWERED),
    "talked": Sum(
        PART * Cast(F("talk_seconds"), _PARTS),
        filter=_IS_ANSWERED,
        output_field=_PARTS,
    ),
}
_WHOLE_CALLS: Mapping[str, Any] = {
    "callers": _CALLERS,
    "calls": Count("pk"),
    "target_calls": Count("pk", filter=Q(is_target=True)),
    "missed": Count("pk", filter=Q(status__in=_MISSED)),
    "answered": Count("pk", filter=_IS_ANSWERED),
    "talked": Sum("talk_seconds", filter=_IS_ANSWERED),
}
VISITORS = Count(Tally("visitor"), distinct=True)
"""Each visitor once."""
_BETWEEN = Value("\x1f")


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Calls of the period that do not count, and those that are still being reckoned."""

    spam: int = 0
    outgoing: int = 0
    unsettled: int = 0


def calls(asked: Asked) -> QuerySet[Call, Any]:
    """Give the calls that count, each with its parts (`part`)."""
    part = FilteredRelation("credits", condition=Q(credits__model=asked.model))
    return _whole(asked).annotate(part=part).filter(asked.parts())


def _whole(asked: Asked) -> QuerySet[Call, Any]:
    found = Call.objects.filter(asked.calls(), direction=Direction.IN.value, is_spam=False)
    return found.order_by()


def read_calls(asked: Asked) -> Mapping[str, Figures]:
    """Give what calls make of each row's figures."""
    field = asked.dimension.call_field()
    found: Any = calls(asked).values(row=Coalesce(field, Value(""))).annotate(**_COUNTED)
    return {one["row"]: _figures({name: one[name] for name in _COUNTED}) for one in found}


def total_calls(asked: Asked) -> Figures:
    """Give what all calls make, each counted once: a call's parts are one."""
    if asked.campaign or asked.channel:
        return _figures(calls(asked).aggregate(**_COUNTED))
    found = _whole(asked).aggregate(**_WHOLE_CALLS)
    callers = found.pop("callers")
    return _figures({"callers": callers, **{name: Decimal(n or 0) for name, n in found.items()}})


def left_out(asked: Asked) -> LeftOut:
    """Count the period's calls that do not count, and those not reckoned yet."""
    incoming = Q(direction=Direction.IN.value)
    found = Call.objects.filter(asked.calls()).aggregate(
        spam=Count("pk", filter=incoming & Q(is_spam=True)),
        outgoing=Count("pk", filter=~incoming),
        unsettled=Count("pk", filter=incoming & Q(is_spam=False, is_settled=False)),
    )
    return LeftOut(**found)


def arrivals(asked: Asked) -> QuerySet[Any, Any]:
    """Give the visitors that a report's rows are made of, day by day."""
    if asked.dimension.origin:
        return DailyVisitor.objects.filter(asked.arrivals()).order_by()
    return DailyShown.objects.filter(asked.shown()).order_by()


def read_visitors(asked: Asked) -> Mapping[str, int]:
    """Count each row's visitors."""
    counted = visitors_by(arrivals(asked), asked.dimension.visitor_field())
    return {row: count for (row,), count in counted.items()}


def visitors_by(rows: QuerySet[Any, Any], *columns: str) -> Mapping[tuple[str, ...], int]:
    """Count the visitors of each combination; what is grouped by is counted, too (`Tally`)."""
    first, *rest = columns
    key: Any = Concat(first, *(one for more in rest for one in (_BETWEEN, more))) if rest else first
    firsts = {f"column{at}": Min(name) for at, name in enumerate(columns)}
    counted = rows.order_by().annotate(tally=Tally(key)).values("tally")
    found: Any = counted.annotate(**firsts, count=VISITORS).values_list(*firsts, "count")
    return {tuple(told): count for *told, count in found}


def total_visitors(asked: Asked) -> int:
    """Count all visitors once."""
    return int(arrivals(asked).aggregate(count=VISITORS)["count"])


def _figures(found: Mapping[str, Any]) -> Figures:
    values: dict[str, Any] = {
        name: value.quantize(_SMALLEST) if isinstance(value, Decimal) else value
        for name, value in found.items()
        if value
    }
    return replace(NOTHING, **values)
