"""`run` of the proxy and of the snippet's server: be what the settings and our parent say.

That is a parent of several workers, one of these workers, or the one process that there is.
"""

import argparse
import asyncio
from pathlib import Path

from calltrack import planfile
from calltrack.errors import ConfigError, PlanError, SettingsError
from proxy import log_format
from proxy.config import command_line
from proxy.config.reading import read_settings, whole
from proxy.config.settings import SECRET_FILES
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
    settings = read_settings(args)
    # First of all: what is wrong with the others is told in this form, too.
    log_format.set_up(settings.values["log_format"], quiet=settings.values["quiet"])
    if settings.problems:
        raise SettingsError(settings.problems)
    try:
        return _run(whole(args, settings))
    except (PlanError, SettingsError):  # they name each problem
        raise
    except ConfigError as error:
        sentence = str(error)
        for name in SECRET_FILES:
            sentence = settings.secret_as_said(name, sentence)
        raise ConfigError(sentence) from error


def _run(args: argparse.Namespace) -> int:
    """Be a parent, or serve. `args` has every setting."""
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
