"""What the dashboard tells of each call, in words; the same queries for one call and for fifty."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from calltrack.callbacks import MISSED
from calltrack.calls import CallStatus, Direction
from wagtail_calltrack.access.sight import not_yours
from wagtail_calltrack.amounts import span
from wagtail_calltrack.callers import masked, whole
from wagtail_calltrack.dashboard.scope import Scope
from wagtail_calltrack.models import Call, Campaign, Vestiging
from wagtail_calltrack.models.words import CALL_STATES

_STATES: Mapping[str, Any] = dict(CALL_STATES)
_GOES_ON = {CallStatus.RINGING.value, CallStatus.IN_PROGRESS.value}


@dataclass(frozen=True, slots=True)
class CallRow:
    """One call. `since`: when it was picked up, or came in."""

    pk: int
    state: str
    is_ringing: bool
    is_missed: bool
    is_out: bool
    is_spam: bool
    is_target: bool
    caller: str
    vestiging: str
    campaign: str
    started_at: datetime
    since: datetime
    talked: str  # 1:05, or "" where nobody talked


def rows_of(calls: Sequence[Call], scope: Scope, *, on: bool) -> Sequence[CallRow]:
    """Give the rows; `on`: these calls go on now."""
    vestigingen = dict(
        Vestiging.objects.filter(key__in={call.vestiging for call in calls}).values_list(
            "key", "name"
        )
    )
    campaigns = dict(
        Campaign.objects.filter(key__in={call.campaign for call in calls}).values_list(
            "key", "name"
        )
    )
    hide = scope.campaigns
    return [
        CallRow(
            pk=call.pk,
            state=_state(call, on=on),
            is_ringing=on and call.status == CallStatus.RINGING.value,
            is_missed=call.status in MISSED,
            is_out=call.direction == Direction.OUT.value,
            is_spam=call.is_spam,
            is_target=call.is_target,
            caller=whole(call.caller) if scope.sees_callers else masked(call.caller),
            vestiging=vestigingen.get(call.vestiging, call.vestiging),
            campaign=_name(call.campaign, campaigns, hide),
            started_at=call.started_at,
            since=call.answered_at or call.started_at,
            talked=span(call.talk_seconds) if call.talk_seconds else "",
        )
        for call in calls
    ]


def _state(call: Call, *, on: bool) -> str:
    if call.status in _GOES_ON and not on:
        return _("Its end was not told")
    return str(_STATES.get(call.status, call.status))


def _name(key: str, names: Mapping[str, str], seen: frozenset[str] | None) -> str:
    if key and seen is not None and key not in seen:
        return not_yours()
    return names.get(key, key)
