"""A lead's own columns, reckoned from its calls and forms.

============  ======================================================================
began_at      its first contact                last_at    its last one
caller        the first number that is known   email      the first address
site          of the first contact that has one; campaign and origin likewise
vestiging     of the last one that has one: they know the customer
name          the first that a form told, unless somebody wrote one
============  ======================================================================

The origin is the one to which the firm's attribution model gives most of the first call; of a form
it is the last source before it in its session, a known one where there is any.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from calltrack.touch import Channel
from wagtail_calltrack.models import (
    Call,
    CallCredit,
    CallSettings,
    FormSent,
    Lead,
    SessionTouch,
    TrackedSite,
)
from wagtail_calltrack.rollups import origins_of

COLUMNS = (
    "began_at", "last_at", "caller", "email", "site", "vestiging", "campaign", "origin", "name",
)  # fmt: skip

Row = Call | FormSent


class Origins:
    """Where calls and forms came from: read once for many."""

    def __init__(self, rows: Iterable[Row], rules: CallSettings) -> None:
        both = list(rows)
        calls = [one.pk for one in both if isinstance(one, Call)]
        forms = [one for one in both if isinstance(one, FormSent)]
        credits_ = CallCredit.objects.filter(call__in=calls, model=rules.model)
        self._of_calls: dict[int, int] = dict(
            credits_.order_by("weight", "-origin").values_list("call", "origin")
        )
        self._of_forms = _origins_of_forms(forms)

    def of(self, row: Row) -> int | None:
        """Give a row's origin."""
        return self._of_calls.get(row.pk) if isinstance(row, Call) else self._of_forms.get(row.pk)


def _origins_of_forms(forms: Sequence[FormSent]) -> Mapping[Any, int]:
    sessions = {one.session for one in forms}
    touches: dict[str, list[SessionTouch]] = {}
    for touch in SessionTouch.objects.filter(session__in=sessions).order_by("at", "pk"):
        touches.setdefault(touch.session, []).append(touch)
    chosen: dict[Any, SessionTouch] = {}
    for form in forms:
        before = [one for one in touches.get(form.session, ()) if one.at <= form.at]
        known = [one for one in before if one.channel not in {"", Channel.DIRECT.value}]
        if before:
            chosen[form.pk] = (known or before)[-1]
    origins = origins_of(list(chosen.values()))
    return {pk: origin.pk for pk, origin in zip(chosen, origins, strict=True)}


def sites() -> Mapping[str, int]:
    """Give the sites' rows by the words that events name them by."""
    return dict(TrackedSite.objects.values_list("key", "pk"))


def reckon(lead: Lead, rows: Sequence[Row], origins: Origins, places: Mapping[str, int]) -> bool:
    """Write a lead's columns of its rows, in order of time; say whether any changed."""
    moments = [moment(one) for one in rows]
    forms = [one for one in rows if isinstance(one, FormSent)]
    calls = [one for one in rows if isinstance(one, Call)]
    told = {
        "began_at": min(moments),
        "last_at": max(moments),
        "caller": _first(one.caller if isinstance(one, Call) else one.phone for one in rows),
        "email": _first(one.email for one in forms),
        "site_id": _first(_site(one, places) for one in rows) or None,
        "vestiging": _first(one.vestiging for one in reversed(calls)),
        "campaign": _first(one.campaign for one in calls),
        "origin_id": _first(origins.of(one) for one in rows) or None,
        "name": lead.name or _first(one.name for one in forms),
    }
    changed = [name for name, value in told.items() if getattr(lead, name) != value]
    for name in changed:
        setattr(lead, name, told[name])
    return bool(changed)


def moment(row: Row) -> Any:
    """Say when a contact was."""
    return row.started_at if isinstance(row, Call) else row.at


def _site(row: Row, places: Mapping[str, int]) -> int | None:
    return row.site_id if isinstance(row, Call) else places.get(row.site)


def _first(values: Iterable[Any]) -> Any:
    return next((one for one in values if one), "")
