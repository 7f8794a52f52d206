"""`make bench`: what our parts cost, beside named peers.

    __main__ → rewriting | proxying | deciding | leasing | ingesting → report

- `pages`: the pages, generated, and what they must look like afterwards
- `rewriting`: the rewriter in process, beside lxml and a plain decode and encode (`lxml_way`)
- `proxying`: the real command over real sockets, beside a plain aiohttp proxy and the bare site
- `servers`, `child`, `load`: the site and the plain proxy; processes; a client that asks
- `deciding`: the session's cookie, beside Django's signing, and the decision for a page
- `leasing`: takes on SQLite and Redis, beside takes written by hand (`leasing_…`)
- `ingesting`: batches of events through the view into SQLite, beside Django's own ways
  (`ingesting_ways`)
- `report`: medians, tables, the machine

Rules: peers do the same work in the same run, in turns; every output is checked before a time is
printed, and a wrong one ends the run with status 1. This is no gate: no time is asserted anywhere.
"""
