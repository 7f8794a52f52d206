"""The line to Wagtail: the Plan comes down, events go up.

No HTTP here: what is said, what an answer means, and what is kept.

- `outcomes`: what looking for a Plan may come to
- `answers`: from an HTTP answer to an outcome
- `batches`: events as the body of a request
- `receipts`: from the HTTP answer to a batch to what became of each event
- `reasons`: why an answer is none, in one line
- `plan_urls`: which addresses a token may travel to, and where events go
- `pace`: when to look again
- `kept_plan`: the last good Plan on the edge's own disk
"""
