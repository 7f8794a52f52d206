"""Categories that rules give: given and taken away as the rules have it now.

What people did by hand is not touched: a category that somebody gave stays, one that somebody took
away stays away.

A call's channel is that of the origin with the most credit, under the model that the firm's reports
show first. Hours are those of the site's clock, whoever may be looking from where.
"""

from collections.abc import Mapping, Sequence

from django.utils.timezone import get_default_timezone, localtime

from calltrack.categories import categories_of
from wagtail_calltrack.judging.rules import Rules
from wagtail_calltrack.models import Call, CallCategory, CallCredit

BATCH = 500


def categorise(calls: Sequence[Call], rules: Rules) -> None:
    """Give the calls their categories, in the database."""
    wanted = _wanted(calls, rules)
    had = CallCategory.objects.filter(call__in=[call.pk for call in calls])
    gone, moved = [], []
    for row in had:
        rule = wanted[row.call_id].pop(row.category_id, None)
        if row.rule_id is None or row.is_taken_away:
            continue  # by hand
        if rule is None:
            gone.append(row.pk)
        elif rule != row.rule_id:
            row.rule_id = rule
            moved.append(row)
    CallCategory.objects.filter(pk__in=gone).delete()
    CallCategory.objects.bulk_update(moved, ["rule"], BATCH)
    CallCategory.objects.bulk_create(
        (
            CallCategory(call_id=call, category_id=category, rule_id=rule)
            for call, found in wanted.items()
            for category, rule in found.items()
        ),
        batch_size=BATCH,
        ignore_conflicts=True,  # somebody may have done it by hand meanwhile
    )


def _wanted(calls: Sequence[Call], rules: Rules) -> dict[int, dict[int, int]]:
    """Give each call's categories, with the rules that give them."""
    channels, zone = _channels(calls, rules), get_default_timezone()
    return {
        call.pk: categories_of(
            rules.past(call, channels.get(call.pk, "")),
            rules.categories,
            local_hour=localtime(call.started_at, zone).hour,
        )
        for call in calls
    }


def _channels(calls: Sequence[Call], rules: Rules) -> Mapping[int, str]:
    """Give each call's channel, if any rule asks for it."""
    if not any(rule.channel for rule in rules.categories):
        return {}
    rows = CallCredit.objects.filter(call__in=[call.pk for call in calls], model=rules.model)
    # The last of a call wins: the one with the most credit, of two alike the older origin.
    ordered = rows.order_by("weight", "-origin")
    return dict(ordered.values_list("call", "origin__channel"))
