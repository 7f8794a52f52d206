"""The status page as HTML: what the store, the outbox and the counters say, for people.

Pure: it takes what was looked up, but for the release. Everything that is not ours is escaped;
there is no script in it.
"""

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from calltrack.leases import Lease, PoolFill
from calltrack.numbers import Spelling, usual
from proxy.plan_state import PlanState
from proxy.release import told
from proxy.shipping_state import ShippingState

STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 62rem; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; color: GrayText; padding-bottom: .4rem; }
th, td { text-align: left; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid #8884; }
td.number { font-variant-numeric: tabular-nums; white-space: nowrap; }
.alarm { border-left: .3rem solid #c33; padding-left: .8rem; }
.scroll { overflow-x: auto; }
"""

NO_PLAN = "No Plan: every page passes through. "


@dataclass(frozen=True, slots=True)
class Now:
    """What the store says at one moment."""

    at: datetime
    leases: Sequence[Lease]
    fills: Sequence[PoolFill]
    store_error: str | None
    dry_run: Sequence[Mapping[str, Any]] | None = None  # the pages that it has seen


@dataclass(frozen=True, slots=True)
class Events:
    """Where events are; `error`: why that is not known whole."""

    counts: Mapping[str, int]
    error: str | None = None
    shipping: ShippingState | None = None


def render(
    state: PlanState | None,
    upstream: str,
    now: Now,
    events: Events,
    counters: Mapping[str, int],
    calls: Mapping[str, Any] | None = None,
) -> str:
    """Write the page; in a dry run what it has seen comes first."""
    title = html.escape(state.plan.organisation.name) if state is not None else "no Plan"
    parts = [
        "<!doctype html><html lang=en><meta charset=utf-8><title>Call tracking: status</title>",
        "<meta name=viewport content='width=device-width, initial-scale=1'>",
        "<link rel=stylesheet href=/style.css>",
        f"<h1>Call tracking: {title}</h1>",
        f"<p>In front of {html.escape(upstream)}. " if upstream else "<p>For the snippet alone. ",
        f"{html.escape(state.told())}. " if state is not None else NO_PLAN,
        f"{now.at:%Y-%m-%d %H:%M:%S} UTC; reload to see it change.",
    ]
    if state is not None and state.problem is not None:
        parts.append("<p class=alarm role=alert>The last good Plan stays in force, see above.")
    if now.store_error:
        parts.append(
            "<p class=alarm role=alert>The store does not answer: "
            f"{html.escape(now.store_error)}. "
            "Pages show the numbers that are promised, else originals."
        )
    if events.error:
        parts.append(
            "<p class=alarm role=alert>The outbox does not answer: "
            f"{html.escape(events.error)}. Pages go on; events wait in memory."
        )
    if events.shipping is not None and events.shipping.failure is not None:
        parts.append(
            "<p class=alarm role=alert>Events are not shipped: "
            f"{html.escape(events.shipping.failure)}. They wait on disk."
        )
    if now.dry_run is not None:
        parts.append(_dry_run(now.dry_run))
    if not now.store_error:  # what is not known is not said to be nothing
        parts += [_leases(now), _pools(now.fills)]
    if calls is not None:
        parts.append(_calls(calls))
    parts += [_events(events), _counters(counters), f"<p>{html.escape(told())}."]
    return "\n".join(parts)


def _dry_run(pages: Sequence[Mapping[str, Any]]) -> str:
    rows = [
        [
            page["path"],
            str(page["times"]),
            page["outcome"].replace(":", ": "),
            str(page["replaced"]),
            _left(page["left"]),
        ]
        for page in pages
    ]
    return _table(
        "Dry run",
        "The last pages, the latest first. Nobody is shown a number: this is what would have "
        "become of those that stand on the page.",
        ["Path", "Seen", "Outcome", "Would be replaced", "Would be left alone, and why"],
        rows,
        empty="This is a dry run; no page was seen yet.",
    )


def _left(left: Sequence[Mapping[str, Any]] | None) -> str:
    if left is None:
        return "not looked at yet"
    told = (
        f"{one['count']} {one['rule']} (line {', '.join(map(str, one['lines']))})" for one in left
    )
    return "; ".join(told) or "none"


def _leases(now: Now) -> str:
    rows = [
        [
            usual(lease.number, Spelling.INTERNATIONAL),
            lease.vestiging,
            lease.pool,
            f"{lease.session[:8]}…",
            _clock(lease.given_at),
            _until(lease, now.at),
        ]
        for lease in now.leases
    ]
    return _table(
        "Who holds what",
        "Numbers that are promised, or kept for a browser that has not come back yet. "
        "A session is named by the first letters of its id. Static numbers are held by nobody.",
        ["Number", "Vestiging", "Pool", "Session", "Since", "Promised until"],
        rows,
        empty="Nobody holds a number now.",
    )


def _pools(fills: Sequence[PoolFill]) -> str:
    return _table(
        "Pools",
        "Kept: given to a browser that has not come back within the minute; "
        "taken back when nothing is free. "
        "A resting number waits before it goes out again.",
        ["Pool", "Numbers", "Promised", "Kept", "Resting", "Free"],
        [[f.pool, *map(str, (f.numbers, f.promised, f.kept, f.resting, f.free))] for f in fills],
        empty="The Plan has no pools.",
    )


def _calls(calls: Mapping[str, Any]) -> str:
    rows = [
        [
            one["account"],
            one["provider"],
            str(one["seen"]),
            _moment(one["last_at"]),
            ", ".join(f"{count} {why}" for why, count in one["refused"].items()) or "none",
            one["problem"] or "none",
        ]
        for one in calls["accounts"]
    ]
    owed = calls["pins_owed"]
    owed = f" Numbers that the store has yet to hear of: {owed}." if owed else ""
    return _table(
        "Calls",
        f"In progress, as far as is known here: {calls['under_way']}.{owed} "
        "Below, the webhooks of each account since the start of the workers that are there now.",
        ["Account", "Provider", "Webhooks", "Last", "Refused", "Problem"],
        rows,
        empty="The Plan has no telephony account.",
    )


def _events(events: Events) -> str:
    counts = events.counts
    told = f"{html.escape(events.shipping.told())}. " if events.shipping is not None else ""
    words = {
        "in_memory": "In this process's memory, until the disk takes them",
        "on_disk": "On disk, until they are shipped",
        "lost_in_memory": "Lost since the start of this process: no room in memory",
        "lost_on_disk": "Lost since the file was made: no room on disk",
        "refused": "Refused by Wagtail since the file was made; the last are kept in it",
    }
    return _table(
        "Events",
        f"What happened. {told}Where there is no room, page views go first.",
        ["Where", "Events"],
        [[words[name], str(counts[name])] for name in words if name in counts],
        empty="Nothing is recorded without a Plan.",
    )


def _counters(counters: Mapping[str, int]) -> str:
    return _table(
        "Counted since the start",
        "Of all workers together; docs/proxy-operations.md says what the words mean.",
        ["What", "Times"],
        [[name, str(count)] for name, count in sorted(counters.items())],
        empty="Nothing yet.",
    )


def _until(lease: Lease, now: datetime) -> str:
    """Say until when a number is promised, and what else keeps it from others."""
    is_pinned = lease.pinned_until is not None and now < lease.pinned_until
    told = [
        _clock(lease.promised_until),
        *([] if lease.is_confirmed else [f"kept until {_clock(lease.kept_until)}"]),
        *(["in a call"] if is_pinned else []),
        *(["shared"] if lease.is_shared else []),
    ]
    return ", ".join(told)


def _moment(written: str | None) -> str:
    if written is None:
        return "never"
    return f"{datetime.fromisoformat(written):%Y-%m-%d %H:%M:%S} UTC"


def _clock(moment: datetime) -> str:
    return f"{moment:%H:%M:%S} UTC"


def _table(
    title: str, caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]], *, empty: str
) -> str:
    if not rows:
        return f"<h2>{title}</h2><p>{empty}"
    head = "".join(f"<th scope=col>{name}" for name in heads)
    body = "".join(
        "<tr>" + "".join(f"<td class=number>{html.escape(cell)}" for cell in row) for row in rows
    )
    return (
        f"<h2>{title}</h2><div class=scroll><table><caption>{caption}</caption>"
        f"<thead><tr>{head}<tbody>{body}</table></div>"
    )
