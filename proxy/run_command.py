"""`calltrack-proxy run`: read the settings, open what is needed, serve until told to stop.

Everything that can be wrong is looked at before the port opens, but for a store on another machine:
that may come later. The outbox and the cookie key live in one folder: the store's, where that is a
file.
"""

import argparse
import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

from calltrack import planfile
from calltrack.cookie import SessionCookie
from calltrack.errors import StoreError
from calltrack.plan import Consent, Plan
from calltrack.stores.event_writer import EventWriter
from calltrack.stores.opening import open_store, sqlite_path
from calltrack.stores.redis_urls import is_redis_url
from calltrack.stores.sqlite_outbox import open_outbox
from proxy import log_format
from proxy.admin import EventStatus, Status, make_admin_app
from proxy.app import Signals, make_app
from proxy.calls_start import make_calls, mount, told
from proxy.clients import Clients
from proxy.config import command_line
from proxy.config.made import limits_of, upstream_of
from proxy.config.reading import in_force
from proxy.counters import Counters
from proxy.desk import Desk, PassThrough
from proxy.dry_run import DryRun
from proxy.dry_start import TOLD, apart
from proxy.edge_report import EdgeReport
from proxy.identity import identify
from proxy.keys import are_set, cookie_keys
from proxy.means import Means, utc_now
from proxy.metrics import Metrics
from proxy.mounted import nothing_mounted
from proxy.plan_follow import followed, told_to_all
from proxy.plan_in_force import PlanInForce
from proxy.plan_start import Beginning, begin_with_file, begin_with_url
from proxy.plan_watch import ChangeOver, PlanWatch
from proxy.region import open_regions
from proxy.rewrite import strides
from proxy.run_arguments import Address
from proxy.run_workers import bind_ports, changed, count_of, lead
from proxy.shipping_start import events_place, make_shipper, state_for
from proxy.shipping_state import ShippingState
from proxy.standing import DRY_RUN
from proxy.station import Station
from proxy.stock_sync import StockSync, sync
from proxy.trace import Trace
from proxy.trace_token import admin_token
from proxy.upstreams import make_upstreams, told_of
from proxy.watched_store import WatchedStore
from proxy.workers.peers import Alone, Peers
from proxy.workers.snapshots import COUNTERS, FIGURES
from proxy.workers.sockets import Ports
from proxy.workers.worker import Worker, channel_number
from snippet_server.call_desk import CallDesk

DATA = Path("calltrack-data")
"""Where the cookie key and the outbox live beside a store on another machine."""

_log = logging.getLogger("calltrack.proxy")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe `run`."""
    command_line.add_config(parser)
    command_line.add_arguments(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Serve until a signal says stop."""
    args = in_force(args)
    log_format.set_up(args.log_format, quiet=args.quiet)
    channel = channel_number()
    if channel is None and count_of(args) > 1:
        return lead(args)
    plan = planfile.load(args.plan) if isinstance(args.plan, Path) else None
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        runner.run(_until_told(args, plan, channel))
    return 0


def unheard(plan: Plan | None, region_header: str | None) -> Sequence[str]:
    """Tell what counts only from a trusted peer, and so never while nobody is trusted."""
    found = [
        f"sites «{site.key}»: consent_header counts only from a peer that --trust names, and it "
        "names none: nobody can agree"
        for site in (plan.sites if plan is not None else ())
        if site.consent_header is not None and site.consent is Consent.REQUIRED
    ]
    if region_header is not None:
        found.append(
            "--region-header counts only from a peer that --trust names, and it names none: it "
            "tells nobody's region"
        )
    return found


def loop_factory() -> "type[asyncio.AbstractEventLoop] | None":
    """Use uvloop where it is installed."""
    try:
        import uvloop  # noqa: PLC0415 - not on every platform
    except ModuleNotFoundError:
        return None
    return uvloop.Loop


