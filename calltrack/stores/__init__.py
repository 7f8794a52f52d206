"""Where leases and events live. The only package that imports a database.

- `lease_events`: what happened to a lease, in the same words from every store
- `stock_rows`: the Plan's numbers as the stores compare them
- `sqlite`: one file, one thread: connections, transactions, schema versions, errors made ours
- `sqlite_leases`: who holds which number, several processes on one file
- `sqlite_rows`: the rows of that file, and its schema
- `sqlite_stock`: the Plan's numbers, written into that file
- `sqlite_taking`: which number a session gets, inside one transaction of that file
- `sqlite_outbox`: events on the edge's own disk until they are shipped
- `outbox_history`: lease events read out of an outbox that is in use
- `event_writer`: in front of an outbox: page views in batches, what matters at once
- `opening`: the lease store that a URL names
- `redis_urls`, `redis_server`: where a Redis is; connections, time-outs, its errors made ours
- `redis_leases`, and the scripts in `lua/`: who holds which number, many machines on one Redis
- `redis_answers`: what those scripts answer, as values

The contracts stand in `calltrack.leases` and `calltrack.events`.
"""
