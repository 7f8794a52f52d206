"""Campaigns as a marketer sets them up.

- `sentences`: rules, arrivals and verdicts in words
- `stock`: free numbers, the best one first; taking them, and putting them back
- `order`: where a new campaign stands
- `number_rows`: the numbers of a campaign in its form, one row for each vestiging
- `form`: the campaign's form, saved with its numbers as one change
- `panels`: parts of that form
- `trial`: "test this URL and referrer": which campaign an arrival belongs to, and why
- `wizard`: the short form for an off-site campaign
- `listing`, `views`: the screens
"""
