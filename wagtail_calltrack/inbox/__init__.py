"""Leads as people work with them: the inbox, and a page for each with all that is known of it.

    page → journey → timeline
    listing, page → form, names

- `names`: how a lead, a user and a moment are written
- `form`: what people fill in: name, state, assignee, value; notes
- `listing`: the inbox: by state, searched, sorted
- `timeline`: what happened, in order of time, folded into visits and days; pure
- `journey`: what is known of a lead, read in a few queries
- `page`: the page of one lead: its form, its notes, its journey

Numbers and names stand in no title, no address and no log.
"""