async def _until_told(
    args: argparse.Namespace, plan: Plan | None, channel: int | None = None
) -> None:
    """Serve; as a worker where there is a channel to a parent."""
    # A signal counts from here on, also while files are being opened.
    with Signals(of_worker=channel is not None) as signals:
        if channel is None:
            await _serve(args, plan, signals, bind_ports(args), Alone())
            return
        worker = await Worker.begin(channel, signals)
        try:
            if worker.task.number == 0:
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
    counters = Counters()
    metrics = Metrics(counters)
    peers.report(COUNTERS, counters.snapshot)
    peers.report(FIGURES, metrics.snapshot)
    with apart(args) as settings:
        await _serve_pages(settings, plan, signals, ports, peers, metrics)


async def _serve_pages(
    args: argparse.Namespace,
    plan: Plan | None,
    signals: Signals,
    ports: Ports,
    peers: Alone | Worker,
    metrics: Metrics,
) -> None:
    counters = metrics.counters
    trace = Trace(admin_token(args.admin_token_file))
    async with (
        _beginning(args, plan, peers) as begun,
        _desk(args, begun, counters, signals, peers) as opened,
    ):
        desk = opened.desk if opened is not None else None
        dry_run = _dry_run(desk, counters, peers) if args.dry_run and desk is not None else None
        calls = opened.calls if opened is not None and dry_run is None else None
        if begun is not None:
            trace.plan = begun.state.serial
        if opened is not None:
            metrics.sources.append(opened.events.figures)
        app = make_app(
            upstream=make_upstreams(args.upstreams, partial(upstream_of, args)),
            limits=limits_of(args),
            cache_bytes=args.cache_mb << 20,
            visitors=dry_run or desk or PassThrough(),
            counters=counters,
            trusted=args.trust,
            name=peers.task.name if isinstance(peers, Worker) else None,
            mounted=mount(calls) if calls is not None else nothing_mounted(args.prefix),
            metrics=metrics,
            trace=trace,
        )
        status = Status(
            begun.state if begun is not None else None,
            told_of(args.upstreams),
            opened.store if opened is not None else None,
            counters,
            opened.events if opened is not None else None,
            calls=calls,
            metrics=metrics,
            snapshots=peers,
            is_draining=signals.stop.is_set,
            dry_run=dry_run.report if dry_run is not None else None,
        )
        station = Station(
            app,
            make_admin_app(status, hosts=frozenset({args.admin.host})),
            ports,
            drain_seconds=args.drain_seconds,
            grace_seconds=args.grace_seconds,
        )
        await station.serve(signals, partial(_begin, station, peers, _ready(args, ports, calls)))


def _dry_run(desk: Desk, counters: Counters, peers: Peers) -> DryRun:
    """Have pages looked at, and nobody shown anything."""
    dry_run = DryRun(
        desk, counters, forwarding=lambda: frozenset(desk.means.force.plan.by_forwarding_number)
    )
    peers.report(DRY_RUN, dry_run.report.facts)
    return dry_run


async def _begin(station: Station, peers: Alone | Worker, lines: Sequence[str]) -> None:
    """Begin to serve, or tell the parent that this worker can."""
    if isinstance(peers, Worker):
        peers.share = station.take
        peers.say_ready(lines)
        return
    await station.take([0], leads=True)
    print("\n".join(lines), flush=True)


@asynccontextmanager
async def _beginning(
    args: argparse.Namespace, plan: Plan | None, peers: Peers
) -> AsyncIterator[Beginning | None]:
    """Have a Plan to start with, and where the next one comes from; or none."""
    begun = None
    if plan is not None:
        begun = begin_with_file(args.plan, plan, now=utc_now())
    elif args.plan is not None:
        folder = _made(data_folder(args.store, args.data), "--data")
        begun = await begin_with_url(
            args.plan, folder, now=utc_now(), token_file=args.plan_token_file
        )
        if isinstance(peers, Worker):
            begun = followed(begun, peers)
    try:
        if not args.trust:
            for warning in unheard(begun.state.plan if begun else None, args.region_header):
                _log.warning(warning)
        yield begun
    finally:
        if begun is not None:
            await begun.source.close()


@dataclass(frozen=True, slots=True)
class _Opened:
    """What visits and calls need, open."""

    desk: Desk
    store: WatchedStore
    events: EventStatus
    calls: CallDesk


