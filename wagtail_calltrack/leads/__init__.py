"""Leads out of calls and forms: whoever gets in touch is one person, and one lead at a time.

    gathering → reading → persons
              → merging, reckoned

- `gathering`: what came in, read with all that belongs to it and written into leads
- `persons`: who is one person, and which of their calls and forms make a lead: a table
- `reading`: all that belongs to some calls and forms
- `merging`: leads that turn out to be one person's
- `reckoned`: a lead's own columns, of its calls and forms

`gather` and `gather_forms` are all that others need.
"""

from wagtail_calltrack.leads.gathering import gather, gather_forms

__all__ = ["gather", "gather_forms"]
