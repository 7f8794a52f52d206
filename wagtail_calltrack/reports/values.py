"""What won leads brought: each lead's value, in the period in which it began.

It goes where the lead's first call goes, in the parts that the attribution model gives; a lead
that never called, as one that sent a form, goes to its own origin. What a firm enters late counts
in the past, where it belongs.
"""

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db.models import CharField, F, FilteredRelation, Q, Value
from django.db.models.functions import Coalesce

from calltrack.calls import Direction
from wagtail_calltrack.models import Call, Lead
from wagtail_calltrack.reports.asked import Asked
from wagtail_calltrack.reports.figures import ZERO

WON = "won"
_ONE = Decimal(1)


def read_values(asked: Asked) -> Mapping[str, Decimal]:
    """Give each row's value; their sum is the total's."""
    rows: dict[str, Decimal] = defaultdict(Decimal)
    first: dict[int, int] = {}
    for one in _calls_of_leads(asked):
        if first.setdefault(one["lead"], one["pk"]) == one["pk"] and _fits(asked, one):
            rows[one["row"]] += one["amount"] * (_ONE if one["share"] is None else one["share"])
    for one in _leads(asked):
        if one["pk"] not in first and _fits(asked, one):
            rows[one["row"]] += one["amount"]
    return rows


def _won(asked: Asked, path: str = "") -> Q:
    conditions: dict[str, Any] = {
        "state": WON,
        "value__gt": ZERO,
        "began_at__gte": asked.period.starts_at,
        "began_at__lt": asked.period.ends_at,
    }
    if asked.own_sites is not None:
        conditions["site__in"] = list(asked.own_sites)
    if asked.site:
        conditions["site__key"] = asked.site
    return Q(**{f"{path}{name}": value for name, value in conditions.items()})


def _calls_of_leads(asked: Asked) -> Any:
    """Give the parts of all calls of these leads, oldest call first."""
    part = FilteredRelation("credits", condition=Q(credits__model=asked.model))
    counted = Q(direction=Direction.IN.value, is_spam=False)
    found = Call.objects.filter(_won(asked, "lead__"), counted).alias(part=part)
    return found.order_by("started_at", "pk").values(
        "pk",
        "lead",
        amount=F("lead__value"),
        row=Coalesce(asked.dimension.call_field(), Value("")),
        share=F("part__weight"),
        at_vestiging=F("vestiging"),
        of_campaign=F("part__origin__campaign"),
        of_channel=F("part__origin__channel"),
    )


def _leads(asked: Asked) -> Any:
    """Give the leads by themselves."""
    dimension = asked.dimension
    row: Any = Value("", output_field=CharField())
    if dimension.origin:
        row = Coalesce(f"origin__{dimension.origin}", Value(""))
    elif dimension.shown == "vestiging":
        row = F("vestiging")
    return Lead.objects.filter(_won(asked)).values(
        "pk",
        amount=F("value"),
        row=row,
        at_vestiging=F("vestiging"),
        of_campaign=F("origin__campaign"),
        of_channel=F("origin__channel"),
    )


def _fits(asked: Asked, one: Mapping[str, Any]) -> bool:
    """Say whether the filters leave it in."""
    wanted = {
        "at_vestiging": asked.vestiging,
        "of_campaign": asked.campaign,
        "of_channel": asked.channel,
    }
    return all(not key or one[name] == key for name, key in wanted.items())
