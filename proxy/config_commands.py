"""`calltrack-proxy config check` and `config schema`: is it right, and what is in force?"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from proxy.config import command_line
from proxy.config.reading import CONFIG, read_settings, whole
from proxy.config.schema import json_schema
from proxy.config.summary import summary
from proxy.config_checks import look

CHECK = """\
Read the settings as `run` does, and look at all that can be wrong without opening a port.

  calltrack-proxy config check proxy.toml
  calltrack-proxy config check proxy.toml --listen 0.0.0.0:80      an option counts before the file
  calltrack-proxy config check                                     the environment alone

Every problem is a line on stderr, with its place in the file where it has one; exit status 1. When
nothing is wrong it tells what is in force, and from where each value comes; exit status 0.
"""


def add_commands(parser: argparse.ArgumentParser) -> None:
    """Describe `config check` and `config schema`."""
    commands = parser.add_subparsers(dest="config_command", required=True, metavar="COMMAND")
    check = commands.add_parser(
        "check",
        help="say whether the settings can be used, and what is in force",
        description=CHECK,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    check.add_argument(
        "config", nargs="?", type=Path, metavar="FILE", help=f"the settings (default: {CONFIG})"
    )
    check.add_argument("--ports", action="store_true", help="try whether the ports are free, too")
    command_line.add_arguments(check)
    check.set_defaults(run=check_config)
    schema = commands.add_parser("schema", help="print the JSON Schema of the settings file")
    schema.set_defaults(run=print_schema)


def check_config(args: argparse.Namespace) -> int:
    """Check the settings; say what is in force, or all that is wrong."""
    settings = read_settings(args)
    found = look(settings, whole(args, settings), os.environ, try_ports=args.ports)
    if found.problems:
        for problem in found.problems:
            print(problem, file=sys.stderr)
        _say_notes(found.notes)
        count = len(found.problems)
        print(f"{count} {'problem' if count == 1 else 'problems'}", file=sys.stderr)
        return 1
    for line in summary(settings, os.environ):
        print(line)
    _say_notes(found.notes)
    print(f"{settings.file or 'no file'}: good")
    return 0


def print_schema(_args: argparse.Namespace) -> int:
    """Print the JSON Schema."""
    print(json.dumps(json_schema(), indent=2, ensure_ascii=False))
    return 0


def _say_notes(notes: Sequence[str]) -> None:
    for note in notes:
        print(f"note: {note}", file=sys.stderr)
