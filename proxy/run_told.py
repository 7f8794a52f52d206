"""The lines that `run` prints once it serves; the last says that it is ready, and where."""

import argparse
import logging
from collections.abc import Sequence

from proxy.calls_start import told
from proxy.dry_start import TOLD
from proxy.rewrite import strides
from proxy.run_arguments import Address
from proxy.upstreams import told_of
from proxy.workers.sockets import Ports
from snippet_server.call_desk import CallDesk

_log = logging.getLogger("calltrack.proxy")


def lines_when_ready(
    args: argparse.Namespace, ports: Ports, calls: CallDesk | None
) -> Sequence[str]:
    """Say what is to be told once it serves. `calls`: who takes carriers' webhooks."""
    if strides.why_pure is not None:
        _log.info("the rewriter runs in pure Python, and is slower: %s", strides.why_pure)
    lines = list(told(calls)) if calls is not None else []
    if args.dry_run:
        lines.append(TOLD)
    if args.plan is None:
        lines.append(
            "no Plan: every page passes through as it is; to get one: "
            f"calltrack-proxy plan init {args.upstreams[0].url} > plan.toml"
        )
    if ports.calls is not None:
        lines.append(f"port for carriers at http://{Address(*ports.calls.address)}/")
    lines.append(f"status page at http://{Address(*ports.admin.address)}/")
    here = Address(*ports.public.address)
    behind = told_of(args.upstreams)
    where = f"in front of {behind}" if behind else f"for the snippet, under {args.prefix} alone"
    return [*lines, f"ready: http://{here}/ {where}"]
