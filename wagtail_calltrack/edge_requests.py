"""What all requests of edges have in common: a token, refusals as JSON, and nothing kept between.

An answer is for the edge that asked and for nobody between. A refusal is {"error": "a sentence",
"problems": ["one for each row", …]}. Where the database is busy or away, or lacks a column because
its migrations are still to run, it is 503 with Retry-After: edges ask again by themselves.
"""

import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.db import (
    IntegrityError,
    InterfaceError,
    OperationalError,
    ProgrammingError,
    transaction,
)
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt

from wagtail_calltrack.middleware import HEADER, OFF
from wagtail_calltrack.models import EdgeToken
from wagtail_calltrack.models.edge_token import EDGE, public_part

BUSY_SECONDS = 2
"""After so long a database that was busy may be asked again."""

_BEARER = re.compile(r"bearer +(\S+) *", re.IGNORECASE)

_log = logging.getLogger(__name__)

Answer = Callable[[HttpRequest, Any], HttpResponse]  # with the token's row, annotated or not
View = Callable[[HttpRequest], HttpResponse]


@dataclass(frozen=True, slots=True)
class Tokens:
    """Which tokens open an address."""

    rows: Callable[[], QuerySet[Any]]
    purpose: str


def every_token() -> QuerySet[Any]:
    """Look among all tokens."""
    return EdgeToken.objects.all()


def for_edges(
    *methods: str,
    otherwise: str,
    tokens: Callable[[], QuerySet[Any]] = every_token,
    purpose: str = EDGE,
) -> Callable[[Answer], View]:
    """Answer edges alone, that ask by one of these methods; `otherwise` says so to others.

    A token opens only what it is for: `purpose`.
    """
    kinds = Tokens(tokens, purpose)

    def made(answer: Answer) -> View:
        @csrf_exempt
        @transaction.non_atomic_requests
        @wraps(answer)
        def marked(request: HttpRequest) -> HttpResponse:
            if request.method in methods:
                response = _answered(request, answer, kinds)
            else:
                response = refusal(405, otherwise)
                response.headers["Allow"] = ", ".join(methods)
            response.headers["Cache-Control"] = "private, no-cache"
            response.headers[HEADER] = OFF
            patch_vary_headers(response, ["Authorization"])
            return response

        return marked

    return made


def refusal(
    status: int, sentence: str, problems: Sequence[str] = (), **more: object
) -> HttpResponse:
    """Say why not. `more`: what else the edge should know, by name."""
    body: dict[str, object] = {"error": sentence, **more}
    if problems:
        body["problems"] = list(problems)
    return JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})


def _answered(request: HttpRequest, answer: Answer, tokens: Tokens) -> HttpResponse:
    """Answer an edge that has a token; whatever was begun is undone when the database is away."""
    try:
        token = _token(request, tokens)
        return token if isinstance(token, HttpResponse) else _known(request, answer, token)
    except (OperationalError, InterfaceError, ProgrammingError) as error:
        reason = str(error).partition("\n")[0]  # further lines may show what was to be written
        _log.warning("an edge is asked to come again: %s: %s", type(error).__name__, reason)
        response = refusal(503, "the database is busy or away; send the same again later")
        response.headers["Retry-After"] = str(BUSY_SECONDS)
        return response


def _known(request: HttpRequest, answer: Answer, token: EdgeToken) -> HttpResponse:
    """Answer; a token that is deleted meanwhile, so that no row can name it, is not known."""
    try:
        return answer(request, token)
    except IntegrityError:
        if EdgeToken.objects.filter(pk=token.pk).exists():
            raise
        return _unknown()


def _token(request: HttpRequest, tokens: Tokens) -> EdgeToken | HttpResponse:
    """Give the token's row, or the refusal."""
    said = _BEARER.fullmatch(request.headers.get("Authorization", ""))
    if said is None:
        return _unauthorized("an edge says who it is: Authorization: Bearer calltrack_…")
    found: EdgeToken | None = tokens.rows().filter(public=public_part(said[1])).first()
    if found is None or not found.opens_with(said[1]):
        return _unknown()
    if found.is_revoked:
        return refusal(403, "this token was revoked; make another one under Call tracking")
    if found.purpose != tokens.purpose:
        return refusal(
            403, "this token is for something else; make another one under Call tracking"
        )
    found.saw()
    return found


def _unknown() -> HttpResponse:
    return _unauthorized("this token is not known here; make one under Call tracking")


def _unauthorized(sentence: str) -> HttpResponse:
    response = refusal(401, sentence)
    response.headers["WWW-Authenticate"] = 'Bearer realm="calltrack"'
    return response
