"""What `manage.py check` says of a site that has the plugin: each warning names the fix.

- W001: the middleware is missing, so numbers of visitors get into the admin
- W002: the middleware is not the first, so answers of those before it go unmarked
- W003: the address where proxies fetch the Plan is not included, or behind Wagtail's own
- W004: SQLite refuses writes at once where two meet
- W005: a database that the plugin is not tried on
- W006: a database keeps moments in another zone than UTC, so the health page counts in wrong hours
- W007: where the pages of a host are fetched, for "Why this number?", is no place to fetch from
- W008: where the edge answers, for the line of HTML that a site's pages get, is no address
- E001: moments have no zone, so nothing that edges tell can be kept

Wagtail itself warns of a missing WAGTAILADMIN_BASE_URL.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning  # noqa: A004 - Django's name for it
from django.db import connections, router
from django.urls import NoReverseMatch, Resolver404, resolve, reverse

from wagtail_calltrack import api, snippet_line
from wagtail_calltrack.models import LeaseEvent
from wagtail_calltrack.why.upstreams import wrong_entries

MIDDLEWARE = "wagtail_calltrack.middleware.switch_off_calltrack"


def check_site(**_asked: Any) -> Sequence[CheckMessage]:
    """Look at the settings."""
    return [
        *_middleware(),
        *_address(),
        *_databases(),
        *_our_database(),
        *_upstreams(),
        *_snippets(),
        *_zone(),
    ]


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


def _our_database() -> Iterator[CheckMessage]:
    """Look at the database that our tables are in."""
    alias = router.db_for_write(LeaseEvent)
    connection = connections[alias]
    if connection.vendor not in {"postgresql", "sqlite"}:
        yield Warning(
            f"The database «{alias}» is neither PostgreSQL nor SQLite.",
            hint="Put the plugin's tables into one of these two: it is tried on no other, and the "
            "health page counts in a way that both understand.",
            id="wagtail_calltrack.W005",
        )
    if settings.USE_TZ and connection.timezone_name != "UTC":
        yield Warning(
            f"The database «{alias}» keeps moments in {connection.timezone_name}.",
            hint='Take "TIME_ZONE" out of its settings in DATABASES: then it keeps them in UTC, '
            "and the health page counts visitors in the hours in which they came.",
            id="wagtail_calltrack.W006",
        )


def _upstreams() -> Iterator[CheckMessage]:
    for sentence, fix in wrong_entries():
        yield Warning(sentence, hint=fix, id="wagtail_calltrack.W007")


def _snippets() -> Iterator[CheckMessage]:
    for sentence, fix in snippet_line.wrong_entries():
        yield Warning(sentence, hint=fix, id="wagtail_calltrack.W008")


def _zone() -> Iterator[CheckMessage]:
    if not settings.USE_TZ:
        yield Error(
            "Moments have no time zone.",
            hint="Set USE_TZ = True: what edges tell is in UTC, and cannot be kept without.",
            id="wagtail_calltrack.E001",
        )
