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


@pytest.mark.parametrize(
    ("value", "named"),
    [
        pytest.param("http://127.0.0.1:8000", "no dictionary", id="no dictionary"),
        pytest.param({"https://www.example.nl": "http://10.0.0.1"}, "«https:", id="an address"),
        pytest.param({"www.example.nl:80": "http://10.0.0.1"}, "«www.example.nl:80»", id="a port"),
        pytest.param({"WWW.example.nl": "http://10.0.0.1"}, "«WWW.", id="upper case"),
        pytest.param({3: "http://10.0.0.1"}, "«3»", id="a number"),
        pytest.param({"a.nl": "10.0.0.1:8000"}, "«10.0.0.1:8000»", id="no scheme"),
        pytest.param({"a.nl": "ftp://10.0.0.1"}, "«ftp://10.0.0.1»", id="another scheme"),
        pytest.param({"a.nl": "http://10.0.0.1/site/"}, "/site/»", id="a path"),
        pytest.param({"a.nl": "http://10.0.0.1:99999"}, ":99999»", id="a port that is none"),
        pytest.param({"a.nl": None}, "«None»", id="nothing"),
    ],
)
def test_a_place_where_no_page_is_fetched_is_told_with_its_host(
    settings: Settings, value: Any, named: str
) -> None:
    settings.CALLTRACK_UPSTREAMS = value

    (message,) = check_site()

    assert message.id == "wagtail_calltrack.W007"
    assert named in message.msg
    assert message.hint


def test_a_password_in_a_setting_is_not_told(settings: Settings) -> None:
    settings.CALLTRACK_UPSTREAMS = {"a.nl": "http://ann:secret@10.0.0.1"}

    (message,) = check_site()

    assert "secret" not in f"{message.msg} {message.hint}"
    assert "10.0.0.1" in message.msg


def test_moments_without_a_zone_are_an_error(settings: Settings) -> None:
    settings.USE_TZ = False

    (message,) = check_site()

    assert message.id == "wagtail_calltrack.E001"
    assert message.is_serious()


def test_manage_py_check_asks_for_it(settings: Settings) -> None:
    settings.MIDDLEWARE = [OTHER]

    assert "wagtail_calltrack.W001" in [message.id for message in run_checks()]
