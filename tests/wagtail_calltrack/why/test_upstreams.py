"""The setting alone says where the pages of a host are fetched."""

from typing import Any

import pytest
from pytest_django import Settings

from wagtail_calltrack.why.upstreams import Upstream, upstream_for

TAKEN = [
    pytest.param("http://127.0.0.1:8000", Upstream("http", "127.0.0.1", 8000), id="a port"),
    pytest.param("http://web/", Upstream("http", "web", 80), id="a slash at the end"),
    pytest.param("https://web.internal", Upstream("https", "web.internal", 443), id="TLS"),
    pytest.param("http://[::1]:81", Upstream("http", "::1", 81), id="IPv6"),
]


@pytest.mark.parametrize(("url", "upstream"), TAKEN)
def test_a_host_is_fetched_where_the_setting_says(
    settings: Settings, url: str, upstream: Upstream
) -> None:
    settings.CALLTRACK_UPSTREAMS = {"www.example.nl": url}

    assert upstream_for("www.example.nl") == upstream
    assert upstream_for("example.nl") is None


WRONG = [
    pytest.param(None, id="nothing"),
    pytest.param("http://127.0.0.1", id="no dictionary"),
    pytest.param({"www.example.nl": None}, id="no address"),
    pytest.param({"www.example.nl": "127.0.0.1:8000"}, id="no scheme"),
    pytest.param({"www.example.nl": "http://ann:pw@127.0.0.1"}, id="a password"),
    pytest.param({"www.example.nl": "http://127.0.0.1/\r\nX: y"}, id="a line break"),
    pytest.param({"www.example.nl": "http://127.0.0.1\n"}, id="a line end"),
    pytest.param({"www.example.nl": "http://127.0.0.1:0"}, id="port 0"),
]


@pytest.mark.parametrize("said", WRONG)
def test_a_setting_that_cannot_be_used_fetches_nothing(settings: Settings, said: Any) -> None:
    settings.CALLTRACK_UPSTREAMS = said

    assert upstream_for("www.example.nl") is None


def test_without_the_setting_nothing_is_fetched(settings: Settings) -> None:
    if hasattr(settings, "CALLTRACK_UPSTREAMS"):
        del settings.CALLTRACK_UPSTREAMS

    assert upstream_for("www.example.nl") is None
