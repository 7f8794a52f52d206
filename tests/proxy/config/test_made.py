"""The settings reach the objects that they are for, and their defaults are those objects' own."""

from argparse import Namespace
from pathlib import Path

import pytest

from calltrack.errors import ConfigError
from proxy.config.limits import ANSWERS, ASKING, CACHE, LIMITS
from proxy.config.made import limits_of, upstream_of
from proxy.config.reading import in_force
from proxy.deadlines import Limits
from proxy.shared_cache import CACHE_BYTES
from proxy.upstream.heads import Limits as AnswerLimits
from proxy.upstreams import Site

SITE = Site(("*",), "http://127.0.0.1:9", "inner")
TLS = Site(("*",), "https://127.0.0.1:9")


def settings(**environ: str) -> Namespace:
    return in_force(Namespace(upstream="http://127.0.0.1:9"), environ)


def test_nobody_says_anything_and_limits_are_their_own() -> None:
    assert limits_of(settings()) == Limits()
    assert settings().cache_mb << 20 == CACHE_BYTES


def test_every_limit_can_be_set() -> None:
    said = {one.variable: "4096" for one in LIMITS}

    assert limits_of(settings(**said)) == Limits(**{one.key: 4096 for one in LIMITS})


def test_how_a_site_is_asked_can_be_set() -> None:
    args = settings(
        CALLTRACK_UPSTREAM_READ_SECONDS="7",
        CALLTRACK_UPSTREAM_MAX_CONNECTIONS="8",
        CALLTRACK_UPSTREAM_ANSWER_FIELDS="9",
    )

    found = upstream_of(args, SITE)

    assert (found.base, found.host) == ("http://127.0.0.1:9", "inner")
    assert found._limits == AnswerLimits(fields=9)
    assert (found._read_seconds, found._max_connections, found._connect_seconds) == (7.0, 8, 5.0)


@pytest.mark.parametrize(
    ("all_sites", "own"),
    [
        pytest.param("no.pem", None, id="of all sites"),
        pytest.param("", Path("no.pem"), id="of a site"),
    ],
)
def test_a_ca_file_that_is_not_there_is_told(all_sites: str, own: Path | None) -> None:
    args = settings(CALLTRACK_UPSTREAM_CA_FILE=all_sites)

    with pytest.raises(ConfigError, match=r"no\.pem cannot be used"):
        upstream_of(args, Site(TLS.hosts, TLS.url, ca_file=own))


def test_every_default_can_be_read_again_from_a_file() -> None:
    rows = [*LIMITS, *ASKING, *ANSWERS, *CACHE]

    again = {
        one.name: one.kind.from_toml(one.kind.written(one.default))
        for one in rows
        if one.default is not None
    }

    assert again == {one.name: one.default for one in rows if one.default is not None}
