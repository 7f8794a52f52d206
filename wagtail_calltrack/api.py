"""What edges ask for: the Plan in force.

GET answers with the Plan as JSON, and with an ETag made of its serial and its fingerprint. An edge
asks every two seconds with If-None-Match; the 304 costs one query, which finds the token and what
is in force. What the database holds is checked once more before it is sent: a Plan that somebody
broke round the admin is a 503 with the reason, and edges go on with the last good one.
"""

from typing import Any

from django.db.models import QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response

from calltrack.errors import PlanError
from wagtail_calltrack.edge_requests import for_edges, refusal
from wagtail_calltrack.models import EdgeToken, PlanSerial
from wagtail_calltrack.plan_out import published


def tokens_with_serial() -> QuerySet[Any]:
    """Look for tokens, and on the same way for what is in force."""
    in_force = PlanSerial.objects.filter(pk=1)
    return EdgeToken.objects.annotate(
        serial=Coalesce(Subquery(in_force.values("serial")), Value(0)),
        fingerprint=Coalesce(Subquery(in_force.values("fingerprint")), Value("")),
    )


@for_edges("GET", "HEAD", otherwise="the Plan is asked for by GET", tokens=tokens_with_serial)
def plan(request: HttpRequest, token: Any) -> HttpResponse:
    """Answer an edge that asks for the Plan."""
    etag = PlanSerial(serial=token.serial, fingerprint=token.fingerprint).etag
    unchanged = get_conditional_response(request, etag=etag)
    if unchanged is None:
        return _in_force()
    unchanged.headers["ETag"] = etag
    return unchanged


def _in_force() -> HttpResponse:
    try:
        found = published()
    except PlanError as error:
        return refusal(503, "the Plan in the database is not whole", error.problems)
    response = HttpResponse(found.body, content_type="application/json")
    response.headers["ETag"] = found.serial.etag
    return response
