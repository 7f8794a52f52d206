"""URLs of a site that mounts everything somewhere else, with an API beside its pages."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from rest_framework.decorators import api_view, renderer_classes
from rest_framework.renderers import JSONRenderer, StaticHTMLRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.api.v2.router import WagtailAPIRouter
from wagtail.api.v2.views import PagesAPIViewSet

router = WagtailAPIRouter("wagtailapi")
router.register_endpoint("pages", PagesAPIViewSet)


def leads(_request: Request) -> Response:
    return Response({"leads": []})


def fragment(_request: Request) -> Response:
    return Response("<p>020 019 91 00</p>")


api_leads = api_view()(renderer_classes([JSONRenderer])(leads))
html_fragment = api_view()(renderer_classes([StaticHTMLRenderer])(fragment))


def page(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("<p>020 019 91 00</p>")


urlpatterns = [
    path("beheer/wagtail/", include(wagtailadmin_urls)),
    path("beheer/django/", admin.site.urls),
    path("beheer/nieuws/", page),
    path("cms/", page),
    path("api/v2/", router.urls),
    path("api/leads/", api_leads),
    path("fragment/", html_fragment),
    path("", include(wagtail_urls)),
]
