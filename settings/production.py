"""A machine on the internet: everything from the environment, every secret better from a file.

    CALLTRACK_SECRET_KEY[_FILE]     required: signs sessions of the admin; 50 characters or more
    CALLTRACK_HOSTS                 required: the names this site answers to, separated by commas
    CALLTRACK_DATABASE_URL[_FILE]   sqlite:///PATH (default, in the data folder) or postgresql://…
    CALLTRACK_DATA                  folder of database, uploads and static files: ./calltrack-data
    CALLTRACK_BASE_URL              where editors reach the admin: https://FIRST-HOST
    CALLTRACK_UPSTREAM              http://…, this site behind the proxy: for «Why this number?»
    CALLTRACK_BEHIND_TLS_PROXY      1: the proxy in front ends TLS and always sets X-Forwarded-Proto
    CALLTRACK_HSTS_SECONDS          0 (default): say nothing; browsers keep a yes for that long

`python -m django check --settings settings.production` says what is missing, and with `--deploy`
what Django thinks of the rest. `collectstatic` fills the folder that the server in front serves.
"""

import os

from settings.base import *  # noqa: F403 (how Django settings build on one another)
from settings.environment import Environment

_environment = Environment(os.environ)
_data = _environment.folder("CALLTRACK_DATA", "calltrack-data")

SECRET_KEY = _environment.secret("CALLTRACK_SECRET_KEY", "50 random characters or more")
ALLOWED_HOSTS = _environment.words("CALLTRACK_HOSTS", "the site's names, as www.example.nl")
DATABASES = {
    "default": _environment.database("CALLTRACK_DATABASE_URL", file=_data / "site.sqlite3")
}
SECURE_HSTS_SECONDS = _environment.whole_number("CALLTRACK_HSTS_SECONDS", 0)
_environment.stop_if_any("settings.production")

WAGTAILADMIN_BASE_URL = _environment.text("CALLTRACK_BASE_URL", f"https://{ALLOWED_HOSTS[0]}")

_upstream = _environment.text("CALLTRACK_UPSTREAM", "")
CALLTRACK_UPSTREAMS = dict.fromkeys(ALLOWED_HOSTS, _upstream) if _upstream else {}

MEDIA_ROOT = _data / "media"
STATIC_ROOT = _data / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        # A changed file gets a new name, so browsers may keep each for ever.
        "BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
    },
}

SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SECURE_SSL_REDIRECT = True
# Anybody can send this header: it counts only where the operator says that a proxy always sets it.
if _environment.switch("CALLTRACK_BEHIND_TLS_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
