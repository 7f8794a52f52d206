"""`run` of the proxy and of the snippet's server: be what the settings and our parent say.

That is a parent of several workers, one of these workers, or the one process that there is.
"""

import argparse
import asyncio
from pathlib import Path

from calltrack import planfile
from proxy import log_format
from proxy.config import command_line
from proxy.config.reading import in_force
from proxy.open_files import refuse_too_few
from proxy.run_serving import serve_until_told
from proxy.run_workers import count_of, lead
from proxy.workers.worker import channel_number


def add_arguments(parser: argparse.ArgumentParser, *, has_site: bool = True) -> None:
    """Describe `run`. `has_site`: there is one behind it."""
    command_line.add_config(parser)
    command_line.add_arguments(parser, has_site=has_site)
    parser.set_defaults(run=run, has_site=has_site)


def run(args: argparse.Namespace) -> int:
    """Serve until a signal says stop."""
    args = in_force(args)
    log_format.set_up(args.log_format, quiet=args.quiet)
    channel = channel_number()
    workers = count_of(args) if channel is None else 1
    refuse_too_few(args.limit_connections, workers=workers)
    if workers > 1:
        return lead(args)
    plan = planfile.load(args.plan) if isinstance(args.plan, Path) else None
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        runner.run(serve_until_told(args, plan, channel))
    return 0


def loop_factory() -> "type[asyncio.AbstractEventLoop] | None":
    """Use uvloop where it is installed."""
    try:
        import uvloop  # noqa: PLC0415 - not on every platform
    except ModuleNotFoundError:
        return None
    return uvloop.Loop
