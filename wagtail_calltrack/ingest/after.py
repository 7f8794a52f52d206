"""What is done once a batch is stored: calls are settled, and what waits for its turn gets one.

No process of its own is needed for it: edges tell something every few seconds, day and night. The
calls that the batch is about come first, so that they stand in the lists a moment later; then, once
in TURN whatever the number of edges, the calls that others have left, events that could not be read
before, and long work.

Nothing here fails the edge's request: its events are stored. What goes wrong is logged by its kind
and place alone (a database's own words may show what was to be written), and done at a later turn.
"""

import logging
import traceback
from collections.abc import Callable, Sequence
from datetime import timedelta
from uuid import UUID

from django.core.cache import cache
from django.utils import timezone

from wagtail_calltrack import jobs
from wagtail_calltrack.ingest.unknown import read_unknown
from wagtail_calltrack.settling import gather_left, gather_sent, settle, settle_marked

CALLS_SECONDS = 0.5
"""For the calls of a batch."""
WORK_SECONDS = 0.2
"""For each kind of what waits."""
TURN = timedelta(seconds=10)

_KEY = "calltrack-turn"

_log = logging.getLogger(__name__)


def after_batch(call_ids: Sequence[int], form_ids: Sequence[UUID] = ()) -> None:
    """Settle these calls, bring these forms into their leads, and take a turn where it is due."""
    if call_ids:
        _try("settling calls", lambda: settle_marked(call_ids, CALLS_SECONDS))
    if form_ids:
        _try("gathering forms", lambda: gather_sent(form_ids))
    _try("taking a turn", _turn)


def _turn() -> None:
    if not cache.add(_KEY, 1, TURN.total_seconds()):
        return
    _try("settling calls", lambda: settle(seconds=WORK_SECONDS))
    _try("gathering forms", lambda: gather_left(timezone.now()))
    _try("reading unknown events", lambda: read_unknown(seconds=WORK_SECONDS))
    _try("long work", lambda: jobs.work(WORK_SECONDS))


def _try(what: str, act: Callable[[], object]) -> None:
    try:
        act()
    except Exception as error:  # noqa: BLE001 (the events are stored; an edge need not know)
        _log.error("%s failed: %s", what, place_of(error))


def place_of(error: Exception) -> str:
    """Say what went wrong and where, without the values it was about."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {last.name}, line {last.lineno} of {last.filename}"