@asynccontextmanager
async def _desk(
    args: argparse.Namespace,
    begun: Beginning | None,
    counters: Counters,
    signals: Signals,
    peers: Peers,
) -> AsyncIterator[_Opened | None]:
    """Open what visits and calls need; without a Plan nothing is opened."""
    if begun is None:
        yield None
        return
    plan = begun.state.plan
    async with AsyncExitStack() as opened:
        regions = open_regions(header=args.region_header, geoip=args.geoip)
        opened.callback(regions.close)
        store, syncing = await _store(args, plan, opened)
        folder = _made(data_folder(args.store, args.data), "--data")
        keys = _keys(folder, args.cookie_key_file, is_shared=is_redis_url(args.store))
        outbox = open_outbox(folder / "outbox.sqlite3")
        writer = EventWriter(outbox)
        opened.push_async_callback(writer.close)
        report = EdgeReport(
            identify(folder, args.name), begun.state, store, outbox, counters, utc_now()
        )
        shipping = await _shipping(args, folder, report, writer, opened)
        means = Means(
            force=PlanInForce(plan, client_cap=args.client_cap),
            store=store,
            outbox=writer,
            cookie=SessionCookie(keys, plan.organisation),
            counters=counters,
            clients=Clients(keys[0]),
            region=regions.region_of,
            store_budget=timedelta(milliseconds=args.store_wait_ms),
        )
        desk = Desk(means)
        opened.push_async_callback(desk.close)
        calls = make_calls(means, writer, peers, origin=args.public_url or "", prefix=args.prefix)
        opened.push_async_callback(calls.close)
        await calls.look(plan)
        report.calls = calls
        report.snapshots = peers
        change_over = ChangeOver(desk, syncing, kept=begun.kept, client_cap=args.client_cap)
        watch = PlanWatch(begun.source, change_over, begun.state, desk=desk, look=signals.look)
        watch.heed = told_to_all(calls.look, peers, signals.look)
        watch.start()
        opened.push_async_callback(watch.close)
        yield _Opened(desk, store, EventStatus(writer, outbox, shipping), calls)


async def _shipping(
    args: argparse.Namespace,
    folder: Path,
    report: EdgeReport,
    writer: EventWriter,
    opened: AsyncExitStack,
) -> ShippingState:
    """Have events shipped, if there is a place where they go."""
    url = events_place(args.plan, args.events)
    state = state_for(url)
    if url is not None:
        shipper = make_shipper(url, folder, report, state, token_file=args.plan_token_file)
        shipper.flush = writer.flush
        opened.push_async_callback(shipper.close)
        shipper.start()
    return state


async def _store(
    args: argparse.Namespace, plan: Plan, opened: AsyncExitStack
) -> tuple[WatchedStore, StockSync]:
    """Open the store, and see to it that its pools are those of the Plan.

    A file that cannot be used is an error; a server that cannot be reached is waited for.
    """
    is_server = is_redis_url(args.store)
    if not is_server:
        _made(sqlite_path(args.store).parent, "--store")
    wait = timedelta(milliseconds=args.store_wait_ms)
    store = WatchedStore(open_store(args.store, organisation=plan.organisation.kvk, wait=wait))
    opened.push_async_callback(store.close)
    if not is_server:
        await sync(store, plan)
    syncing = StockSync(store, plan, is_failing=store.is_failing)
    opened.push_async_callback(syncing.close)
    await syncing.start()
    return store, syncing


def _keys(folder: Path, file: Path | None, *, is_shared: bool) -> list[bytes]:
    """Give the keys of the cookie; warn where other machines would not believe it."""
    if is_shared and file is None and not are_set():
        _log.warning(
            "the key in %s signs the cookies of this machine alone: where several share the "
            "store, set CALLTRACK_COOKIE_KEY on each",
            folder,
        )
    return cookie_keys(folder, file)


def data_folder(store: str, data: Path | None) -> Path:
    """Say where the cookie key and the outbox live."""
    if data is not None:
        return data
    return DATA if is_redis_url(store) else sqlite_path(store).parent


def _made(folder: Path, option: str) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{option}: {folder} cannot be made: {error.strerror}") from error
    return folder


def _ready(args: argparse.Namespace, ports: Ports, calls: CallDesk | None) -> Sequence[str]:
    """Say what is to be told once it serves."""
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
    return [*lines, f"ready: http://{here}/ in front of {told_of(args.upstreams)}"]
