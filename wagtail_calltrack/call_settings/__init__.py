"""What the firm thinks of calls, as editors set it up; and the work that follows from a change.

- `screens`: the call settings, with ways to all else here
- `rules`: target rules, categories and their rules, blocked callers
- `forms`: what those forms refuse
- `restating`: views that have calls reckoned anew when they save something that matters
- `cascades`: rules that go with a campaign, a site or a vestiging
- `changes`: what changed, in a sentence
- `job_list`: how far the work is, followed without a reload
- `panels`: the ways from the settings to the other screens, with counts
- `policies`: who may see blocked callers
"""
