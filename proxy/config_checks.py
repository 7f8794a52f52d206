"""What can be wrong with settings that no reader sees: files, folders, the Plan, what fits what.

Rule 1: nothing is made and no port is opened; the ports are tried only when that is asked for.
Rule 2: every check runs, whatever others found; each problem names the setting as it was said.
"""

import argparse
import difflib
import importlib.util
import os
import re
import socket
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from calltrack import planfile
from calltrack.errors import CalltrackError, ConfigError, PlanError
from calltrack.plan import Plan
from calltrack.stores.opening import sqlite_path
from calltrack.stores.redis_urls import is_redis_url
from proxy.app import check_parser
from proxy.config.made import upstream_of
from proxy.config.reading import CONFIG, Settings
from proxy.config.settings import SECRET_FILES, SECRETS, SETTINGS
from proxy.data_folder import data_folder
from proxy.keys import named_keys
from proxy.open_files import room_for
from proxy.region import open_regions
from proxy.run_arguments import Address
from proxy.run_plan import unheard
from proxy.trace_token import admin_token
from proxy.upstreams import EVERY_HOST, chosen
from proxy.wagtail_line import plan_token
from proxy.workers.sockets import why_not

_OTHERS = ("CALLTRACK_REWRITER", "CALLTRACK_STORE_SENTINEL_PASSWORD", CONFIG)
_OTHERS_MAY = stat.S_IROTH | stat.S_IWOTH
_ALIKE = 0.85  # two names of ours are less alike than that
_SIGNED = frozenset({"twilio", "telnyx", "vonage"})  # they sign the address that they call


class Findings:
    """What was found: `problems` keep the proxy from working, `notes` are for ops to judge."""

    def __init__(self, settings: Settings, args: argparse.Namespace) -> None:
        """Begin with what reading found. `args` has every setting."""
        self.settings = settings
        self.args = args
        self.problems = list(settings.problems)
        self.notes: list[str] = []
        self.plan: Plan | None = None

    def say(self, name: str, sentence: str) -> None:
        """Tell a problem of a setting."""
        self.problems.append(f"{self.settings.label(name)}: {sentence}")

    def attempt(self, name: str, do: Callable[[], object]) -> None:
        """Tell what goes wrong in doing this."""
        try:
            do()
        except PlanError as error:
            for problem in error.problems:
                self.say(name, problem)
        except CalltrackError as error:
            self.say(name, re.sub(r"^--[\w-]+:? ", "", str(error)))

    def attempt_secret(self, name: str, read: Callable[[], object]) -> None:
        """Tell what goes wrong in reading a secret."""
        try:
            read()
        except ConfigError as error:
            self.problems.append(self.settings.secret_as_said(name, str(error)))


def look(
    settings: Settings,
    args: argparse.Namespace,
    environ: Mapping[str, str],
    *,
    try_ports: bool = False,
) -> Findings:
    """Look at everything."""
    found = Findings(settings, args)
    try:
        check_parser()
    except ConfigError as error:
        found.problems.append(str(error))
    _look_at_plan(found)
    _look_at_secrets(found)
    _look_at_certificates(found)
    found.attempt("geoip", lambda: open_regions(header=None, geoip=args.geoip).close())
    _look_at_folders(found)
    _look_at_hosts(found)
    _look_at_addresses(found, try_ports=try_ports)
    _look_at_files(found)
    found.notes += _unknown_variables(environ)
    found.notes += _telephony(found.plan, args, environ)
    if not args.trust:
        found.notes += unheard(found.plan, args.region_header)
    return found


def _look_at_plan(found: Findings) -> None:
    source = found.args.plan
    if not isinstance(source, Path):
        return

    def load() -> None:
        found.plan = planfile.load(source)

    found.attempt("plan", load)


def _look_at_secrets(found: Findings) -> None:
    args = found.args
    found.attempt_secret("cookie_key_file", lambda: named_keys(args.cookie_key_file))
    found.attempt_secret("plan_token_file", lambda: plan_token(args.plan_token_file))
    found.attempt_secret("admin_token_file", lambda: admin_token(args.admin_token_file))
    for name in SECRET_FILES:
        file: Path | None = getattr(args, name)
        if file is not None and (_mode(file) or 0) & _OTHERS_MAY:
            found.notes.append(
                f"{found.settings.label(name)}: all users of this machine can get at {file}; "
                f"chmod 600 {file}"
            )


def _look_at_certificates(found: Findings) -> None:
    for site in found.settings.sites:
        own = found.settings.host_lines.get(site.hosts[0]) if site.ca_file else None
        try:
            upstream_of(found.args, site)
        except ConfigError as error:
            if own is not None:
                found.problems.append(f"{own}: sites: {error}")
            else:
                found.say("upstream_ca_file", str(error))
                return


