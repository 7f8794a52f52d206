"""`manage.py check` names what a site has set up wrongly, and says nothing of one that is right."""

from typing import Any

import pytest
from django.core.checks import run_checks
from django.db import connection
from django.http import HttpResponse
from django.urls import include, path
from pytest_django import Settings

from wagtail_calltrack.checks import MIDDLEWARE, check_site

OTHER = "django.middleware.common.CommonMiddleware"
SQLITE = {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}


class _NoAddress:
    """A site that did not include the plugin's addresses."""

    urlpatterns: tuple[Any, ...] = ()


class _TakenBefore:
    """A site one of whose own pages takes the path."""

    urlpatterns = (
        path("calltrack/api/plan/", lambda _request: HttpResponse(), name="own"),
        path("calltrack/", include("wagtail_calltrack.urls")),
    )


def ids() -> list[str | None]:
    return [message.id for message in check_site()]


def test_the_reference_site_is_set_up_right() -> None:
    assert ids() == []


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        pytest.param("MIDDLEWARE", [OTHER], "W001", id="no middleware"),
        pytest.param("MIDDLEWARE", [OTHER, MIDDLEWARE], "W002", id="middleware not first"),
        pytest.param("ROOT_URLCONF", _NoAddress, "W003", id="no address"),
        pytest.param("ROOT_URLCONF", _TakenBefore, "W003", id="address taken by another"),
    ],
)
def test_what_is_wrong_is_told_with_its_fix(
    settings: Settings, name: str, value: Any, told: str
) -> None:
    setattr(settings, name, value)

    (message,) = check_site()

    assert message.id == f"wagtail_calltrack.{told}"
    assert message.hint


def test_a_sqlite_that_does_not_wait_is_told_with_its_name(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(settings.DATABASES, "elsewhere", SQLITE)

    (message,) = check_site()

    assert message.id == "wagtail_calltrack.W004"
    assert "«elsewhere»" in message.msg


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        pytest.param("vendor", "mysql", "W005", id="another kind of database"),
        pytest.param("timezone_name", "Europe/Amsterdam", "W006", id="a zone of its own"),
    ],
)
def test_a_database_that_does_not_fit_is_told_with_its_name(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, told: str
) -> None:
    monkeypatch.setattr(connection, name, value)

    (message,) = check_site()

    assert message.id == f"wagtail_calltrack.{told}"
    assert "«default»" in message.msg
    assert message.hint


def test_moments_without_a_zone_are_an_error(settings: Settings) -> None:
    settings.USE_TZ = False

    (message,) = check_site()

    assert message.id == "wagtail_calltrack.E001"
    assert message.is_serious()


def test_manage_py_check_asks_for_it(settings: Settings) -> None:
    settings.MIDDLEWARE = [OTHER]

    assert "wagtail_calltrack.W001" in [message.id for message in run_checks()]
