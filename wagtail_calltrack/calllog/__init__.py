"""The calls: a listing with filters and export, and a page for each with all that is known of it.

    listing → columns → rows
    page → facts, sources → rows

- `rows`: calls with the names and shares that screens show; what each cell says
- `columns`: the listing's columns
- `filters`: by what the listing is narrowed; `brought`: by what brought the calls
- `listing`: the listing, its search, its export
- `sources`: where sessions came from, for candidates
- `why`: who called and why we think so, in sentences
- `facts`: one call in words: what happened, who called and why, what it is worth
- `page`: the page of one call, and its categories set by hand

A number is masked for those who may not see callers, in the listing, on the page and in exports;
they cannot search by number either, and get no recordings.
"""