def _look_at_folders(found: Findings) -> None:
    args = found.args
    if args.plan is None:  # nothing is kept
        return
    if is_redis_url(args.store):
        if importlib.util.find_spec("redis") is None:
            found.say(
                "store", "Redis needs one more package: pip install 'wagtail-calltrack[redis]'"
            )
    else:
        _look_at_folder(found, "store", sqlite_path(args.store).parent)
        file = sqlite_path(args.store)
        mode = _mode(file)
        if mode and not (stat.S_ISREG(mode) and os.access(file, os.R_OK | os.W_OK)):
            found.say("store", f"{file} is no file that this user may write")
    if args.data is not None or is_redis_url(args.store):
        _look_at_folder(found, "data", data_folder(args.store, args.data))


def _mode(path: Path) -> int | None:
    try:
        return path.stat().st_mode
    except (OSError, ValueError):  # it is not there, or its name cannot be one
        return None


def _look_at_folder(found: Findings, name: str, folder: Path) -> None:
    """Say whether a folder can be written to, or made."""
    there = next((one for one in (folder, *folder.absolute().parents) if _mode(one)), folder)
    if not stat.S_ISDIR(_mode(there) or 0):
        found.say(name, f"{there} is no folder")
    elif not os.access(there, os.W_OK | os.X_OK):
        what = "written to" if there == folder else "made"
        found.say(name, f"{folder} cannot be {what} by this user")


def _look_at_hosts(found: Findings) -> None:
    """Compare the hosts of the Plan with those of the sites: both must have one to be served."""
    hosts = {host: site for site in found.settings.sites for host in site.hosts}
    if found.plan is None or EVERY_HOST in hosts:
        return
    planned = [host for site in found.plan.sites for host in site.hosts]
    for host in planned:
        if chosen(hosts, host) is None:
            found.notes.append(
                f"the Plan has {host}, and no row of [[sites]] does: visitors of it get 421"
            )
    for host in hosts:
        below = host.removeprefix("*")
        if not any(one == host or (below != host and one.endswith(below)) for one in planned):
            found.problems.append(
                f"{found.settings.host_lines[host]}: sites: {host} is no host of the Plan, so its "
                "visitors get 421; add it to the hosts of a site there"
            )


def _look_at_addresses(found: Findings, *, try_ports: bool) -> None:
    seen: dict[tuple[str, int], str] = {}
    for name in ("listen", "calls", "admin"):
        address: Address | None = getattr(found.args, name)
        if address is None:
            continue
        other = seen.setdefault((address.host, address.port), name)
        if other != name and address.port:
            found.say(name, f"{address} is the address of {found.settings.label(other)}, too")
        elif try_ports and not address.is_default:
            _try_port(found, name, address)


def _try_port(found: Findings, name: str, address: Address) -> None:
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    try:
        with socket.create_server((address.host, address.port), family=family):
            pass
    except OSError as error:
        found.say(name, why_not(error, address.host, address.port))


def _look_at_files(found: Findings) -> None:
    """Say when a process may open fewer files than its connections take."""
    room = room_for(found.args.limit_connections)
    if not room.is_service:
        found.problems.append(room.told())
    elif not room.is_enough:
        found.notes.append(room.told())


def _unknown_variables(environ: Mapping[str, str]) -> Iterator[str]:
    """Tell of variables that are nearly one of ours; others may be another program's."""
    ours = [one.variable for one in SETTINGS] + [*_OTHERS]
    for secret in SECRETS:
        ours += [secret.variable, f"{secret.variable}_FILE"]
    for name in sorted(environ):
        if not name.startswith("CALLTRACK_") or name in ours or "_SECRET_" in name:
            continue
        for near in difflib.get_close_matches(name, ours, n=1, cutoff=_ALIKE):
            yield f"{name}: is no setting; did you mean {near}?"


def _telephony(
    plan: Plan | None, args: argparse.Namespace, environ: Mapping[str, str]
) -> Sequence[str]:
    """Tell which carriers' webhooks would be refused."""
    notes = []
    for key, account in plan.telephony.items() if plan is not None else ():
        variable = f"CALLTRACK_SECRET_{account.secret}"
        if not (environ.get(variable) or environ.get(f"{variable}_FILE")):
            notes.append(
                f"calls of «{key}»: neither {variable} nor {variable}_FILE is set: its webhooks "
                "get 503"
            )
        if account.provider in _SIGNED and args.public_url is None:
            notes.append(
                f"calls of «{key}»: {account.provider} signs the address it calls: its webhooks "
                "are refused without --public-url"
            )
    return notes
