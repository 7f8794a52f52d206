"""The Plan to start with: what its address gives; else the last good one, from the disk.

Errors: LinkError with neither; PlanError where a bad Plan comes and none is kept.
"""

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from calltrack import planfile
from calltrack.errors import LinkError, PlanError
from calltrack.link.kept_plan import KeptPlan
from calltrack.link.outcomes import Failed, Found, Outcome, Refused
from calltrack.link.plan_urls import is_open_to_readers
from calltrack.plan import Plan
from proxy.plan_sources import PlanFile, PlanSource, PlanUrl
from proxy.plan_state import PlanState
from proxy.plan_watch import keep
from proxy.wagtail_line import plan_token

_log = logging.getLogger("calltrack.proxy")


@dataclass(frozen=True, slots=True)
class Beginning:
    """What the proxy starts with. `kept`: where a Plan from an address is kept."""

    source: PlanSource
    state: PlanState
    kept: KeptPlan | None = None


def begin_with_file(path: Path, plan: Plan, *, now: datetime) -> Beginning:
    """Start with a Plan that was read from a file."""
    source = PlanFile(path)
    return Beginning(source, PlanState(plan, source.name, now))


async def begin_with_url(
    url: str, folder: Path, *, now: datetime, token_file: Path | None = None
) -> Beginning:
    """Start with what an address gives, or with what is kept in a folder."""
    token = plan_token(token_file)
    if token and is_open_to_readers(url):
        _log.warning("the token travels in the clear: let the address of --plan begin with https")
    source, kept = PlanUrl(url, token=token), KeptPlan(folder)
    try:
        plan, said = await first_plan(source, kept, now=now)
    except BaseException:
        await source.close()
        raise
    state = PlanState(plan, source.name, now)
    state.note(said, now=now)
    return Beginning(source, state, kept)


async def first_plan(source: PlanSource, kept: KeptPlan, *, now: datetime) -> tuple[Plan, Outcome]:
    """Give the Plan to start with, and what the source said."""
    said = await source.look()
    last = await asyncio.to_thread(_load, kept)
    if isinstance(said, Found):
        said = _judge(said, last[0] if last else None)
    if isinstance(said, Found):
        await asyncio.to_thread(keep, kept, said)
        return said.plan, said
    if last is None:
        raise _neither(said, source, kept)
    plan, written_at = last
    age = _in_words(now - written_at)
    _log.warning("starting with the Plan kept in %s, which was written %s ago", kept.path, age)
    return plan, said


def _load(kept: KeptPlan) -> tuple[Plan, datetime] | None:
    try:
        return kept.load()
    except PlanError as error:
        _log.warning("the Plan kept on the disk cannot be used: %s", error)
        return None


def _judge(found: Found, last: Plan | None) -> Outcome:
    """Refuse a Plan that is older than the one kept, if that is the same firm's."""
    if last is None or last.organisation.kvk != found.plan.organisation.kvk:
        return found
    try:
        planfile.supersedes(found.plan, last)
    except PlanError as error:
        return Refused(error.problems, found.etag)
    return found


def _neither(said: Outcome, source: PlanSource, kept: KeptPlan) -> Exception:
    if isinstance(said, Refused):
        return PlanError([f"{source.name}: {problem}" for problem in said.problems])
    reason = said.reason if isinstance(said, Failed) else "it gives nothing"
    return LinkError(f"--plan: {source.name}: {reason}; and no Plan is kept in {kept.path}")


def _in_words(age: timedelta) -> str:
    minutes = max(int(age.total_seconds()) // 60, 0)
    if minutes < 120:
        return f"{minutes} min"
    hours = minutes // 60
    return f"{hours} h" if hours < 48 else f"{hours // 24} days"
