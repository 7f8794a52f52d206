"""The commands of `calltrack-proxy`, and what they take.

Exit status and errors as `exit_status` has them; 1 also when `config check` found problems.
"""

import argparse
import sys
from collections.abc import Sequence

from proxy import (
    call_command,
    config_commands,
    plan_commands,
    pool_commands,
    release,
    rewrite_command,
    run_command,
    simulate_command,
)
from proxy.exit_status import exit_status

DESCRIPTION = """\
Show every visitor of a site phone numbers of their own, without touching the site.

  calltrack-proxy plan init https://www.example.nl > plan.toml   find the site's numbers
  calltrack-proxy plan check plan.toml                           is it whole and right?
  calltrack-proxy run --upstream http://127.0.0.1:8001 --plan plan.toml
  calltrack-proxy config check proxy.toml                        are the settings right?
  calltrack-proxy pool plan --visitors-per-hour 200              how many numbers?
  calltrack-proxy simulate --visitors-per-hour 200 --numbers 128 how well do they serve?
  calltrack-proxy call http://127.0.0.1:8080/_calltrack/calls/trial/ --secret TRIAL --to NUMBER
"""

RUN = """\
Stand in front of a site. Without a Plan every page passes through as it is.

  calltrack-proxy run --upstream http://127.0.0.1:8001 --plan plan.toml --listen 0.0.0.0:80
  calltrack-proxy run --config proxy.toml

A setting is said by an option, by a variable of the environment (--store-wait-ms is
CALLTRACK_STORE_WAIT_MS), or in the file of --config; the first of these that says it counts.
docs/proxy-config.md lists them all, limits and time-outs too. `calltrack-proxy config check` tells
what is wrong with them, or what is in force.

A change of the Plan is taken over while it serves. SIGHUP has it looked for at once; with workers
it has the settings read again, too. What visitors do goes up as events to the address beside that
of the Plan, …/api/events/, with the same token.
"""

RUN_END = """\
Secrets, in the environment alone, or in files that it names:
  CALLTRACK_COOKIE_KEY       signs the session cookie; the key and the one before it, separated
                             by a comma. The same on every edge of one site.
  CALLTRACK_COOKIE_KEY_FILE  a file with the same, a key a line. Without either, a key is made
                             once and kept in the folder of --data.
  CALLTRACK_PLAN_TOKEN       what this edge shows to the addresses of --plan and --events
  CALLTRACK_PLAN_TOKEN_FILE  a file with the same
  CALLTRACK_ADMIN_TOKEN      what X-Calltrack-Trace is asked with; or a file: --admin-token-file
  CALLTRACK_STORE_PASSWORD   the password of a Redis store
  CALLTRACK_SECRET_NAME      the secret NAME of a telephony account in the Plan
  CALLTRACK_SECRET_NAME_FILE a file with the same, read again on SIGHUP

CALLTRACK_REWRITER=pure rewrites in pure Python, also where the compiled rewriter is there.

Example: behind nginx on the same machine, which ends TLS; the Plan and the token are Wagtail's:

  export CALLTRACK_PLAN_TOKEN_FILE=/etc/calltrack/plan.token
  calltrack-proxy run --upstream http://127.0.0.1:8001 --trust 127.0.0.1 --listen 127.0.0.1:8080 \\
      --plan https://www.example.nl/calltrack/api/plan/ --public-url https://www.example.nl
"""

REWRITE = """\
Read pages and write them with each forwarding number OLD shown as NEW; every other byte stays.

  calltrack-proxy rewrite --map +31850199999=+31201234567 < page.html > new.html
  calltrack-proxy rewrite --map +31850199999=+31201234567 --out build/ site/*.html
  calltrack-proxy rewrite --plan plan.toml --explain page.html > /dev/null
  calltrack-proxy rewrite --plan plan.toml --json page.html | jq .rules

--explain tells on stderr, for each number, where it stands (file:line:column), what it becomes, the
rule that says so, and which element holds it; then how many there were of each:

  page.html:12:4: 085 - 0199 999 -> 020 - 1234 567
      replaced: a forwarding number (forwarding-number)
      text in body > main > p:nth-of-type(2)
  page.html:20:17: 0850199999
      left: inside <script> (inside-script)
      script in head > script
  page.html: 1 replaced, 1 left alone (1 inside-script)

Exit status: 0 when all pages are written, whatever is in them; 2 for wrong usage, a bad Plan, or a
file that cannot be read or written; 141 when the reader of stdout went away.
"""


def build_parser() -> argparse.ArgumentParser:
    """Describe the whole command line."""
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(
        prog="calltrack-proxy", description=DESCRIPTION, formatter_class=raw
    )
    parser.add_argument("--version", action="version", version=release.told())
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    run = commands.add_parser(
        "run",
        help="stand in front of a site",
        description=RUN,
        epilog=RUN_END,
        formatter_class=raw,
        allow_abbrev=False,  # an option that comes later must not change what half a word means
    )
    run_command.add_arguments(run)
    plan = commands.add_parser("plan", help="make or check a Plan")
    plan_commands.add_commands(plan)
    config = commands.add_parser("config", help="check the settings, or print their schema")
    config_commands.add_commands(config)
    pool_commands.add_commands(commands.add_parser("pool", help="how many numbers a pool needs"))
    simulate = commands.add_parser(
        "simulate",
        help="play visitors out: how well does a pool serve them?",
        description=simulate_command.SIMULATE,
        formatter_class=raw,
    )
    simulate_command.add_arguments(simulate)
    call = commands.add_parser(
        "call", help="try out a call", description=call_command.CALL, formatter_class=raw
    )
    call_command.add_arguments(call)
    rewrite = commands.add_parser(
        "rewrite", help="rewrite files or stdin", description=REWRITE, formatter_class=raw
    )
    rewrite_command.add_arguments(rewrite)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; give the exit status."""
    parser = build_parser()
    args, unknown = parser.parse_known_args(argv)
    if unknown:
        told = " ".join(unknown)
        parser.error(f"unknown: {told}; `calltrack-proxy {args.command} --help` has what there is")
    return exit_status("calltrack-proxy", lambda: int(args.run(args)))


if __name__ == "__main__":
    sys.exit(main())
