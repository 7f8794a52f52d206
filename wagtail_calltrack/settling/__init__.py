"""Calls reckoned from facts: what carriers told, who held the number, where those had come from.

    marks → settler → told → matched → credited → judging → leads

- `settler`: calls in slices, each in a transaction; one that fails holds up no other
- `turns`: one process at a time
- `forms`: forms that were sent, into leads
- `marks`: which calls are to be reckoned anew, because of a fact that came later than they
- `told`: a call's own columns, of what carriers told of it
- `histories`: who had a number, as far back as a call asks
- `matched`: who called, of the number's history, its campaign, and earlier calls
- `credited`: the touches that earned the call, and their shares under each attribution model
- `written`: what was reckoned, into the database, where it differs

Whatever order facts come in, and however often, the same calls, credits and leads follow.
"""

from wagtail_calltrack.settling.forms import gather_left, gather_sent
from wagtail_calltrack.settling.marks import unsettle
from wagtail_calltrack.settling.settler import settle, settle_marked, settle_these

__all__ = ["gather_left", "gather_sent", "settle", "settle_marked", "settle_these", "unsettle"]
