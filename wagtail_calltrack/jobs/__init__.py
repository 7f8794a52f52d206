"""Long work that goes on by itself, in slices: restating calls, forgetting people.

    asking, working → restating → kinds, audit

- `asking`: `ask` for work of a kind, `ask_restating` for all calls to be reckoned anew,
  `restate_callers` for those of some callers; `retry`
- `working`: `work`, which does slices of what is asked for
- `kinds`: what a kind of work has to be able to do, and `register` for others than these
- `restating`: all calls reckoned anew by the rules as they are now
- `audit`: what the history of the call settings says of it

One job of a kind at a time; its row is kept when it is done. A slice and what the job says of it
are one transaction: whoever is killed has done a slice or has not, and the next goes on there.
"""

from wagtail_calltrack.jobs.asking import ask, ask_restating, restate_callers, retry
from wagtail_calltrack.jobs.kinds import Work, register
from wagtail_calltrack.jobs.restating import RESTATE, Restating
from wagtail_calltrack.jobs.working import work

__all__ = ["Work", "ask", "ask_restating", "register", "restate_callers", "retry", "work"]

register(RESTATE, Restating())
