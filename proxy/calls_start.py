"""What stands under our own prefix, put together for `run`: carriers' webhooks, the snippet."""

from collections.abc import Iterator
from functools import partial

from calltrack.stores.event_writer import EventWriter
from calltrack.telephony.carriers import CARRIERS
from proxy.border import Border
from proxy.means import Means
from proxy.mounted import Mounted
from proxy.workers.peers import Peers
from proxy.workers.snapshots import CALLS
from snippet_server.account_secrets import AccountSecrets
from snippet_server.app import make_app
from snippet_server.call_desk import CallDesk, CallMeans
from snippet_server.pages import Pages
from snippet_server.pins import Pins

NEWS = "call"


def make_calls(
    means: Means, writer: EventWriter, peers: Peers, *, origin: str, prefix: str
) -> CallDesk:
    """Make the desk for calls, by the Plan in force. Its secrets are not read yet (`look`)."""
    border = Border(means.counters)
    desk = CallDesk(
        CallMeans(
            plan=lambda: means.force.plan,
            pins=Pins(means.store, means.record, means.counters, border, clock=means.clock),
            outbox=writer,
            counters=means.counters,
            border=border,
            carriers=CARRIERS,
            secrets=AccountSecrets(),
            clock=means.now,
            origin=origin,
            prefix=prefix,
            tell=partial(peers.tell, NEWS),
        )
    )
    peers.heed(NEWS, desk.hear)
    peers.report(CALLS, desk.facts)
    return desk


def mount(calls: CallDesk, pages: Pages) -> Mounted:
    """Make what the proxy puts under its prefix."""
    prefix = calls.means.prefix
    keys = partial(_keys, calls)
    return Mounted(make_app(calls, pages, prefix=prefix), prefix=prefix, accounts=keys)


def told(calls: CallDesk) -> Iterator[str]:
    """Say where each account's calls come in, and what keeps them from it."""
    for account in calls.plan.telephony.values():
        problem = calls.problem(account)
        told = f": refused: {problem}" if problem else ""
        yield f"calls of «{account.key}» ({account.provider}) at {calls.address_of(account)}{told}"


def _keys(calls: CallDesk) -> frozenset[str]:
    return frozenset(calls.plan.telephony)
