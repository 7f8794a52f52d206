"""Which categories a call gets by rule.

A rule fits when every condition that it has does; one without any fits no call. Rules are for
incoming calls that are over. Both ends of a talk time are within it. Hours are those of the local
clock: from 18 to 8 is the evening and the night, 8 not included; from an hour to the same hour is
the whole day.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from calltrack.pastcalls import PastCall


@dataclass(frozen=True, slots=True)
class CategoryRule:
    """Calls that get a category. `rule` and `category` are ids; "" and None are no condition."""

    rule: int
    category: int
    status: str = ""
    least_talk_seconds: int | None = None
    most_talk_seconds: int | None = None
    campaign: str = ""
    vestiging: str = ""
    channel: str = ""
    from_hour: int | None = None
    to_hour: int | None = None


def categories_of(
    call: PastCall, rules: Sequence[CategoryRule], *, local_hour: int
) -> dict[int, int]:
    """Give the categories of a call, each with the first rule that gives it."""
    found: dict[int, int] = {}
    if call.is_incoming and call.status.is_over:
        for rule in rules:
            if rule.category not in found and fits(call, rule, local_hour=local_hour):
                found[rule.category] = rule.rule
    return found


def fits(call: PastCall, rule: CategoryRule, *, local_hour: int) -> bool:
    """Say whether a call is as a rule says."""
    least, most = rule.least_talk_seconds, rule.most_talk_seconds
    has_hours = not (rule.from_hour is None and rule.to_hour is None)
    conditions = (
        (rule.status, call.status == rule.status),
        (least is not None, least is not None and call.talk_seconds >= least),
        (most is not None, most is not None and call.talk_seconds <= most),
        (rule.campaign, call.campaign == rule.campaign),
        (rule.vestiging, call.vestiging == rule.vestiging),
        (rule.channel, call.channel == rule.channel),
        (has_hours, _is_within(local_hour, rule.from_hour or 0, rule.to_hour)),
    )
    given = [holds for is_given, holds in conditions if is_given]
    return bool(given) and all(given)


def _is_within(hour: int, start: int, end: int | None) -> bool:
    """Say whether an hour lies in a span that may go over midnight."""
    if end is None:
        return hour >= start
    if start < end:
        return start <= hour < end
    return start == end or hour >= start or hour < end
