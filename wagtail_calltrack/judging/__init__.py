"""What calls are worth, by the firm's rules: spam, first calls, target calls, calls answered later.

- `verdicts`: `judge`, which judges calls, and all calls of the same callers with them
"""

from wagtail_calltrack.judging.verdicts import judge

__all__ = ["judge"]
