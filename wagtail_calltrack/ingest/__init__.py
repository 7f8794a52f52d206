"""What edges tell: batches of events, each kept once, and a bad one that holds up no other.

    views → body → batch → kinds → values
          → storing → visits
                    → tables
          → after → unknown

- `views`: the address; what is answered
- `own_views`, `own_calls`: calls that a phone system of the firm's own tells of
- `body`: a request's body as JSON: its length, packing, encoding
- `batch`: the whole of a body: who sends it, and each event by itself
- `kinds`: what each kind of event must tell, and the row it becomes
- `values`: single values: words, texts, numbers, moments
- `storing`: a batch into the database, in one transaction
- `visits`: what events say of their sessions, whatever order they come in
- `after`: what is done once a batch is stored: calls are settled, what waits gets its turn
- `unknown`: events that a newer edge told, read once the plugin knows them
- `tables`: rows written many at a time, where some may be there already

docs/wagtail.md says what an edge is answered.
"""
