"""Tell the proxy in front which answers are not for visitors.

A page of the admin holds forwarding numbers: in the page editor, in lists, in previews. An editor
who saved a page with a visitor's number in it would publish that number to everybody; and numbers
leased to editors are missing for visitors. So these answers carry `X-Calltrack: off`, which the
proxy obeys and takes away:

- everything under the Wagtail admin and the Django admin, wherever the site mounts them
- previews, also those that a site shows outside of the admin
- answers of the API: Wagtail's, and Django REST framework's but for those that are HTML for a page

An admin mounted at the root of a host switches that whole host off.

It also says where a request begins and ends (`wagtail_calltrack.serving`), for tracked numbers in
the content.
"""

from collections.abc import Awaitable, Callable
from inspect import iscoroutinefunction
from typing import cast

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import NoReverseMatch, reverse
from django.utils.decorators import sync_and_async_middleware

from wagtail_calltrack.serving import serving

HEADER = "X-Calltrack"
OFF = "off"

_ADMIN_HOMES = ("wagtailadmin_home", "admin:index")

GetResponse = Callable[[HttpRequest], HttpResponseBase | Awaitable[HttpResponseBase]]


@sync_and_async_middleware
def switch_off_calltrack(get_response: GetResponse) -> GetResponse:
    """Add the header to answers that are not for visitors; leave all others as they are."""
    if iscoroutinefunction(get_response):

        async def answer_async(request: HttpRequest) -> HttpResponseBase:
            with serving(request):
                return mark(request, await get_response(request))

        return answer_async

    def answer(request: HttpRequest) -> HttpResponseBase:
        with serving(request):
            return mark(request, cast(HttpResponseBase, get_response(request)))

    return answer


def mark(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Give the answer back, with the header if it is not for visitors."""
    if is_admin(request.path) or is_preview(request) or is_api(request, response):
        response.headers[HEADER] = OFF
    return response


def is_admin(path: str) -> bool:
    """Say whether a path lies under one of the admins.

    Asked after the answer is made: then the language is active that a prefix by language needs.
    """
    return any(path.startswith(prefix) for prefix in map(_home, _ADMIN_HOMES) if prefix)


def is_preview(request: HttpRequest) -> bool:
    """Say whether an editor looks at a draft."""
    return bool(getattr(request, "is_preview", False))


def is_api(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Say whether programs asked. HTML that the REST framework makes for a page is a page."""
    renderer = getattr(response, "accepted_renderer", None)
    if hasattr(request, "wagtailapi_router"):
        return True
    return renderer is not None and getattr(renderer, "format", None) != "html"


def _home(name: str) -> str | None:
    try:
        return reverse(name)
    except NoReverseMatch:
        return None
