"""What calls are worth, by the firm's rules: spam, first calls, target calls, calls answered later.

    rules → verdicts → by_rule

- `rules`: the rules as the database has them now
- `verdicts`: `judge`, which judges calls, and with them all other calls of the same callers
- `by_rule`: categories that rules give and take
- `by_hand`: categories that people and programs give and take; no rule touches these
- `reasons`: why a call counts or is spam, in words

The rules themselves are pure: `calltrack.targets`, `spam`, `categories` and `callbacks`.
"""

from wagtail_calltrack.judging.by_hand import put, take_away
from wagtail_calltrack.judging.reasons import why_spam, why_target
from wagtail_calltrack.judging.verdicts import judge

__all__ = ["judge", "put", "take_away", "why_spam", "why_target"]
