"""Long work that goes on by itself, in slices: restating calls, forgetting people.

- `working`: `work`, which does slices of what is asked for
- `asking`: `ask_restating`, which asks for all calls to be reckoned anew
"""

from wagtail_calltrack.jobs.asking import ask_restating
from wagtail_calltrack.jobs.working import work

__all__ = ["ask_restating", "work"]
