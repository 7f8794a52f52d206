"""What reports are made of, kept as facts come in: origins, who came, and who saw which number.

    rebuilding → days → origins → campaigns
                      → pseudonyms

- `campaigns`: which campaign an arrival belongs to, by the rules in force
- `origins`: where somebody came from, as reports tell it apart
- `pseudonyms`: words in the place of visitors' ids
- `days`: each visitor once a day, for each origin and each number
- `rebuilding`: all of it anew, from the facts that are still there

Rows are the same in whatever order facts come, and however often: each is unique by what it says.
"""

from wagtail_calltrack.rollups.days import roll_up
from wagtail_calltrack.rollups.origins import origins_of, static_origin, static_wheres
from wagtail_calltrack.rollups.pseudonyms import in_calls, in_rollups
from wagtail_calltrack.rollups.rebuilding import days_of_facts, rebuild_day, rebuild_rollups

__all__ = [
    "days_of_facts",
    "in_calls",
    "in_rollups",
    "origins_of",
    "rebuild_day",
    "rebuild_rollups",
    "roll_up",
    "static_origin",
    "static_wheres",
]
