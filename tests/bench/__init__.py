"""`make bench`: what our parts cost, beside named peers.

    __main__ → rewriting | proxying | snippet | deciding | leasing | ingesting | … → report

- `pages`, `pages_company`: the pages, generated, and what they must look like afterwards
- `rewriting`: the rewriter in process, beside libraries that do the same job (`rewriting_…`; each
  one's way: `lxml_way`, `selectolax_way`, `lolhtml_way`, all with `finding`), its memory, and pages
  that mean harm
- `proxying`: the real command over real sockets, beside nginx, a plain aiohttp proxy and the bare
  site (`proxying_engines`): how many answers (`proxying_load`), what it adds to an answer's time
  (`proxying_latency`), visitors who read nothing (`proxying_stalled`), goals (`proxying_goals`);
  the page is in `proxying_page` (`proxying_shop`, `proxying_words`)
- `snippet`: the snippet's size, what it costs in a real browser (`snippet_browser`, on the page of
  `snippet_page`), and how many asks its server answers (`snippet_load`, `snippet_edge`)
- `servers`, `child`, `load`: a site and the plain proxy; processes; a client that asks
- `processes`: what a process and its workers compute and hold
- `deciding`: the session's cookie, beside Django's signing, and the decision for a page
- `leasing`: takes on SQLite and Redis, beside takes written by hand (`leasing_…`)
- `ingesting`: batches of events through the view into SQLite, beside Django's own ways
  (`ingesting_ways`)
- `ingesting_calls`: events with calls among them, until every call is reckoned, on SQLite and
  PostgreSQL, each in a program of its own (`ingesting_calls_place`)
- `plan_live`: from an editor's save to the proxy's pages
- `watching`: from a carrier's webhook to dashboards
- `reporting`: the reports over a year, beside plain SQL over facts (`reporting_…`)
- `report`: medians, tables, the machine

Rules: peers do the same work in the same run, in turns; every output is checked before a time is
printed, and a wrong one ends the run with status 1. This is no gate: no time is asserted anywhere.
"""
