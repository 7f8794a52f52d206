"""The domain of call tracking: values and rules, no framework.

- `numbers`: a phone number as a value; how people write it; printed in another's pattern
- `plan`: everything an edge must know, checked once when it enters
- `sessions`: a visitor's session and the signed cookie that carries it
- `decision`: which number a place on a page shows, and why
- `leases`: who holds which number, and until when
- `events`: what happened, as values, and the outbox that keeps them until they are shipped
- `stores`: where leases and events live; the only importers of a database
- `errors`: the one tree of errors

Nothing here imports aiohttp or Django. I/O happens in `stores` alone.
"""
