"""What visits and calls need, opened one after the other for `run`, and closed the other way round.

Everything that can be wrong is looked at here, before anybody is served, but for a store on another
machine: that may come later.

Errors: ConfigError, StoreError and OutboxError, for what cannot be used.
"""

import argparse
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from calltrack.cookie import SessionCookie
from calltrack.plan import Plan
from calltrack.stores.event_writer import EventWriter
from calltrack.stores.opening import open_store, sqlite_path
from calltrack.stores.redis_urls import is_redis_url
from calltrack.stores.sqlite_outbox import open_outbox
from proxy.app import Signals
from proxy.calls_start import make_calls
from proxy.clients import Clients
from proxy.counters import Counters
from proxy.data_folder import made, made_data_folder
from proxy.desk import Desk
from proxy.edge_report import EdgeReport
from proxy.identity import identify
from proxy.keys import are_set, cookie_keys
from proxy.means import Means, utc_now
from proxy.plan_follow import told_to_all
from proxy.plan_in_force import PlanInForce
from proxy.plan_start import Beginning
from proxy.plan_watch import ChangeOver, PlanWatch
from proxy.region import open_regions
from proxy.shipping_start import events_place, make_shipper, state_for
from proxy.shipping_state import ShippingState
from proxy.standing import EventStatus
from proxy.stock_sync import StockSync, sync
from proxy.watched_store import WatchedStore
from proxy.workers.peers import Peers
from snippet_server.call_desk import CallDesk

_log = logging.getLogger("calltrack.proxy")


@dataclass(frozen=True, slots=True)
class OpenDesk:
    """What visits and calls need, open."""

    desk: Desk
    store: WatchedStore
    events: EventStatus
    calls: CallDesk


@asynccontextmanager
async def open_desk(
    args: argparse.Namespace,
    begun: Beginning | None,
    counters: Counters,
    signals: Signals,
    peers: Peers,
) -> AsyncIterator[OpenDesk | None]:
    """Open what visits and calls need; without a Plan nothing is opened."""
    if begun is None:
        yield None
        return
    async with AsyncExitStack() as opened:
        yield await _Opening(args, begun, counters, peers, opened).open(signals)


@dataclass(frozen=True, slots=True)
class _Opening:
    """Opens one thing after the other; `opened` closes them."""

    args: argparse.Namespace
    begun: Beginning
    counters: Counters
    peers: Peers
    opened: AsyncExitStack

    @property
    def _plan(self) -> Plan:
        return self.begun.state.plan

    async def open(self, signals: Signals) -> OpenDesk:
        """Open all."""
        args = self.args
        regions = open_regions(header=args.region_header, geoip=args.geoip)
        self.opened.callback(regions.close)
        store, syncing = await self._store()
        folder = made_data_folder(args.store, args.data)
        keys = _keys(folder, args.cookie_key_file, is_shared=is_redis_url(args.store))
        events, report = await self._events(folder, store)
        means = Means(
            force=PlanInForce(self._plan, client_cap=args.client_cap),
            store=store,
            outbox=events.writer,
            cookie=SessionCookie(keys, self._plan.organisation),
            counters=self.counters,
            clients=Clients(keys[0]),
            region=regions.region_of,
            store_budget=timedelta(milliseconds=args.store_wait_ms),
        )
        desk = Desk(means)
        self.opened.push_async_callback(desk.close)
        calls = await self._calls(means, events.writer, report)
        self._watch(desk, syncing, calls, signals)
        return OpenDesk(desk, store, events, calls)

    async def _store(self) -> tuple[WatchedStore, StockSync]:
        """Open the store, and see to it that its pools are those of the Plan.

        A file that cannot be used is an error; a server that cannot be reached is waited for.
        """
        url, plan = self.args.store, self._plan
        is_server = is_redis_url(url)
        if not is_server:
            made(sqlite_path(url).parent, "--store")
        wait = timedelta(milliseconds=self.args.store_wait_ms)
        store = WatchedStore(open_store(url, organisation=plan.organisation.kvk, wait=wait))
        self.opened.push_async_callback(store.close)
        if not is_server:
            await sync(store, plan)
        syncing = StockSync(store, plan, is_failing=store.is_failing)
        self.opened.push_async_callback(syncing.close)
        await syncing.start()
        return store, syncing

    async def _events(self, folder: Path, store: WatchedStore) -> tuple[EventStatus, EdgeReport]:
        """Open the outbox, and have what is in it shipped."""
        outbox = open_outbox(folder / "outbox.sqlite3")
        writer = EventWriter(outbox)
        self.opened.push_async_callback(writer.close)
        who = identify(folder, self.args.name)
        report = EdgeReport(who, self.begun.state, store, outbox, self.counters, utc_now())
        shipping = await self._shipping(folder, report, writer)
        return EventStatus(writer, outbox, shipping), report

    async def _shipping(
        self, folder: Path, report: EdgeReport, writer: EventWriter
    ) -> ShippingState:
        """Have events shipped, if there is a place where they go."""
        args = self.args
        url = events_place(args.plan, args.events)
        state = state_for(url)
        if url is not None:
            shipper = make_shipper(url, folder, report, state, token_file=args.plan_token_file)
            shipper.flush = writer.flush
            self.opened.push_async_callback(shipper.close)
            shipper.start()
        return state

    async def _calls(self, means: Means, writer: EventWriter, report: EdgeReport) -> CallDesk:
        """Make what takes carriers' webhooks, with its secrets read."""
        args = self.args
        calls = make_calls(
            means, writer, self.peers, origin=args.public_url or "", prefix=args.prefix
        )
        self.opened.push_async_callback(calls.close)
        await calls.look(self._plan)
        report.calls = calls
        report.snapshots = self.peers
        return calls

    def _watch(self, desk: Desk, syncing: StockSync, calls: CallDesk, signals: Signals) -> None:
        """Have the next Plan looked for, and put in force."""
        begun, cap = self.begun, self.args.client_cap
        change_over = ChangeOver(desk, syncing, kept=begun.kept, client_cap=cap)
        watch = PlanWatch(begun.source, change_over, begun.state, desk=desk, look=signals.look)
        watch.heed = told_to_all(calls.look, self.peers, signals.look)
        watch.start()
        self.opened.push_async_callback(watch.close)


def _keys(folder: Path, file: Path | None, *, is_shared: bool) -> list[bytes]:
    """Give the keys of the cookie; warn where other machines would not believe it."""
    if is_shared and file is None and not are_set():
        _log.warning(
            "the key in %s signs the cookies of this machine alone: where several share the "
            "store, set CALLTRACK_COOKIE_KEY on each",
            folder,
        )
    return cookie_keys(folder, file)
