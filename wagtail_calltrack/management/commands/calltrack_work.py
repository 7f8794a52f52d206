"""Do the work that waits: settle calls, bring forms into leads, restate calls, forget people."""

import signal
import threading
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from typing import Any

from django.core.management.base import BaseCommand
from django.db import OperationalError, close_old_connections
from django.utils import timezone

from wagtail_calltrack import jobs
from wagtail_calltrack.ingest.unknown import read_unknown
from wagtail_calltrack.jobs.working import unfinished
from wagtail_calltrack.settling import gather_left, settle

SLICE_SECONDS = 2.0
"""How long each kind of work goes on before the others get their turn."""
IDLE_SECONDS = 2.0
"""How long it waits when there is nothing to do."""
BUSY_SECONDS = 10.0
"""How long it waits when the database does not answer."""

HELP = """\
Does the work that waits: reads events that an older version could not read, brings forms that were
left over into leads, reckons calls of which something new was told, and all calls after a rule has
changed, and forgets people whose time is over.

No site needs this: the same is done, a little at a time, whenever an edge tells something. Run it
where much is to be done soon, after an import of a year's calls say, or where a worker of its own
is what you are used to. Several may run at once.

  manage.py calltrack_work --once   all that waits now; then it ends
  manage.py calltrack_work          goes on until Ctrl-C, or until it is told to end (SIGTERM)

Whenever it is stopped, the next one goes on there."""


class Command(BaseCommand):
    """Works until there is nothing to do, or until it is stopped."""

    help = HELP

    def create_parser(self, prog_name: str, subcommand: str, **options: Any) -> Any:
        """Keep the lines of the help as they are."""
        options["formatter_class"] = RawDescriptionHelpFormatter
        return super().create_parser(prog_name, subcommand, **options)

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the switch."""
        parser.add_argument("--once", action="store_true", help="end when nothing waits any more")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Do so."""
        stop = threading.Event()
        before = {
            one: signal.signal(one, lambda *_told: stop.set())
            for one in (signal.SIGINT, signal.SIGTERM)
            if threading.current_thread() is threading.main_thread()
        }
        try:
            self._once(stop) if options["once"] else self._on_and_on(stop)
        finally:
            for one, handler in before.items():
                signal.signal(one, handler)

    def _once(self, stop: threading.Event) -> None:
        settled = 0
        more = True
        while more and not stop.is_set():
            count, more = self._round()
            settled += count
        waiting = unfinished()
        self._tell(f"{settled} calls settled; {waiting} jobs are not done.")

    def _on_and_on(self, stop: threading.Event) -> None:
        self._tell("Working; Ctrl-C ends it.")
        while not stop.is_set():
            try:
                _count, more = self._round()
            except OperationalError as error:
                self.stderr.write(f"The database does not answer ({type(error).__name__}).")
                close_old_connections()  # one that broke; the next round opens another
                stop.wait(BUSY_SECONDS)
                continue
            if not more:
                stop.wait(IDLE_SECONDS)
        self._tell("Stopped. What was begun goes on next time.")

    def _round(self) -> tuple[int, bool]:
        """Give each kind of work its turn; say how many calls were settled, and if more waits."""
        read = read_unknown(seconds=SLICE_SECONDS)
        gathered = gather_left(timezone.now())
        settled = settle(seconds=SLICE_SECONDS)
        return settled, jobs.work(SLICE_SECONDS) or settled + gathered + read > 0

    def _tell(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
