"""Judge calls, and the other calls of the same callers that this may change.

Whether a call counts hangs on the caller's others: an earlier one that comes late takes the place
of the one that counted. So all calls of a caller are judged together, in a few queries for all
callers. A caller who is blocked or excluded has none that hang together: each is spam by itself.

Everything is reckoned anew from the calls and the rules, so judging twice changes nothing.
"""

from collections.abc import Sequence

from django.utils import timezone

from calltrack.callbacks import called_back
from calltrack.spam import spam_reason
from calltrack.targets import Verdict
from calltrack.targets import judge as judge_targets
from wagtail_calltrack.judging.by_rule import categorise
from wagtail_calltrack.judging.rules import Rules, read_rules
from wagtail_calltrack.models import Call

BATCH = 200
REASONED = ("is_spam", "spam_reason", "is_first", "is_target", "target_reason", "called_back_by_id")
"""What is reckoned here."""

_LOOKED_AT = (
    "account", "call", "direction", "caller", "started_at", "status", "talk_seconds",
    "vestiging", "campaign", "site", "is_spam", "spam_reason", "is_first", "is_target",
    "target_reason", "called_back_by",
)  # fmt: skip


def judge(calls: Sequence[Call]) -> None:
    """Reckon what the calls are worth, and save it, in the rows given and in the database.

    All else of a call is saved before, its credits too: rules look at it.
    """
    if not calls:
        return
    rules = read_rules({call.caller for call in calls if call.caller})
    rows = [*calls, *_others(calls, rules)]
    past = [rules.past(row) for row in rows]
    spam = {one.id: reason for one in past if (reason := spam_reason(one, rules.spam))}
    verdicts = judge_targets(past, rules.targets, spam.keys())
    answers = called_back(past, within=rules.within, spam=spam.keys())
    changed = [
        row
        for row in rows
        if _apply(row, verdicts[row.pk], str(spam.get(row.pk, "")), answers.get(row.pk))
    ]
    _save(changed)
    categorise(calls, rules)


def _others(calls: Sequence[Call], rules: Rules) -> list[Call]:
    callers = {one.caller for one in calls if one.caller and not rules.spam.always(one.caller)}
    if not callers:
        return []
    given = {call.pk for call in calls}
    rows = Call.objects.filter(caller__in=callers).only(*_LOOKED_AT)
    return [row for row in rows if row.pk not in given]


def _apply(row: Call, verdict: Verdict, spam: str, answer: int | None) -> bool:
    """Write what was reckoned into a row; say whether it is new."""
    reason = f"{verdict.reason} {verdict.figure}" if verdict.figure else str(verdict.reason)
    now = (bool(spam), spam, verdict.is_first, verdict.is_target, reason, answer)
    is_new = now != tuple(getattr(row, name) for name in REASONED)
    for name, value in zip(REASONED, now, strict=True):
        setattr(row, name, value)
    return is_new


def _save(rows: Sequence[Call]) -> None:
    now = timezone.now()
    for row in rows:
        row.updated_at = now
    names = [one.removesuffix("_id") for one in REASONED]
    Call.objects.bulk_update(sorted(rows, key=lambda one: one.pk), [*names, "updated_at"], BATCH)
