"""Where events go, and the task that ships them there.

Beside the Plan's address stands that of events, so Wagtail needs no second setting. With a Plan
file nothing is shipped unless ops name an address.

Errors: ConfigError and StoreError, for a token or a folder that cannot be used.
"""

import logging
from pathlib import Path

from calltrack.link.plan_urls import events_url, is_open_to_readers, without_query
from proxy.border import Border
from proxy.edge_report import EdgeReport
from proxy.event_line import EventLine
from proxy.run_arguments import NOWHERE
from proxy.shipper import Shipper
from proxy.shipping_lock import ShippingLock
from proxy.shipping_state import ShippingState
from proxy.wagtail_line import plan_token

_log = logging.getLogger("calltrack.proxy")


def events_place(plan: Path | str | None, events: str | None) -> str | None:
    """Say where events go; None: nowhere. `events`: what ops said of it."""
    if events is not None:
        return None if events == NOWHERE else events
    return events_url(plan) if isinstance(plan, str) else None


def state_for(url: str | None) -> ShippingState:
    """Begin to take note of how it goes."""
    return ShippingState(without_query(url) if url is not None else None)


def make_shipper(
    url: str,
    folder: Path,
    report: EdgeReport,
    state: ShippingState,
    *,
    token_file: Path | None = None,
) -> Shipper:
    """Make the task, ready to be started. To be called while a loop runs."""
    token = plan_token(token_file)
    if token and is_open_to_readers(url):
        _log.warning("the token travels in the clear to %s: take an https address", state.to)
    return Shipper(
        EventLine(url, token=token),
        report.outbox,
        report.tell,
        state,
        ShippingLock(folder),
        Border(report.counters),
    )
