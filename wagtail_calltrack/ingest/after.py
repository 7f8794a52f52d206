"""What is done once a batch is stored: calls are settled, and what waits for its turn gets one.

No process of its own is needed for it: edges tell something every few seconds, day and night. The
calls that the batch is about come first, so that they stand in the lists a moment later. Then, when
the edge has its answer and waits no more, a turn is taken: forms that were left over and events
that could not be read before, once in TURN whatever the number of edges; and calls that others have
left (an import leaves thousands) and long work, for longer and more often, as long as there is any.

Nothing here fails the edge's request: its events are stored. What goes wrong is logged by its kind
and place alone (a database's own words may show what was to be written), and done at a later turn.
"""

import logging
import traceback
from collections.abc import Callable, Sequence
from datetime import timedelta
from uuid import UUID

from django.core.cache import cache
from django.http import JsonResponse
from django.utils import timezone

from wagtail_calltrack import jobs
from wagtail_calltrack.ingest.unknown import read_unknown
from wagtail_calltrack.settling import gather_left, gather_sent, settle, settle_marked

CALLS_SECONDS = 0.5
"""For the calls of a batch."""
WORK_SECONDS = 0.2
"""For each kind of what waits."""
TURN = timedelta(seconds=10)
LONG_SECONDS = 1.0
"""For calls that were left and for long work, in slices: a call that comes in meanwhile waits for
one of them at most."""
LONG_TURN = timedelta(seconds=3)

_KEY, _LONG_KEY = "calltrack-turn", "calltrack-long-turn"

_log = logging.getLogger(__name__)


class ThenTurn(JsonResponse):
    """An answer behind which a turn is taken: servers close it when all of it is sent."""

    def close(self) -> None:
        """Take it, while the database's connection is still open."""
        take_turn()
        super().close()


def after_batch(call_ids: Sequence[int], form_ids: Sequence[UUID] = ()) -> None:
    """Settle these calls, and bring these forms into their leads."""
    if call_ids:
        _try("settling calls", lambda: settle_marked(call_ids, CALLS_SECONDS))
    if form_ids:
        _try("gathering forms", lambda: gather_sent(form_ids))


def take_turn() -> None:
    """Do what waits, where it is due."""
    _try("taking a turn", _turn)


def _turn() -> None:
    if cache.add(_KEY, 1, TURN.total_seconds()):
        _try("gathering forms", lambda: gather_left(timezone.now()))
        _try("reading unknown events", lambda: read_unknown(seconds=WORK_SECONDS))
    if cache.add(_LONG_KEY, 1, LONG_TURN.total_seconds()):
        _try("settling calls", lambda: settle(seconds=LONG_SECONDS))
        _try("long work", lambda: jobs.work(LONG_SECONDS))


def _try(what: str, act: Callable[[], object]) -> None:
    try:
        act()
    except Exception as error:  # noqa: BLE001 (the events are stored; an edge need not know)
        _log.error("%s failed: %s", what, place_of(error))


def place_of(error: Exception) -> str:
    """Say what went wrong and where, without the values it was about."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {last.name}, line {last.lineno} of {last.filename}"
