"""An arrival as somebody describes it, read by the code that reads visitors' requests.

What is typed becomes the request that such a visitor would send: so a channel is what it would be,
and nothing is guessed twice.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from calltrack.plan import Site
from calltrack.sources import read_arrival
from calltrack.touch import Touch

DEVICE_HEADERS: Mapping[str, Mapping[str, str]] = {
    "desktop": {"Sec-CH-UA-Mobile": "?0"},
    "mobile": {"Sec-CH-UA-Mobile": "?1"},
    "tablet": {"User-Agent": "Tablet"},
}
"""What a browser on each device sends."""


@dataclass(frozen=True, slots=True)
class Described:
    """A request that nobody sent."""

    host: str
    path: str
    query: str
    headers: Mapping[str, str] = field(default_factory=dict)


def described(host: str, path: str, query: str, *, referrer: str, device: str) -> Described:
    """Write the request. `referrer` may be a host alone; `device` may be ""."""
    headers = dict(DEVICE_HEADERS.get(device, {}))
    if referrer:
        headers["Referer"] = as_address(referrer)
    return Described(host, path or "/", query, headers)


def as_address(text: str) -> str:
    """Write the scheme that people leave out."""
    return text if "://" in text else f"https://{text}"


def touch_of(request: Described, site: Site, *, region: str, now: datetime) -> Touch:
    """Give the touch that it would be on a site."""
    return read_arrival(
        request,
        own_hosts=site.hosts,
        cookie_domain=site.cookie_domain,
        now=now,
        region=region.strip().upper(),
    ).touch
