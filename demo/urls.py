"""The site's addresses: those of the reference deployment, and its files.

The files come from where they lie, with DEBUG off too: a demo needs no collectstatic.
"""

from django.conf import settings
from django.contrib.staticfiles.views import serve as serve_static
from django.urls import path
from django.views.static import serve as serve_file

from demo.landing import PATH, landing
from settings.urls import urlpatterns as deployment

urlpatterns = [
    path("static/<path:path>", serve_static, {"insecure": True}, name="static"),
    path("media/<path:path>", serve_file, {"document_root": settings.MEDIA_ROOT}, name="media"),
    path(PATH, landing, name="landing"),
    *deployment,
]
