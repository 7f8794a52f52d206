"""Where edges send what happened: POST, and every event of the batch is settled.

    200 {"stored": 12, "known": 3,
         "refused": [{"at": 4, "id": "…", "problem": "data.path: is missing"}]}

Stored now, known already, or refused for ever: an edge forgets all three. Anything but 200 means
that nothing was stored, and what is not the batch's own fault is sent again.
"""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from wagtail_calltrack.edge_requests import for_edges, refusal
from wagtail_calltrack.ingest.after import ThenTurn, after_batch
from wagtail_calltrack.ingest.batch import MOST_EVENTS, read_batch
from wagtail_calltrack.ingest.body import MOST_BYTES, BodyError, read_json
from wagtail_calltrack.ingest.storing import store
from wagtail_calltrack.models import EdgeToken


@for_edges("POST", otherwise="events are sent by POST")
def events(request: HttpRequest, token: EdgeToken) -> HttpResponse:
    """Take a batch of events."""
    now = timezone.now()
    try:
        batch = read_batch(read_json(request), now)
    except BodyError as error:
        return _refused(error)
    outcome = store(batch, token, now)
    after_batch(outcome.calls, outcome.forms)
    answer: dict[str, object] = {
        "stored": outcome.stored,
        "known": outcome.known,
        "refused": [
            {"at": at, "id": one.id, "problem": one.problem} for at, one in outcome.refused.items()
        ],
    }
    if batch.edge.problem:
        answer["problems"] = [batch.edge.problem]
    return ThenTurn(answer)


def _refused(error: BodyError) -> HttpResponse:
    if error.status not in {411, 413}:
        return refusal(error.status, str(error))
    return refusal(error.status, str(error), most_events=MOST_EVENTS, most_bytes=MOST_BYTES)
