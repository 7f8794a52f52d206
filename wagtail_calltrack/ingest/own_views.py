"""Where a phone system of the firm's own tells of its calls: POST, with a token made for it.

    {"account": "pbx", "calls": [{"reference": "2026-1234", …}, …]}

    200 {"stored": 12, "changed": 1, "known": 3,
         "refused": [{"at": 4, "reference": "…", "problem": "status: is missing"}]}

`wagtail_calltrack.ingest.own_calls` says what a call tells. `account` may be left out; it keeps the
references of two phone systems apart. Anything but 200 means that nothing was stored.
"""

from collections import Counter
from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from calltrack.planvalues import RefusedError
from wagtail_calltrack.edge_requests import for_edges, refusal
from wagtail_calltrack.ingest.after import ThenTurn
from wagtail_calltrack.ingest.body import MOST_BYTES, BodyError, Doubled, read_json
from wagtail_calltrack.ingest.own_calls import ACCOUNT, MOST_CALLS, State, store_calls
from wagtail_calltrack.ingest.values import a_key
from wagtail_calltrack.models import EdgeToken
from wagtail_calltrack.models.edge_token import CALLS


@for_edges("POST", otherwise="calls are sent by POST", purpose=CALLS)
def calls(request: HttpRequest, _token: EdgeToken) -> HttpResponse:
    """Take calls."""
    now = timezone.now()
    try:
        account, rows = _read(read_json(request))
    except BodyError as error:
        if error.status not in {411, 413}:
            return refusal(error.status, str(error))
        return refusal(error.status, str(error), most_calls=MOST_CALLS, most_bytes=MOST_BYTES)
    found = store_calls(rows, now, account=account)
    counts = Counter(one.state for one in found)
    refused = [
        {"at": at, "reference": one.reference, "problem": one.problem}
        for at, one in enumerate(found)
        if one.state is State.REFUSED
    ]
    kept = (State.STORED, State.CHANGED, State.KNOWN)
    return ThenTurn({**{one.value: counts[one] for one in kept}, "refused": refused})


def _read(body: object) -> tuple[str, Sequence[object]]:
    """Give the account, and the calls as they came."""
    if not isinstance(body, dict):
        raise BodyError(400, "the body: must be an object")
    if isinstance(body, Doubled):
        raise BodyError(400, "the body: a name stands twice in it")
    for name in body.keys() - {"account", "calls"}:
        raise BodyError(400, f"{name[:40]}: is not known; there are account and calls")
    rows = body.get("calls")
    if not isinstance(rows, list):
        raise BodyError(400, "calls: must be a list")
    if len(rows) > MOST_CALLS:
        raise BodyError(413, f"these are {len(rows)} calls; send {MOST_CALLS} at most at once")
    try:
        return a_key(body.get("account", ACCOUNT), timezone.now()), rows
    except RefusedError as error:
        raise BodyError(400, f"account: {error}") from error
