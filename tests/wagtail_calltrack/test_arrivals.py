"""What somebody describes is read as the request that such a visitor would send."""

from datetime import UTC, datetime

import pytest

from tests.wagtail_calltrack.firm import example
from wagtail_calltrack.arrivals import as_address, described, touch_of

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("query", "referrer", "device", "read"),
    [
        pytest.param("", "", "", ("direct", "", ""), id="typed in"),
        pytest.param(
            "", "google.com", "mobile", ("organic_search", "google", "mobile"), id="a host"
        ),
        pytest.param(
            "utm_source=x&utm_medium=email",
            "https://mail.example/",
            "tablet",
            ("email", "x", "tablet"),
            id="tags come before the referrer",
        ),
    ],
)
def test_a_visitor_is_read_as_described(
    query: str, referrer: str, device: str, read: tuple[str, str, str]
) -> None:
    site = example().sites[0]
    request = described(site.hosts[0], "", query, referrer=referrer, device=device)

    touch = touch_of(request, site, region=" nl-nh ", now=NOW)

    assert (touch.channel.value, touch.source, touch.device) == read
    assert (touch.region, touch.landing_path) == ("NL-NH", "/")


def test_an_address_gets_the_scheme_that_people_leave_out() -> None:
    assert as_address("a.example/x") == "https://a.example/x"
    assert as_address("http://a.example") == "http://a.example"
