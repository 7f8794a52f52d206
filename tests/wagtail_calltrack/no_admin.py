"""URLs of a site whose admin runs elsewhere."""

from django.urls import path

from tests.wagtail_calltrack.elsewhere import page

urlpatterns = [path("cms/", page), path("", page)]
