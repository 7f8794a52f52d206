"""The line to Wagtail: the Plan comes down. No HTTP here: what an answer means, and what is kept.

- `outcomes`: what looking for a Plan may come to
- `answers`: from an HTTP answer to an outcome
- `plan_urls`: which addresses a token may travel to
- `pace`: when to look again
- `kept_plan`: the last good Plan on the edge's own disk
"""
