"""Requests as a source is read from them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from calltrack.sources import Arrival, read_arrival

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
OWN = ("www.firm.test", "firm.test")


@dataclass(frozen=True, slots=True)
class Asked:
    host: str = "www.firm.test"
    path: str = "/"
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


def arrive(target: str = "/", referrer: str = "", *, region: str = "", **headers: str) -> Arrival:
    """Read what a request for this path and query says; `User_Agent="..."` for other headers."""
    path, _, query = target.partition("?")
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    if referrer:
        sent["Referer"] = referrer
    asked = Asked(path=path, query=query, headers=sent)
    return read_arrival(asked, own_hosts=OWN, cookie_domain="firm.test", now=NOW, region=region)
