"""A token goes to the host that ops named, and to no other."""

import pytest

from calltrack.link.plan_urls import events_url, is_open_to_readers, may_follow, without_query

HERE = "https://www.example.nl/plan"


@pytest.mark.parametrize(
    ("url", "to", "expected"),
    [
        pytest.param(HERE, "https://www.example.nl/plan/", True, id="another path"),
        pytest.param(HERE, "https://www.example.nl:443/plan/", True, id="its port, written"),
        pytest.param(HERE, "https://WWW.example.nl/plan/", True, id="capitals"),
        pytest.param("http://a.nl/", "https://a.nl/", True, id="to https"),
        pytest.param(HERE, "http://www.example.nl/plan", False, id="from https to http"),
        pytest.param(HERE, "https://example.nl/plan", False, id="another host"),
        pytest.param(HERE, "https://www.example.nl:8443/plan", False, id="another port"),
        pytest.param(HERE, "https://www.example.nl:no/plan", False, id="no port"),
        pytest.param(HERE, "https://x@www.example.nl/plan", False, id="a login"),
        pytest.param(HERE, "https://www.example.nl@evil.example/plan", False, id="a false login"),
        pytest.param(HERE, "ftp://www.example.nl/plan", False, id="another scheme"),
    ],
)
def test_a_redirect_is_followed_on_its_own_host_only(url: str, to: str, expected: bool) -> None:
    assert may_follow(url, to) is expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        pytest.param("https://www.example.nl/", False, id="https"),
        pytest.param("http://127.0.0.1:8000/", False, id="the loopback"),
        pytest.param("http://[::1]:8000/", False, id="the loopback of IPv6"),
        pytest.param("http://10.0.0.7/", False, id="a private address"),
        pytest.param("http://wagtail:8000/", False, id="a name of a container"),
        pytest.param("http://localhost/", False, id="localhost"),
        pytest.param("http://cms.internal/", False, id="an internal name"),
        pytest.param("http://www.example.nl/", True, id="http over the Internet"),
        pytest.param("http://8.8.8.8/", True, id="an address of the Internet"),
    ],
)
def test_a_token_that_could_be_read_on_its_way_is_noticed(url: str, expected: bool) -> None:
    assert is_open_to_readers(url) is expected


def test_what_a_query_holds_is_not_named() -> None:
    assert without_query("https://a.nl/plan?key=secret") == "https://a.nl/plan"


@pytest.mark.parametrize(
    ("plan", "events"),
    [
        pytest.param("https://a.nl/x/api/plan/", "https://a.nl/x/api/events/", id="as Wagtail's"),
        pytest.param("https://a.nl:8443/api/plan", "https://a.nl:8443/api/events/", id="no slash"),
        pytest.param("https://a.nl/api/plan/?key=1", "https://a.nl/api/events/", id="a query"),
        pytest.param("https://a.nl/plan.json", "https://a.nl/events/", id="a file at the top"),
        pytest.param("https://a.nl", "https://a.nl/events/", id="nothing but a host"),
    ],
)
def test_events_go_to_the_address_beside_the_plan_s(plan: str, events: str) -> None:
    assert events_url(plan) == events
