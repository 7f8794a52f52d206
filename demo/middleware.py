"""A strict Content-Security-Policy: nothing inline, nothing from elsewhere."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'self'"
)


def content_security_policy(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Send the policy with the site's pages. The admins need inline styles, so not with theirs."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        match = request.resolver_match
        if match is None or match.url_name in {"wagtail_serve", "static", "media"}:
            response.headers.setdefault("Content-Security-Policy", POLICY)
        return response

    return answer
