"""The Wagtail plugin: editors set the Plan up here, and edges fetch it.

- `apps`: the plugin as Django knows it
- `models`: what editors decide, in the database; a change that would break the Plan is refused
- `plan_out`: the Plan as the database has it, checked as every edge checks it
- `importing`: numbers and spend from CSV, with a preview of what it would do
- `bulk_actions`: many numbers or campaigns of a listing changed at once
- `exports`: listings as CSV and XLSX that do no harm in a spreadsheet program
- `records`: what Wagtail records of a saved row, for many rows at once
- `plan_in`: a Plan file taken over into the database (`manage.py calltrack_load_plan plan.toml`)
- `lease_history`: who holds which number now, as edges told it
- `urls`, `edge_requests`, `api`, `ingest`: where edges fetch the Plan, and send what happened
- `rollups`: what reports are made of, kept as facts come in
- `settling`: calls reckoned from what was told of them, of numbers and of visitors
- `leads`: people, out of calls and forms: what one person does is one lead
- `calllog`: the calls, listed and one by one
- `inbox`: the leads, and a person's journey from the first touch to the outcome
- `callers`: callers' numbers, masked for those who may not see them
- `arrivals`: an arrival as somebody describes it, read as a visitor's is
- `campaigns`: campaigns as a marketer sets them up: rules as sentences, numbers, the test box, the
  wizard for what is off-site
- `wagtail_hooks`, `viewsets`, `views`, `forms`: the screens under "Call tracking"
- `content`, `templatetags`: tracked numbers in rich text, StreamFields and templates
- `health`: whether call tracking is set up, runs, and has numbers enough
- `dashboard`: what goes on now: visitors, numbers in use, calls, leads
- `reports`: what each channel, campaign, keyword, page, vestiging and number brought and cost
- `privacy`: how long people are remembered, and how one of them is forgotten
- `access`: who may see and change which rows: those of the firm, or of some sites alone
- `live`: which number is in whose hands now, and ways to take one back
- `phones`: a row's phone number read, printed and looked for
- `amounts`: how spans of time and euros are written
- `reasons`: why a place shows what it shows, in words
- `refusals`: what the Plan's check says, in the reader's language
- `previewing`: a page as some visitor would see it, without leasing any number
- `why`: of a page of the site: each number, its place, and what a visitor is shown there and why
- `snippet_line`: the line of HTML for pages that the proxy does not fill
- `guard`: tracking numbers never get into content by hand; what stands there is listed
- `judging`: which calls count, are spam, are of a category, or were answered later, by the
  firm's rules
- `call_settings`: the screens for these rules, and for how far the work is that follows
- `jobs`: long work that goes on by itself, in slices
- `checks`: what `manage.py check` says of the site's settings
- `middleware`: sends `X-Calltrack: off` with the admin, previews and the API, so that the proxy
  in front replaces and leases nothing there
- `serving`: the request that is being answered, and the page that it shows

docs/wagtail.md says how a site gets it.
"""
