"""Where a dry run keeps what it keeps: in a folder of its own, that goes when it ends.

The store, the outbox and the cookie's key are those of nobody, and events stay there: so nothing
that a live proxy stands on is touched, and no edge shows up in Wagtail.
"""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from proxy.run_arguments import NOWHERE

TOLD = "dry run: nobody is shown a number; the status page tells what would be replaced"


@contextmanager
def apart(args: argparse.Namespace) -> Iterator[argparse.Namespace]:
    """Give the settings to go by: in a dry run with places of its own."""
    if not args.dry_run:
        yield args
        return
    with TemporaryDirectory(prefix="calltrack-dry-run-") as folder:
        places = {"store": f"sqlite:///{folder}/leases.sqlite3", "data": Path(folder)}
        yield argparse.Namespace(**{**vars(args), **places, "events": NOWHERE})
