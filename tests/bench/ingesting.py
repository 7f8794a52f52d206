"""What it costs Wagtail to take events in: whole batches through the address that edges send to.

100,000 events of 10,000 visits in batches of 1,000, as JSON, through the view into a SQLite file:
token, reading, checking, storing, answer. The peers write the same batches into files of their own,
each batch in one transaction, too, and check nothing: `objects.create`, row by row (of a part of
the events, for it is slow), and `bulk_create`, which keeps no sessions up to date.

Django is set up here: the other parts run without it.
"""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import django

from tests.bench.report import progress, table

EVENTS, BATCH = 100_000, 1_000


def run(*, quick: bool) -> None:
    """Measure and print."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "settings.test"
    os.environ.pop("CALLTRACK_TEST_DATABASE", None)  # a file is measured
    django.setup()
    from tests.bench import ingesting_ways as ways  # noqa: PLC0415 - models come after the set-up

    count = 2 if quick else EVENTS // BATCH
    with TemporaryDirectory() as folder:
        ours, *peers = (way(Path(folder)) for way in (ways.Ours, ways.BulkCreate, ways.Create))
        places = [ours, *peers]
        for at in range(count):
            progress(f"ingest: batch {at + 1} of {count}")
            sent = ways.batch(at, BATCH)
            for place in places:
                place.take(sent, at)
        progress("")
        for place in places:
            place.look()
        print(f"Events in, in batches of {BATCH:,}\n")
        head = ("way", "events", "events/s", "ms a batch", "CPU ms", "× ours", "again: events/s")
        table(head, [place.row(places[0]) for place in places], texts=1)
        again = ways.memory(places[0], 2 if quick else 20, BATCH)
    print("Memory while one process takes batch after batch\n")
    table(("batch", "kept KB", "most KB"), again, texts=0)
