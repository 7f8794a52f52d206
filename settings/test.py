"""The test suite: nothing on the disk, nothing slow, the demo's models included.

CALLTRACK_TEST_DATABASE may name a PostgreSQL: postgresql://…. The tests make a database of their
own beside the one that it names. Not set: SQLite, in memory.
"""

import os

from settings.base import *  # noqa: F403 (how Django settings build on one another)
from settings.base import INSTALLED_APPS as BASE_APPS
from settings.base import MIDDLEWARE as BASE_MIDDLEWARE
from settings.environment import database, sqlite

SECRET_KEY = "only for tests"  # noqa: S105 (signs nothing that leaves a test)
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", "testserver"]

INSTALLED_APPS = ["demo", "tests.wagtail_calltrack.guard.shop", *BASE_APPS]
ROOT_URLCONF = "demo.urls"
LANGUAGE_CODE = "nl"  # The firm is Dutch; an editor picks a language in their own profile.
MIDDLEWARE = [*BASE_MIDDLEWARE, "demo.middleware.content_security_policy"]

_address = os.environ.get("CALLTRACK_TEST_DATABASE")
DATABASES = {"default": database(_address) if _address else sqlite("")}
# A connection that a test's server kept would keep the tests' database from being dropped.
DATABASES["default"]["CONN_MAX_AGE"] = 0
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

WAGTAILADMIN_BASE_URL = "http://testserver"
