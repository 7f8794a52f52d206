"""One process that serves, as `run` has it: alone, or as a worker that a parent started."""

import argparse
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from aiohttp import web

from calltrack.plan import Plan
from proxy import collecting, log_format
from proxy.admin import Status, make_admin_app
from proxy.app import App, Signals, make_app
from proxy.calls_start import mount
from proxy.config.made import limits_of, upstream_of
from proxy.counters import Counters
from proxy.desk import Desk, PassThrough
from proxy.dry_run import DryRun
from proxy.dry_start import apart
from proxy.metrics import Metrics
from proxy.mounted import Mounted, nothing_mounted
from proxy.plan_start import Beginning
from proxy.run_desk import OpenDesk, open_desk
from proxy.run_plan import beginning
from proxy.run_told import lines_when_ready
from proxy.run_workers import bind_ports, changed, end_seconds
from proxy.snippet_pages import SnippetPages
from proxy.standing import DRY_RUN
from proxy.station import Station
from proxy.trace import Trace
from proxy.trace_token import admin_token
from proxy.upstreams import Upstreams, make_upstreams, told_of
from proxy.workers.peers import Alone, Peers
from proxy.workers.snapshots import COUNTERS, FIGURES
from proxy.workers.sockets import Ports
from proxy.workers.worker import Worker
from snippet_server.call_desk import CallDesk

_log = logging.getLogger("calltrack.proxy")


async def serve_until_told(
    args: argparse.Namespace, plan: Plan | None, channel: int | None = None
) -> None:
    """Serve; as a worker where there is a channel to a parent."""
    # A signal counts from here on, also while files are being opened.
    with Signals(of_worker=channel is not None) as signals:
        if channel is None:
            await _serve(args, plan, signals, bind_ports(args), Alone())
            return
        worker = await Worker.begin(channel, signals)
        log_format.hand_over(worker.log)
        if not worker.task.speaks:
            log_format.hush()
        try:
            for line in changed(args, worker.task.settings):
                _log.warning(line)
            await _serve(args, plan, signals, worker.task.ports, worker)
        finally:
            await worker.close()


async def _serve(
    args: argparse.Namespace,
    plan: Plan | None,
    signals: Signals,
    ports: Ports,
    peers: Alone | Worker,
) -> None:
    """Open what is needed, serve, and close it."""
    counters = Counters()
    metrics = Metrics(counters)
    peers.report(COUNTERS, counters.snapshot)
    peers.report(FIGURES, metrics.snapshot)
    with apart(args) as settings:
        trace = Trace(admin_token(settings.admin_token_file))
        async with (
            beginning(settings, plan, peers) as begun,
            open_desk(settings, begun, counters, signals, peers) as opened,
        ):
            served = _served(settings, begun, opened, metrics, trace, peers)
            station = Station(
                served.app(peers),
                served.admin(peers, signals),
                ports,
                drain_seconds=settings.drain_seconds,
                grace_seconds=settings.grace_seconds,
            )
            lines = lines_when_ready(settings, ports, served.calls)
            with collecting.seldom():
                await station.serve(
                    signals, partial(_begin, station, peers, lines, end_seconds(settings))
                )


@dataclass(frozen=True, slots=True)
class _Served:
    """What is served. Without a Plan there is no desk; in a dry run nobody calls."""

    args: argparse.Namespace
    begun: Beginning | None
    opened: OpenDesk | None
    metrics: Metrics
    trace: Trace
    dry_run: DryRun | None
    calls: CallDesk | None

    def app(self, peers: Alone | Worker) -> App:
        """Give what visitors and carriers see."""
        args, desk = self.args, self.opened.desk if self.opened is not None else None
        sites = make_upstreams(args.upstreams, partial(upstream_of, args))
        return make_app(
            upstream=sites,
            limits=limits_of(args),
            cache_bytes=args.cache_mb << 20,
            visitors=self.dry_run or desk or PassThrough(),
            counters=self.metrics.counters,
            trusted=args.trust,
            name=peers.task.name if isinstance(peers, Worker) else None,
            mounted=self._mounted(sites),
            metrics=self.metrics,
            trace=self.trace,
        )

    def _mounted(self, sites: Upstreams) -> Mounted:
        if self.opened is None or self.calls is None:
            return nothing_mounted(self.args.prefix)
        return mount(self.calls, SnippetPages(self.opened.desk, fronts=sites.serves))

    def admin(self, peers: Peers, signals: Signals) -> web.Application:
        """Give what ops see."""
        opened = self.opened
        status = Status(
            self.begun.state if self.begun is not None else None,
            told_of(self.args.upstreams),
            opened.store if opened is not None else None,
            self.metrics.counters,
            opened.events if opened is not None else None,
            calls=self.calls,
            metrics=self.metrics,
            snapshots=peers,
            is_draining=signals.stop.is_set,
            dry_run=self.dry_run.report if self.dry_run is not None else None,
        )
        return make_admin_app(status, hosts=frozenset({self.args.admin.host}))


def _served(
    args: argparse.Namespace,
    begun: Beginning | None,
    opened: OpenDesk | None,
    metrics: Metrics,
    trace: Trace,
    peers: Peers,
) -> _Served:
    """Have what is open tell how it stands, and say what of it is served."""
    if begun is not None:
        trace.plan = begun.state.serial
    if opened is None:
        return _Served(args, begun, opened, metrics, trace, None, None)
    metrics.sources.append(opened.events.figures)
    dry_run = _dry_run(opened.desk, metrics.counters, peers) if args.dry_run else None
    calls = opened.calls if dry_run is None else None
    return _Served(args, begun, opened, metrics, trace, dry_run, calls)


def _dry_run(desk: Desk, counters: Counters, peers: Peers) -> DryRun:
    """Have pages looked at, and nobody shown anything."""
    dry_run = DryRun(
        desk, counters, forwarding=lambda: frozenset(desk.means.force.plan.by_forwarding_number)
    )
    peers.report(DRY_RUN, dry_run.report.facts)
    return dry_run


async def _begin(
    station: Station, peers: Alone | Worker, lines: Sequence[str], end_within: float
) -> None:
    """Begin to serve, or tell the parent that this worker can."""
    if isinstance(peers, Worker):
        peers.share = station.take
        log_format.speak()
        peers.say_ready(lines, end_seconds=end_within)
        return
    await station.take([0], leads=True)
    print("\n".join(lines), flush=True)
