"""The Wagtail site as one process: make the database, load the pages, serve.

    python -m demo.serve --port 8001 --login FILE --token FILE

Django's own development server with a thread for each connection: right for a demo on the loopback,
and for nothing else. The first start makes all tables and takes some seconds; the next take one.
"""

import argparse
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import django
from django.core.management import call_command
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application

LOOPBACK = "127.0.0.1"


class Server(ThreadedWSGIServer):
    """Threads end with the process: a stalled browser must not keep the demo from stopping."""

    daemon_threads = True
    request_queue_size = 128


class Handler(WSGIRequestHandler):
    """Writes a line for each request to the process's log; Django's writes by way of logging."""

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
        """Write what was asked and what was answered."""
        say(format % args)


def say(sentence: str) -> None:
    """Write a line to the log, with the time."""
    print(time.strftime("%H:%M:%S"), sentence, flush=True)


def main(argv: Sequence[str] | None = None) -> int:
    """Get the site ready and serve it until the process is told to stop."""
    parser = argparse.ArgumentParser(prog="python -m demo.serve", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--login", type=Path, required=True, help="where the password is kept")
    parser.add_argument("--token", type=Path, help="where the proxy's token is kept")
    parser.add_argument("--month", action="store_true", help="with a month of visitors and calls")
    args = parser.parse_args(argv)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.dev")
    django.setup()
    say("making the database ...")
    call_command("migrate", verbosity=0, interactive=False)
    call_command("load_demo", password_file=args.login, token_file=args.token)
    if args.month:
        call_command("load_month")
    with Server((LOOPBACK, args.port), Handler) as server:
        server.set_app(get_wsgi_application())
        say(f"ready at http://{LOOPBACK}:{args.port}/")
        server.serve_forever(poll_interval=0.1)
    return 0


if __name__ == "__main__":
    sys.exit(main())
