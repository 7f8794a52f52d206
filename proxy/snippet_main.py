"""The commands of `calltrack-snippet`: the snippet's server without a site behind it, and its line.

Exit status and errors as `exit_status` has them.
"""

import argparse
from collections.abc import Sequence
from urllib.parse import urlsplit

from calltrack.errors import ConfigError
from proxy import release, run_command
from proxy.exit_status import exit_status
from proxy.mounted import DEFAULT_PREFIX
from proxy.run_arguments import prefix, web_address
from snippet_server import assets

NAME = "calltrack-snippet"

DESCRIPTION = """\
Show every visitor of a site phone numbers of their own where no proxy can stand in front of it: a
script in its pages asks this server for them.

  calltrack-snippet run --plan https://www.example.nl/calltrack/api/plan/ --trust 127.0.0.1
  calltrack-snippet tag --url https://calls.example.nl     the line of HTML for the site's pages

Where `calltrack-proxy run` serves, the snippet is served along with the site, and needs no server
of its own.
"""

RUN = """\
Answer what the snippet in a site's pages asks, and carriers' webhooks. There is no site behind it:
everything outside the prefix, /_calltrack/, is 404.

  calltrack-snippet run --plan https://www.example.nl/calltrack/api/plan/ --listen 127.0.0.1:8080
  calltrack-snippet run --config snippet.toml

It is the proxy's own process: the settings that are listed here, the file of --config, workers, the
status page with /healthz, /readyz and /metrics, SIGHUP and SIGTERM are the same. A setting is said
by an option, by a variable of the environment (--store-wait-ms is CALLTRACK_STORE_WAIT_MS), or in
the file; the first of these that says it counts. docs/proxy-config.md lists them all. Those of a
site ([upstream], [[sites]], [cache]) have no place here.

Where a proxy of ours and this server know the same visitors, both have the same store and the same
CALLTRACK_COOKIE_KEY.
"""

RUN_END = """\
Secrets, in the environment alone, or in files that it names: CALLTRACK_COOKIE_KEY,
CALLTRACK_PLAN_TOKEN, CALLTRACK_ADMIN_TOKEN, CALLTRACK_STORE_PASSWORD, CALLTRACK_SECRET_NAME of each
telephony account. `calltrack-proxy run --help` tells of each.

Example: a host of its own under the site's domain, behind nginx, which ends TLS. The Plan has
cookie_domain = "example.nl" for the site, so that the cookie is the site's own:

  export CALLTRACK_PLAN_TOKEN_FILE=/etc/calltrack/plan.token
  calltrack-snippet run --trust 127.0.0.1 --listen 127.0.0.1:8080 \\
      --plan https://www.example.nl/calltrack/api/plan/
"""

TAG = """\
Print the line of HTML that goes into the <head> of every page of the site.

  calltrack-snippet tag --url https://www.example.nl       the site's own host, through the proxy
  calltrack-snippet tag --url https://calls.example.nl     a host of its own, with this server
  calltrack-snippet tag --url https://calls.example.nl --pinned

The address without a version always has the newest script. With --pinned it is the one of today for
good, and browsers run no other: integrity holds its hash. A newer one is then a new line.
"""


def build_parser() -> argparse.ArgumentParser:
    """Describe the whole command line."""
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(prog=NAME, description=DESCRIPTION, formatter_class=raw)
    parser.add_argument("--version", action="version", version=release.told())
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    run = commands.add_parser(
        "run",
        help="answer what the snippet asks",
        description=RUN,
        epilog=RUN_END,
        formatter_class=raw,
        allow_abbrev=False,
    )
    run_command.add_arguments(run, has_site=False)
    tag = commands.add_parser(
        "tag", help="print the line of HTML for a site", description=TAG, formatter_class=raw
    )
    tag.add_argument(
        "--url",
        type=web_address,
        required=True,
        help="where browsers reach the server, as https://calls.example.nl",
    )
    tag.add_argument(
        "--prefix",
        type=prefix,
        default=DEFAULT_PREFIX,
        metavar="PATH",
        help="the server's own, where it has another one (default: %(default)s)",
    )
    tag.add_argument(
        "--pinned", action="store_true", help="the newest script for good, held to its hash"
    )
    tag.set_defaults(run=print_tag)
    return parser


def print_tag(args: argparse.Namespace) -> int:
    """Print the line. Errors: ConfigError for an address that cannot be one of ours."""
    url = urlsplit(args.url)
    where = url.path if url.path.strip("/") else args.prefix
    if url.query or not where.endswith("/"):
        raise ConfigError(
            f"--url: «{args.url}» must end with the host or with the server's prefix, as "
            f"https://calls.example.nl{DEFAULT_PREFIX}"
        )
    script = assets.load().newest if args.pinned else None
    if args.pinned and script is None:
        raise ConfigError("--pinned: this build has no released script")
    print(assets.tag(f"{url.scheme}://{url.netloc}{where}", script))
    return 0


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; give the exit status."""
    parser = build_parser()
    args, unknown = parser.parse_known_args(argv)
    if unknown:
        told = " ".join(unknown)
        parser.error(f"unknown: {told}; `{NAME} {args.command} --help` has what there is")
    return exit_status(NAME, lambda: int(args.run(args)))
