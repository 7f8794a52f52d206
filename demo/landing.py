"""A page of another kind: as if a landing page builder, where no proxy can stand, had it.

It is opened at the site's own port, past the proxy, and has the snippet's line in its head: the
numbers are the visitor's all the same. Its policy names the one server that the line comes from.
"""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from demo.middleware import POLICY

PATH = "actie/"


@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    """Show the page."""
    edge = settings.WAGTAILADMIN_BASE_URL.rstrip("/")  # in the demo it is the proxy's address
    response = render(request, "demo/landing.html", {"edge": edge})
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(edge))
    response.headers["Content-Security-Policy"] = (
        f"{POLICY}; script-src 'self' {origin}; connect-src {origin}"
    )
    return response
