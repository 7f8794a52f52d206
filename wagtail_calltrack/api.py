"""What edges ask for: the Plan in force.

GET answers with the Plan as JSON, and with an ETag made of its serial and its fingerprint. An edge
asks every two seconds with If-None-Match; the 304 costs one query, which finds the token and what
is in force. What the database holds is checked once more before it is sent: a Plan that somebody
broke round the admin is a 503 with the reason, and edges go on with the last good one.

Errors are JSON, too: {"error": "a sentence", "problems": ["one for each row", …]}.
"""

import re
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from django.db.models import QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.views.decorators.csrf import csrf_exempt

from calltrack.errors import PlanError
from wagtail_calltrack.middleware import HEADER, OFF
from wagtail_calltrack.models import EdgeToken, PlanSerial
from wagtail_calltrack.models.edge_token import public_part
from wagtail_calltrack.plan_out import published

METHODS = ("GET", "HEAD")

_BEARER = re.compile(r"bearer +(\S+) *", re.IGNORECASE)

Answer = Callable[[HttpRequest], HttpResponse]


def for_edges(answer: Answer) -> Answer:
    """Mark an answer as one for the edge that asked, and for nobody between."""

    @csrf_exempt
    @wraps(answer)
    def marked(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        response.headers["Cache-Control"] = "private, no-cache"
        response.headers[HEADER] = OFF
        patch_vary_headers(response, ["Authorization"])
        return response

    return marked


@for_edges
def plan(request: HttpRequest) -> HttpResponse:
    """Answer an edge that asks for the Plan."""
    if request.method not in METHODS:
        response = _refusal(405, "the Plan is asked for by GET")
        response.headers["Allow"] = ", ".join(METHODS)
        return response
    token = _BEARER.fullmatch(request.headers.get("Authorization", ""))
    if token is None:
        return _unauthorized("an edge says who it is: Authorization: Bearer calltrack_…")
    edge = _edges().filter(public=public_part(token[1])).first()
    if edge is None or not edge.opens_with(token[1]):
        return _unauthorized("this token is not known here; make one under Call tracking")
    if edge.is_revoked:
        return _refusal(403, "this token was revoked; make another one under Call tracking")
    edge.saw()
    etag = PlanSerial(serial=edge.serial, fingerprint=edge.fingerprint).etag
    unchanged = get_conditional_response(request, etag=etag)
    if unchanged is None:
        return _in_force()
    unchanged.headers["ETag"] = etag
    return unchanged


def _edges() -> QuerySet[Any]:
    """Look for tokens, and on the same way for what is in force."""
    in_force = PlanSerial.objects.filter(pk=1)
    return EdgeToken.objects.annotate(
        serial=Coalesce(Subquery(in_force.values("serial")), Value(0)),
        fingerprint=Coalesce(Subquery(in_force.values("fingerprint")), Value("")),
    )


def _in_force() -> HttpResponse:
    try:
        found = published()
    except PlanError as error:
        return _refusal(503, "the Plan in the database is not whole", error.problems)
    response = HttpResponse(found.body, content_type="application/json")
    response.headers["ETag"] = found.serial.etag
    return response


def _unauthorized(sentence: str) -> HttpResponse:
    response = _refusal(401, sentence)
    response.headers["WWW-Authenticate"] = 'Bearer realm="calltrack"'
    return response


def _refusal(status: int, sentence: str, problems: Sequence[str] = ()) -> HttpResponse:
    body: dict[str, object] = {"error": sentence}
    if problems:
        body["problems"] = list(problems)
    return JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})
