"""`run` as several processes: the ports that it binds, and the parent of its workers.

Errors: ListenError when a port cannot be had.
"""

import argparse
import asyncio
import secrets
from collections.abc import Mapping, Sequence

from calltrack.errors import ListenError
from proxy.run_arguments import Address
from proxy.station import LEAVING_SECONDS
from proxy.workers.child import this_command
from proxy.workers.cores import cores
from proxy.workers.parent import Parent
from proxy.workers.sockets import Bound, Ports, bind

MARGIN_SECONDS = 10.0  # beyond what ops said, for what is shipped and closed at the end

FIXED = ("listen", "calls", "admin", "workers")
"""Settings that count from the start to the end of the parent."""


def count_of(args: argparse.Namespace) -> int:
    """Say how many workers serve."""
    return args.workers or cores()


def bind_ports(args: argparse.Namespace, *, shares: int = 1) -> Ports:
    """Bind all ports, for so many who serve them."""
    opened: list[Bound] = []
    try:
        opened.append(bind(args.listen.host, args.listen.port, shares=shares))
        opened.append(_bind_admin(args.admin))
        if args.calls is not None:
            opened.append(_bind_as("--calls", args.calls, shares))
    except ListenError:
        for one in opened:
            one.close()
        raise
    return Ports(opened[0], opened[2] if args.calls is not None else None, opened[1])


def _bind_admin(address: Address) -> Bound:
    """Bind the status page's port. Where only its default is taken, any free one will do."""
    if not address.is_default:
        return _bind_as("--admin", address, 1)
    try:
        return bind(address.host, address.port)
    except ListenError:
        return _bind_as("--admin", Address(address.host, 0), 1)


def _bind_as(option: str, address: Address, shares: int) -> Bound:
    try:
        return bind(address.host, address.port, shares=shares)
    except ListenError as error:
        raise ListenError(f"{option}: {error}") from error


def lead(args: argparse.Namespace) -> int:
    """Be the parent until a signal says stop; give the exit status."""
    count = count_of(args)
    ports = bind_ports(args, shares=count)
    try:
        parent = Parent(
            this_command(),
            ports,
            count=count,
            name=f"calltrack-{secrets.token_hex(4)}",
            settings=fixed(args),
            end_seconds=end_seconds(args),
            when_ready=_print,
        )
        return asyncio.run(parent.run())
    finally:
        ports.close()


def end_seconds(args: argparse.Namespace) -> float:
    """Say how long the end of one who serves may take at most."""
    leaving: float = max(args.drain_seconds, LEAVING_SECONDS)
    return leaving + float(args.grace_seconds) + MARGIN_SECONDS


def fixed(args: argparse.Namespace) -> Mapping[str, str]:
    """Give the settings that a reload does not change, as they are written."""
    found = {name: getattr(args, name) for name in FIXED}
    return {name: str(value or "") for name, value in found.items()} | {
        "workers": str(count_of(args))
    }


def changed(args: argparse.Namespace, settings: Mapping[str, str]) -> Sequence[str]:
    """Tell what a reload found changed, and cannot change."""
    return [
        f"--{name} is «{said}» now; that counts from a restart on, till then it is "
        f"«{settings[name]}»"
        for name, said in fixed(args).items()
        if said != settings[name]
    ]


def _print(lines: Sequence[str]) -> None:
    print("\n".join(lines), flush=True)
