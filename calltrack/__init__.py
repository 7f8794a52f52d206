"""The domain of call tracking: values and rules, no framework.

- `numbers`: a phone number as a value; how people write it; printed in another's pattern
- `forms`, `dialling`: every string of digits it is written with; what is usual in each country
- `grouping`: digits put where others stood
- `plan`: everything an edge must know, as one value
- `planfile`: reads a Plan, checked once when it enters, and writes it
- `plantables`, `planvalues`, `planrules`: its fields, their kinds, and what must hold between rows
- `plannumbers`: what must hold between campaigns and the numbers they show
- `planrows`: reads and writes a row by the table of its fields
- `plandoubts`, `campaigndoubts`: what is allowed and looks wrong
- `planschema`: the schema for others
- `touch`: where a visitor came from, once
- `patterns`: what editors write to match a source: `*` and whole values
- `sources`, `addresses`: from a request to a touch; what a stranger wrote, read with limits
- `networks`: which network an address of the internet is in
- `channels`, `referrers`: which channel a source belongs to; the sites that send visitors
- `ruleorigin`: where a campaign's visitors come from, as its rules alone tell
- `attribution`: which touches a lead is credited to
- `sessions`, `cookie`: a visitor's session, and the signed cookie that carries it
- `decision`: which number a place on a page shows, and why
- `explaining`: which campaign an arrival belongs to, and why not to the others
- `leases`: who holds which number, and until when
- `events`: what happened, as values, and the outbox that keeps them until they are shipped
- `planner`, `demand`: how many numbers a pool needs; what was asked of it so far
- `history`: who held a number at a moment, folded out of events
- `calls`: what carriers tell of calls, and the one call that it makes
- `matching`: whose call it is, with a confidence and a reason
- `pastcalls`: a call as the firm's rules look at it
- `targets`, `spam`, `categories`, `callbacks`: which calls count, which are spam, what they are
  about, and which missed ones were called back
- `telephony`: carriers: their webhooks checked, read and answered
- `stores`: where leases and events live; the only importers of a database
- `link`: the line to Wagtail; what its answers mean, and the last good Plan on the disk
- `errors`: the one tree of errors
- `__main__`: where the console scripts start

Nothing here imports aiohttp or Django. I/O happens in `stores`, and where `planfile` and `link`
read and write a file.
"""
