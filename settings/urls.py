"""Where things are: the Wagtail admin at /cms/, Django's at /django-admin/, pages at the rest.

Edges ask for the Plan at /calltrack/api/plan/.
"""

from django.contrib import admin
from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

urlpatterns = [
    path("cms/", include(wagtailadmin_urls)),
    path("django-admin/", admin.site.urls),
    path("documents/", include(wagtaildocs_urls)),
    path("calltrack/", include("wagtail_calltrack.urls")),
    path("", include(wagtail_urls)),  # Last: it takes every path that is left.
]
