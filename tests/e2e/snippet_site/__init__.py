"""A site that has the snippet in its pages, for tests in a real browser.

- `server`: serves pages over HTTP, and hands `/_calltrack/` on to the edge, or fails to
- `pages`: the pages, each a function of the snippet's address
- `apps`: React and Vue as npm has them, and what is built with them
- `stand`: the site and the edge together, in each way they can stand, and windows of visitors
- `reading`: what a page shows in the browser: its numbers, frame by frame
- `parity_cases`, `parity_exceptions`: the rewriter's fixtures as pages, and where they may differ
"""
