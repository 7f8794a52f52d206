"""What `manage.py check` says of a site that has the plugin: each warning names the fix.

- W001: the middleware is missing, so numbers of visitors get into the admin
- W002: the middleware is not the first, so answers of those before it go unmarked
- W003: the address where proxies fetch the Plan is not included, or behind Wagtail's own
- W004: SQLite refuses writes at once where two meet
"""

from collections.abc import Iterator, Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning  # noqa: A004 - Django's name for it
from django.urls import NoReverseMatch, Resolver404, resolve, reverse

from wagtail_calltrack import api

MIDDLEWARE = "wagtail_calltrack.middleware.switch_off_calltrack"


def check_site(**_asked: Any) -> Sequence[CheckMessage]:
    """Look at the settings."""
    return [*_middleware(), *_address(), *_databases()]


def _middleware() -> Iterator[CheckMessage]:
    if MIDDLEWARE not in settings.MIDDLEWARE:
        yield Warning(
            "The proxy is not kept out of the admin.",
            hint=f'Put "{MIDDLEWARE}" first into MIDDLEWARE: an editor who saves a page with a '
            "visitor's number in it publishes that number to everybody.",
            id="wagtail_calltrack.W001",
        )
    elif settings.MIDDLEWARE[0] != MIDDLEWARE:
        yield Warning(
            "The proxy is kept out of the admin only in part.",
            hint=f'Put "{MIDDLEWARE}" before all others in MIDDLEWARE: what one of those before it '
            "answers, as a redirect to the login, is not marked.",
            id="wagtail_calltrack.W002",
        )


def _address() -> Iterator[CheckMessage]:
    try:
        found = resolve(reverse("calltrack:plan")).func
    except (NoReverseMatch, Resolver404):
        found = None
    if found is not api.plan:
        yield Warning(
            "Proxies cannot fetch the Plan.",
            hint='Put path("calltrack/", include("wagtail_calltrack.urls")) into the site\'s '
            "urlpatterns, before Wagtail's own, which take every path that is left.",
            id="wagtail_calltrack.W003",
        )


def _databases() -> Iterator[CheckMessage]:
    for alias, database in settings.DATABASES.items():
        is_sqlite = database.get("ENGINE") == "django.db.backends.sqlite3"
        mode = str(database.get("OPTIONS", {}).get("transaction_mode", ""))
        if is_sqlite and mode.upper() != "IMMEDIATE":
            yield Warning(
                f"The SQLite database «{alias}» refuses a write at once where two meet.",
                hint='Give it "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20}: then '
                "a write waits for its turn.",
                id="wagtail_calltrack.W004",
            )
