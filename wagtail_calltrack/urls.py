"""Addresses for edges. A site includes them where it likes, as at calltrack/."""

from django.urls import path

from wagtail_calltrack import api
from wagtail_calltrack.ingest import own_views
from wagtail_calltrack.ingest import views as ingest

app_name = "calltrack"

urlpatterns = [
    path("api/plan/", api.plan, name="plan"),
    path("api/events/", ingest.events, name="events"),
    path("api/calls/", own_views.calls, name="calls"),
]
